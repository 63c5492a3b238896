import FoundationEssentials
import SlotStats

/// How telling one sink goes: for the status line and for metrics.
package struct SinkStatus: Hashable, Sendable {
  /// A failure, with when it was.
  package struct Failure: Hashable, Sendable {
    /// Why, in one line that may be shown as it is.
    package var line: String
    /// When.
    package var at: Date
  }

  /// What the sink is called.
  package var name: String
  /// The notices that it took.
  package var sent = 0
  /// The notices that it could not be told of, and will not be.
  package var failed = 0
  /// The notices that left the queue untold, since it was full.
  package var dropped = 0
  /// The notices that it is still to be told of.
  package var waiting = 0
  /// How often in a row it failed; 0 once it was told of anything.
  package var failuresInRow = 0
  /// The last failure, even where all is well again; `nil` where there was none.
  package var lastFailure: Failure?

  /// A sink that has been told of nothing.
  package init(name: String) { self.name = name }

  /// `hook failed 3×: exit 1`; `nil` while all is well.
  package var words: String? {
    guard failuresInRow > 0, let lastFailure else { return nil }
    return "\(name) failed\(failuresInRow > 1 ? " \(failuresInRow)×" : ""): \(lastFailure.line)"
  }
}
