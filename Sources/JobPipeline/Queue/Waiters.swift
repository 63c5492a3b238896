/// Those who wait, in the order they came; each can leave at any time.
struct Waiters<Waiter> {
  private var waiting: [UInt64: Waiter] = [:]
  private var order = Line<UInt64>()

  var isEmpty: Bool { waiting.isEmpty }

  mutating func add(_ waiter: Waiter, ticket: UInt64) {
    waiting[ticket] = waiter
    order.append(ticket)
  }

  /// Takes out the one who came first, if anybody waits.
  mutating func popFirst() -> Waiter? {
    while let ticket = order.popFirst() {
      if let waiter = waiting.removeValue(forKey: ticket) { return waiter }
    }
    return nil
  }

  /// Takes out one, if it still waits.
  mutating func remove(_ ticket: UInt64) -> Waiter? {
    guard let waiter = waiting.removeValue(forKey: ticket) else { return nil }
    // Without this, tickets of those who left would gather while nobody is served.
    if order.count > 2 * waiting.count + 32 { order.removeAll { waiting[$0] == nil } }
    return waiter
  }

  /// Takes out all, in order.
  mutating func removeAll() -> [Waiter] {
    var all: [Waiter] = []
    while let waiter = popFirst() { all.append(waiter) }
    return all
  }
}
