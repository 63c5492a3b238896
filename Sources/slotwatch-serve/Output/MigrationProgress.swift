import Synchronization
import TerminalUI

/// How far the migration of an older store is: on a terminal one line that is written over, elsewhere a line every few
/// seconds. Nothing where it takes no time.
final class MigrationProgress: Sendable {
  private let patience: Duration
  private let step: Duration
  private let name: String
  private let isTerminal: Bool
  private let errors: @Sendable (String) -> Void
  private let now: @Sendable () -> ContinuousClock.Instant
  private let started: ContinuousClock.Instant
  private let shownAt = Mutex<ContinuousClock.Instant?>(nil)

  /// The progress of the store at `path`, told through `errors`.
  init(
    of path: String, isTerminal: Bool, _ errors: @escaping @Sendable (String) -> Void,
    now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock().now }
  ) {
    name = TerminalText.neutralised(path)
    self.isTerminal = isTerminal
    self.errors = errors
    self.now = now
    patience = .milliseconds(isTerminal ? 500 : 2_000)
    step = .milliseconds(isTerminal ? 100 : 5_000)
    started = now()
  }

  /// Tells that so much is done, from 0 to 1.
  func show(_ share: Double) {
    let now = now()
    let isDue = shownAt.withLock { shownAt in
      guard now - started >= patience, shownAt.map({ now - $0 >= step }) ?? true else { return false }
      shownAt = now
      return true
    }
    guard isDue else { return }
    let line = "bringing store \"\(name)\" to the present version: \(Int(min(max(share, 0), 1) * 100)) %"
    errors(isTerminal ? ProgressLine.over(line, columns: ProgressLine.columns) : "slotwatch: \(line)\n")
  }

  /// Clears the line, or says that it is done where something was told.
  func end(isDone: Bool) {
    guard shownAt.withLock({ $0 }) != nil else { return }
    if isTerminal {
      errors(ProgressLine.clear)
    } else if isDone {
      errors("slotwatch: store \"\(name)\" has the present version.\n")
    }
  }
}
