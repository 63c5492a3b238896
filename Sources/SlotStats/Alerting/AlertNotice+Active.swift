#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension AlertNotice.Identity {
  /// Which alert it is, of a source that is called so wherever the rules run.
  package init(_ alert: ActiveAlert, source: String) {
    let id: Slot.ID? = if case .slot(let id) = alert.subject { id } else { nil }
    self.init(rule: alert.rule.name, slotID: id, source: source)
  }
}

extension AlertNotice {
  /// What is told of an alert that fires, with the figures of the fleet that it was found in: of the last hour where the
  /// source has minutes.
  /// - Parameters:
  ///   - alert: the alert.
  ///   - fleet: the judged reading.
  ///   - source: what its source is called wherever the rules run.
  ///   - instant: the instant that the reading describes.
  package init(_ alert: ActiveAlert, in fleet: JudgedFleet, source: String, at instant: Date) {
    let slot: JudgedSlot? =
      if case .slot(let id) = alert.subject { fleet.slots.first { $0.id == id } } else { nil }
    // A rule of another window is judged by that window's own sample, of which nothing is said here.
    let isOfMinutes = alert.rule.test.window == nil || alert.rule.test.window == .minute
    let isKnown = alert.subject != .source && (isOfMinutes || alert.rule.test.window == fleet.window)
    var series = isKnown ? slot?.series ?? (alert.subject == .all ? fleet.global : nil) : nil
    if !isOfMinutes { series = series?.withoutRecent }
    self.init(
      Identity(alert, source: source),
      severity: alert.rule.severity == .page ? .page : .notice, slotName: slot?.slot.name,
      providerID: slot?.slot.providerID, startsAt: alert.began, state: alert.rule.test.condition.rawValue,
      summary: Self.summary(alert, series, at: instant), figures: series.map { Figures($0) },
      runbook: alert.rule.runbook)
  }

  /// `slot-019 critical: last hour 40.9% (18/44), usual 2.3%`.
  private static func summary(_ alert: ActiveAlert, _ series: JudgedSeries?, at instant: Date) -> String {
    let whom =
      switch alert.subject {
      case .slot(let id): id
      case .all: "all slots together"
      case .source: "the source"
      }
    let what = "\(whom) \(alert.rule.test.condition.rawValue)"
    guard let series else { return what }
    let reason: String? =
      switch alert.rule.test.condition {
      case .quiet: series.recent?.paceWords
      case .stalled: series.recent?.openWords(at: instant)
      case .missing, .stale, .lost: nil
      case .critical, .warning, .overUsual: Self.ratio(series)
      }
    return reason.map { "\(what): \($0)" } ?? what
  }

  private static func ratio(_ series: JudgedSeries) -> String {
    if let recent = series.recent {
      let usual = recent.usual == nil ? "" : ", usual \(NumberText.percent(recent.usualCounters))%"
      return "\(recent.spanWords) \(recent.ratioWords)\(usual)"
    }
    let usual = series.usual == nil ? "" : ", usual \(NumberText.percent(series.rest))%"
    let counts = "\(series.judged.shownFailures)/\(series.judged.totalRuns)"
    return "\(NumberText.percent(series.judged))% (\(counts))\(usual)"
  }
}

extension AlertNotice.Figures {
  /// Those of the last hour, or of the series' own sample where the source has no minutes.
  init(_ series: JudgedSeries) {
    let counters = series.recent?.counters ?? series.judged
    self.init(
      failures: counters.shownFailures, runs: counters.totalRuns, ratio: counters.shownRatio,
      lowEnd: series.recent?.interval?.low ?? (series.recent == nil ? series.interval?.low : nil),
      usual: series.recent?.usual ?? (series.recent == nil ? series.usual : nil),
      leadingKind: series.recent == nil ? series.leadingKind : series.recent?.leadingKind)
  }
}
