#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What screens, reports and checks say of a last hour.
extension RecentSample {
  /// `last hour`, `last 75 min`, `last 3 h`: what the sample spans.
  package var spanWords: String {
    if minutes == Self.hour { return "last hour" }
    return minutes % 60 == 0 ? "last \(minutes / 60) h" : "last \(minutes) min"
  }

  /// `39.1% (18/46)`; `no runs` where there are none.
  package var ratioWords: String {
    guard counters.totalRuns > 0 else { return "no runs" }
    return "\(NumberText.percent(counters))% (\(NumberText.count(counters.shownFailures))/\(NumberText.runs(counters)))"
  }

  /// `58 open, oldest 40 min`; `nil` where nothing is known of single jobs.
  package func openWords(at now: Date) -> String? { openForms(at: now).first }

  /// The same, and shorter; nothing where nothing is known of single jobs.
  package func openForms(at now: Date) -> [String] {
    guard let open else { return [] }
    let age = AgeText.text(seconds: max(0, now.timeIntervalSince(open.oldest)))
    let count = NumberText.count(open.count)
    return [
      "\(count) open, oldest \(age)", "\(count) open, \(age)", "\(NumberText.count(open.count, fitting: 4)) open",
    ]
  }

  /// `3 in 15 min, usual 22`: why it is quiet; `nil` where nothing is usual.
  package var paceWords: String? {
    pace.map { pace in
      let usual = NumberText.count(Int(min(pace.usual.rounded(), 1e15)))
      return "\(NumberText.count(pace.runs)) in \(QuietRule.minutes) min, usual \(usual)"
    }
  }
}
