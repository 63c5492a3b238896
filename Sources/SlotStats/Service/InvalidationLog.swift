/// Which slots had an event lately, numbered in order.
///
/// A bulk entry remembers the number at its load's start; what came later is stale in it, and nothing else. Noting an
/// event touches no entry. The log names a bounded number of slots: when it is full it starts anew, and entries from
/// before that are stale as a whole.
struct InvalidationLog: Sendable {
  /// The number of the last event; 0 before the first.
  private(set) var lastEvent: UInt64 = 0
  /// For each slot the number of its last event, for events after ``forgotten``.
  private var events: [Slot.ID: UInt64] = [:]
  /// Events up to this number are not listed any more.
  private var forgotten: UInt64 = 0
  private let maxSlots: Int

  /// An empty log that names up to `maxSlots` slots.
  init(maxSlots: Int = 1_024) {
    self.maxSlots = maxSlots
  }

  /// Notes an event of a slot.
  mutating func noteEvent(of slotID: Slot.ID) {
    if events.count >= maxSlots, events[slotID] == nil {
      events.removeAll(keepingCapacity: true)
      forgotten = lastEvent
    }
    lastEvent += 1
    events[slotID] = lastEvent
  }

  /// The slots with an event after number `epoch`, sorted; `nil` where they are no longer known.
  func slots(after epoch: UInt64) -> [Slot.ID]? {
    guard epoch >= forgotten else { return nil }
    guard epoch < lastEvent else { return [] }
    return events.filter { $0.value > epoch }.keys.sorted()
  }
}
