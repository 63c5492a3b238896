import FoundationEssentials
import SlotStats

/// Since when it fails, and what came in the last minutes: from the series where the source has minutes or hours, else
/// from what was read since the dashboard was opened.
extension DashboardState {
  // MARK: Since when

  /// `since 14:05`, with the day instead of the time from the next day on, of a slot or, for `nil`, of all together;
  /// nothing where that is not known.
  func sinceText(_ id: Slot.ID?) -> String? {
    guard let shown, let instant = onset(id, in: shown) ?? crossing(id, in: shown) else { return nil }
    let (date, today) = (zone.civil(instant), zone.civil(shown.generatedAt))
    return "since \(date.isoDate == today.isoDate ? date.time : date.dayAndMonth)"
  }

  /// The start of what is above usual, by the shortest window whose range holds it; by the longest one that the source
  /// has of those within a day where it began before them all.
  private func onset(_ id: Slot.ID?, in shown: Fleet) -> Date? {
    guard let search = FailureOnset(usual: usual(id, in: shown), thresholds: thresholds(id, in: shown)) else {
      return nil
    }
    var onset: Date?
    for window in StatsWindow.allCases where window.isWithinDay && shown.has(window) {
      guard let start = search.start(in: shown.metrics(id, by: window)[...]) else { continue }
      onset = start
      if start > window.shownStart(endingAt: shown.generatedAt) { break }
    }
    return onset
  }

  /// What was counted while all was as usual: the finished buckets of days outside of the judged sample.
  private func usual(_ id: Slot.ID?, in shown: Fleet) -> StatsCounters {
    let window = [StatsWindow.standard, self.window].first(where: shown.has) ?? .standard
    guard let id else { return shown[window].global.rest }
    return shown.slot(id, in: window)?.series.rest ?? .zero
  }

  private func thresholds(_ id: Slot.ID?, in shown: Fleet) -> Thresholds {
    let rules = shown[window].rules
    return id.map { rules[slot: $0] } ?? rules.standard
  }

  /// When a slot was seen to cross a threshold; nothing where its minutes or hours would have told.
  private func crossing(_ id: Slot.ID?, in shown: Fleet) -> Date? {
    guard let id, !StatsWindow.allCases.contains(where: { $0.isWithinDay && shown.has($0) }) else { return nil }
    return shownHistory.markedSince(id, in: window)
  }

  // MARK: The last minutes

  /// What came in the last five minutes, for all slots or one: `last 5 min 31% (12/39)` and shorter, or since the
  /// dashboard was opened if that is less and the source has no minutes; `nil` where nothing is known of them.
  func recentText(_ id: Slot.ID? = nil) -> (long: String, short: String)? {
    if let shown, shown.has(.minute) {
      guard let recent = shown.recent(id) else { return nil }
      return Self.recentText("5 min", failures: recent.shownFailures, of: recent.totalRuns)
    }
    guard let recent = shownHistory.recent(id), recent.delta.runs > 0 else { return nil }
    // Across an outage, and after it has begun, five minutes would not be true.
    let isFull =
      recent.span >= RecentHistory.shown && recent.span < RecentHistory.shown + .seconds(60)
      && historyAt - recent.from < RecentHistory.shown + .seconds(120)
    let opened = now.wall.addingTimeInterval(-(now.uptime - recent.from).seconds)
    let span = isFull ? "5 min" : "since \(dayBefore(opened) ?? zone.civil(opened).time)"
    return Self.recentText(span, failures: recent.delta.failures, of: recent.delta.runs)
  }

  private static func recentText(_ span: String, failures: Int, of runs: Int) -> (long: String, short: String) {
    guard runs > 0 else { return ("last \(span) 0 runs", "\(span) 0 runs") }
    let counts = "\(NumberText.count(failures))/\(NumberText.count(runs))"
    let percent = NumberText.percent(failures: failures, runs: runs)
    return ("\(span.hasPrefix("since") ? "" : "last ")\(span) \(percent)% (\(counts))", "\(span) \(counts)")
  }
}

extension Fleet {
  /// How many minutes are the last ones, the unfinished one included.
  private static let recentMinutes = 5

  /// The shown buckets of a slot or, for `nil`, of all together.
  func metrics(_ id: Slot.ID?, by window: StatsWindow) -> [StatsMetric] {
    guard let series = reading.series[window] else { return [] }
    return id.map { series.bySlot[$0]?.metrics ?? [] } ?? series.global.metrics
  }

  /// What was counted in the last five minutes, the unfinished one included; `nil` where nobody reported any of them.
  fileprivate func recent(_ id: Slot.ID?) -> StatsCounters? {
    let current = StatsWindow.minute.bucketStart(containing: generatedAt)
    let first = StatsWindow.minute.start(current, advancedBy: 1 - Self.recentMinutes)
    let minutes = metrics(id, by: .minute).reversed().prefix { $0.periodStart >= first }
    return minutes.isEmpty ? nil : StatsSummary(minutes).counters
  }
}
