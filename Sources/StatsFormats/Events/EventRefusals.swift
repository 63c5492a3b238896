/// What was refused of some input: how much, and the first of it with its reasons.
package struct EventRefusals: Hashable, Sendable {
  /// One refused line or item.
  package struct Refusal: Hashable, Sendable {
    /// The number of the line, from 1, or of the item of a list, from 0.
    package var number: Int
    /// Why, in one line that may hold text from outside.
    package var reason: String

    /// A refusal.
    package init(number: Int, reason: String) {
      self.number = number
      self.reason = reason
    }
  }

  /// How many were refused.
  package private(set) var count = 0
  /// The first refusals, at most ``kept``.
  package private(set) var first: [Refusal] = []
  /// How many refusals are kept with their reasons.
  package let kept: Int

  /// Nothing refused yet.
  package init(kept: Int = 20) {
    self.kept = max(kept, 0)
  }

  /// Counts a refusal; its words are made only where they are kept.
  package mutating func add(_ number: Int, _ fault: EventFault, in bytes: UnsafeRawBufferPointer?) {
    count += 1
    guard first.count < kept else { return }
    let reason = fault.reason(in: bytes ?? UnsafeRawBufferPointer(start: nil, count: 0))
    first.append(Refusal(number: number, reason: reason))
  }
}
