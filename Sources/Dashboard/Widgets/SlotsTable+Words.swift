import FoundationEssentials
import SlotStats

/// What the rows of the slots table say in words.
extension SlotsTable {
  /// What a row says of itself beside its id, the longest first: `as of 14:31` where it shows something older than the
  /// others, why it is stalled, or since when it fails.
  func sayings(_ slot: JudgedSlot) -> [String] {
    if case .old(let instant) = state.freshness(slot.id) {
      let day = state.dayBefore(instant)
      return [state.freshnessText(slot.id), day.map { "as of \($0)" }, day].compactMap(\.self)
    }
    let known = state.acknowledgedForms(slot.id)
    if !known.isEmpty { return known }
    let alert = state.alertForms(slot)
    return alert.isEmpty ? stateSayings(slot) : alert + stateSayings(slot)
  }

  /// Why it is in its state, or since when.
  private func stateSayings(_ slot: JudgedSlot) -> [String] {
    guard slot.series.state.isMarked else { return [] }
    if slot.series.state == .stalled, let forms = slot.series.recent?.openForms(at: data), !forms.isEmpty {
      return forms
    }
    if slot.series.state == .stalled, layout[.open] == nil {
      let open = NumberText.count(slot.series.open)
      return ["\(open) open", "\(NumberText.count(slot.series.open, fitting: 4)) open"]
    }
    if slot.series.state == .quiet { return (slot.series.recent?.paceWords.map { [$0] } ?? []) + ["quiet"] }
    return state.sinceText(slot.id).map { [$0] } ?? []
  }

  /// Why a row has no numbers, in words; `nil` where it has some.
  func note(_ slot: JudgedSlot) -> String? {
    let series = slot.series
    if series.state == .unread { return state.freshnessText(slot.id) ?? "not read yet" }
    guard series.counters(state.scope).totalRuns == 0 || series.state == .off || series.state == .missing else {
      return nil
    }
    if state.scope == .range, series.range.totalRuns > 0 { return nil }
    switch series.state {
    case .off: return lastRun(slot).map { "off, last run \($0)" } ?? "off"
    case .missing:
      return "no data since \(series.metrics.last.map { state.zone.label($0.periodStart, fleet.window) } ?? "")"
    case .stalled, .quiet, .critical, .warning: return nil
    default: return "idle for \(idlePeriod(series))"
    }
  }

  /// The day of the last run, or its week where no shown day had one: a week's date is not that of a run.
  private func lastRun(_ slot: JudgedSlot) -> String? {
    func last(_ window: StatsWindow) -> String? {
      state.shown?.reading.series[window]?.bySlot[slot.id]?.metrics.last { $0.counters.totalRuns > 0 }.map {
        CivilDate($0.periodStart).dayAndMonth
      }
    }
    return last(.standard) ?? last(fleet.window).map { "\(fleet.window.rawValue) \($0)" }
  }

  /// The finished and current buckets since the last run; the whole range where there was none.
  private func idlePeriod(_ series: JudgedSeries) -> String {
    guard let last = series.metrics.last(where: { $0.counters.totalRuns > 0 }) else { return words.range }
    let count = Int((fleet.currentStart.timeIntervalSince(last.periodStart) / fleet.window.length).rounded())
    return fleet.window.counted(count)
  }
}
