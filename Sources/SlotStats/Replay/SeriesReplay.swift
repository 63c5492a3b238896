#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The past of one series, judged part by part.
package struct SeriesReplay {
  private let history: SlotHistory
  private let recent: [StatsWindow: RecentReplay]

  /// Which buckets of a history are reported, for all of its series.
  package struct Reported {
    fileprivate let byWindow: [StatsWindow: RecentReplay.Reported]

    /// Those of the series of all slots together.
    package init(_ global: SlotHistory) {
      byWindow = Dictionary(
        uniqueKeysWithValues: [StatsWindow.minute, .hour].filter { !global[$0].isEmpty }.map {
          ($0, RecentReplay.Reported(global[$0], $0))
        })
    }
  }

  /// The past of a series, of which `reported` says where somebody counted.
  package init(_ history: SlotHistory, _ reported: Reported) {
    self.history = history
    let hours = HourTable(history[.hour])
    recent = Dictionary(
      uniqueKeysWithValues: reported.byWindow.map { window, reported in
        (window, RecentReplay(history, by: window, hours: hours, reported: reported))
      })
  }

  /// What the series was judged to be at the end of each bucket of a part.
  package func steps(_ part: ReplayPart, by thresholds: Thresholds) -> ReplaySteps {
    if part.grain.isRecent, let recent = recent[part.grain.window] { return recent.steps(part, by: thresholds) }
    return ownSteps(part, by: thresholds)
  }

  /// By the judged sample of the window, as a screen that shows it would have had it at the end of each bucket.
  private func ownSteps(_ part: ReplayPart, by thresholds: Thresholds) -> ReplaySteps {
    let window = part.grain.window
    let metrics = history[window]
    var (first, end) = (0, 0)
    let judgements = (0..<part.count).map { place -> StepJudgement? in
      let start = window.start(part.range.lowerBound, advancedBy: place)
      let shown = window.start(start, advancedBy: 1 - window.shownBuckets)
      while first < metrics.count, metrics[first].periodStart < shown { first += 1 }
      end = max(end, first)
      while end < metrics.count, metrics[end].periodStart <= start { end += 1 }
      guard first < end else { return nil }
      let series = JudgedSeries(
        metrics: Array(metrics[first..<end]), window: window, currentStart: start, thresholds: thresholds)
      return StepJudgement(state: series.ownState, sample: series.judged, usual: series.rest)
    }
    return ReplaySteps(
      grain: part.grain, start: part.range.lowerBound, limit: part.range.upperBound, judgements: judgements)
  }
}
