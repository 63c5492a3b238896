import FoundationEssentials
import SlotStats

/// A past instant that somebody wants to see: one to begin with, and steps from there.
package struct PastWish: Hashable, Sendable {
  /// Where the steps begin.
  package var from: Date
  /// How many buckets of each window it is from there, back if negative.
  private var steps: [StatsWindow: Int] = [:]

  /// An instant.
  package init(from: Date) { self.from = from }

  /// Goes so many buckets of a window further, back if negative; the steps add up.
  package mutating func step(_ window: StatsWindow, by count: Int) {
    steps[window, default: 0] += count
    if steps[window] == 0 { steps[window] = nil }
  }

  /// Whether it is an instant of its own, not one that is so many steps from another.
  package var isInstant: Bool { steps.isEmpty }

  /// The instant with all its steps, whatever they are of.
  package var instant: Date { instant(withStepsOf: StatsWindow.allCases) }

  /// The instant with the steps of windows within a day alone.
  package var instantWithinDay: Date { instant(withStepsOf: StatsWindow.allCases.filter(\.isWithinDay)) }

  /// How many steps of longer windows it is from ``instantWithinDay``.
  package var longSteps: Int { steps.reduce(0) { $0 + ($1.key.isWithinDay ? 0 : $1.value) } }

  private func instant(withStepsOf windows: [StatsWindow]) -> Date {
    windows.reduce(from) { $1.start($0, advancedBy: steps[$1] ?? 0) }
  }
}

/// How a read of the past ended.
package enum PastOutcome: Equatable, Sendable {
  /// With everything as it was, judged; its own instant may be earlier than the one that was asked for.
  case fleet(Fleet)
  /// What was asked for is no longer past.
  case now
  /// Without anything; why, in one line that may hold text from outside.
  case failed(cause: String)
}
