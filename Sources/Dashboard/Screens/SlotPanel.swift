import FoundationEssentials
import SlotStats
import TerminalUI

/// The slot under the cursor, beside the table on the widest screens.
struct SlotPanel {
  let state: DashboardState
  let slot: JudgedSlot

  func draw(on surface: inout Surface, row: Int, column: Int, bottom: Int) {
    guard let shown = state.shown else { return }
    let width = surface.size.columns - column - 1
    var y = row
    for (text, style) in [(slot.title, Style.strong), (state.subtitle(slot), .quiet)] where y < bottom {
      surface.put(TerminalText.fitted(text, width: width), row: y, column: column, style: style)
      y += 1
    }
    y += 1
    guard y + 1 < bottom else { return }
    let words = PeriodWords(shown[state.window], now: state.now.wall, zone: state.zone)
    _ = Headline.drawVerdict(
      SpokenSample(slot.series, words, ofRecent: slot.series.isRaised), mark: slot.series.state,
      isKnown: state.acknowledgement(slot.id) != nil, bounds: slot.series.boundsText(at: shown.generatedAt),
      on: &surface, row: y, column: column - 3)
    if let usual = slot.series.usualText { surface.put(usual, row: y + 1, column: column) }
    if let known = state.acknowledgedWords(slot.id, width: width) ?? state.alertLines(slot).last {
      surface.put(TerminalText.fitted(known, width: width), row: y + 2, column: column, style: .quiet)
      y += 1
    }
    y += 3
    for window in state.window.pair where shown.has(window) {
      guard let series = shown.slot(slot.id, in: window)?.series else { continue }
      let table = BucketTable(series: series, fleet: shown[window], columns: .panel, zone: state.zone)
      table.draw(
        on: &surface, row: y, column: column,
        limit: min(bottom - y, window == state.window.pair.last ? bottom - y : BucketTable.compactHeight))
      y += min(table.height, BucketTable.compactHeight) + 1
    }
  }
}

extension JudgedSlot {
  /// The id, and the name where that says more.
  var title: String { SlotTitle.hasName(slot) ? "\(slot.id) \(slot.name)" : slot.id }

}

extension DashboardState {
  /// `gpt-image-1.5, active`, and `as of 14:31` where it is older than the rest.
  func subtitle(_ slot: JudgedSlot) -> String {
    let parts = [slot.slot.providerID, slot.slot.isActive ? "active" : "off", freshnessText(slot.id)]
    return parts.compactMap(\.self).joined(separator: ", ")
  }
}

extension JudgedSeries {
  /// `, surely over 36%` for a marked series, `, surely under 9%` for one that is ok; else nothing. Of the last hour where
  /// that decides. Ages are told from `now`.
  func boundsText(at now: Date) -> String {
    switch state {
    case .stalled:
      if let words = recent?.openWords(at: now) { return ", " + words }
      let sample = isRaised ? recent?.counters ?? judged : judged
      return ", " + NumberText.open(sample.open, of: sample.ingestCount)
    case .quiet: return recent?.paceWords.map { ", quiet: \($0)" } ?? ", quiet"
    case .over: return recent.map { ", over: \($0.spanWords) \($0.ratioWords)" } ?? ", over"
    case .critical, .warning:
      guard let interval = isRaised ? recent?.interval : interval else { return "" }
      return ", surely over \(Int(interval.low * 100 + 1e-9))%"
        + (isRaised && recent?.isCooling == true ? ", cooling" : "")
    case .ok:
      guard let interval else { return "" }
      return ", surely under \(max(1, Int((interval.high * 100 - 1e-9).rounded(.up))))%"
    case .few, .missing, .idle, .off, .unread: return ""
    }
  }

  /// `usual 5.1% (17/335)`; `nil` where nothing is usual.
  var usualText: String? {
    let usual = isRaised ? recent.flatMap { $0.usual == nil ? nil : $0.usualCounters } : self.usual == nil ? nil : rest
    return usual.map { usual in
      let counts = "\(NumberText.count(usual.shownFailures))/\(NumberText.count(usual.totalRuns))"
      return "usual \(NumberText.percent(usual))% (\(counts))"
    }
  }
}
