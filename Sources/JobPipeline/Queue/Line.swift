/// First in, first out.
struct Line<Element> {
  private var items: [Element?] = []
  private var head = 0

  var isEmpty: Bool { head == items.count }
  var count: Int { items.count - head }
  var first: Element? { isEmpty ? nil : items[head] }

  mutating func append(_ element: Element) { items.append(element) }

  mutating func prepend(_ element: Element) {
    if head == 0 {
      items.insert(element, at: 0)
    } else {
      head -= 1
      items[head] = element
    }
  }

  /// Takes the first out, if there is any.
  mutating func popFirst() -> Element? {
    guard head < items.count else { return nil }
    let first = items[head]
    items[head] = nil
    head += 1
    // The room of those who left is given back once it is most of it.
    if head >= 32, head * 2 >= items.count {
      items.removeFirst(head)
      head = 0
    }
    return first
  }

  /// The first ones, at most `limit`.
  func prefix(_ limit: Int) -> [Element] { items[head...].prefix(limit).compactMap(\.self) }

  /// Takes all out for which `condition` holds.
  mutating func removeAll(where condition: (Element) -> Bool) {
    items = items[head...].filter { $0.map { !condition($0) } ?? false }
    head = 0
  }
}
