#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// By what the past is judged: the buckets that a step is made of.
package struct ReplayGrain: Hashable, Sendable {
  /// The window of the buckets.
  package let window: StatsWindow
  /// Whether it is the last hour that is judged, against the same clock hours of the days before; else the judged sample
  /// of the window.
  package let isRecent: Bool

  /// Minutes, as a dashboard judges them.
  package static let minutes = ReplayGrain(window: .minute, isRecent: true)
  /// Whole hours in place of minutes that are kept no longer.
  package static let hours = ReplayGrain(window: .hour, isRecent: true)
  /// The own sample of a window.
  package static func own(_ window: StatsWindow) -> ReplayGrain { ReplayGrain(window: window, isRecent: false) }
}

/// What was judged at the end of one bucket.
package struct StepJudgement: Hashable, Sendable {
  /// What the series was.
  package let state: SlotState
  /// The judged sample.
  package let sample: StatsCounters
  /// What was counted while all was as usual.
  package let usual: StatsCounters

  /// As given.
  package init(state: SlotState, sample: StatsCounters, usual: StatsCounters) {
    (self.state, self.sample, self.usual) = (state, sample, usual)
  }

  /// Whether what a rule asks for held.
  func holds(_ test: AlertTest) -> Bool {
    test.condition == .overUsual
      ? OverUsual.holds(sample, usual: usual, factor: test.factor) : test.condition.holds(in: state)
  }
}

/// The steps of a while, one a bucket, and what a series was judged to be at the end of each.
package struct ReplaySteps: Sendable {
  /// By what they are judged.
  package let grain: ReplayGrain
  /// The start of the first bucket.
  package let start: Date
  /// The instant that nothing is known after: the last bucket may be unfinished.
  package let limit: Date
  /// What was judged at each; `nil` where nobody had counted.
  package let judgements: [StepJudgement?]

  /// When the bucket of a step begins.
  package func start(_ place: Int) -> Date { grain.window.start(start, advancedBy: place) }

  /// When a step was judged: at the end of its bucket.
  package func end(_ place: Int) -> Date { min(start(place + 1), limit) }
}
