/// What falls due when: the earliest is found at once, and an entry costs the logarithm of their number.
///
/// Inlinable, so that it is made for its elements in other targets too: the simulator goes through it with every event.
package struct DueTimes<Element> {
  /// One thing and its time.
  package struct Entry {
    /// When it falls due.
    package var due: Duration
    /// The thing.
    package var element: Element

    @usableFromInline
    init(due: Duration, element: Element) {
      self.due = due
      self.element = element
    }
  }

  @usableFromInline
  var heap: [Entry] = []

  /// Nothing.
  package init() {}

  /// The earliest, if there is any.
  @inlinable package var first: Entry? { heap.first }

  /// Puts a thing in, which falls due at `due`.
  @inlinable
  package mutating func insert(_ element: Element, due: Duration) {
    heap.append(Entry(due: due, element: element))
    var child = heap.count - 1
    while child > 0, heap[child].due < heap[(child - 1) / 2].due {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  /// Takes the earliest out, if there is any.
  @inlinable
  package mutating func removeFirst() -> Entry? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    guard !heap.isEmpty else { return first }
    heap[0] = last
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child].due < heap[least].due {
        least = child
      }
      if least == parent { return first }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}

extension DueTimes: Sendable where Element: Sendable {}
extension DueTimes.Entry: Sendable where Element: Sendable {}
