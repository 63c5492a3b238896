import FoundationEssentials
import SlotStats
import TerminalUI

/// The slots table: its heading, the rows of all slots together, and a row for each slot.
struct SlotsTable {
  let state: DashboardState
  let fleet: JudgedFleet
  let layout: TableLayout
  let words: PeriodWords

  init?(_ state: DashboardState) {
    guard let fleet = state.fleet else { return nil }
    self.state = state
    self.fleet = fleet
    layout = TableLayout(
      width: state.size.columns, extents: state.extents, window: state.window,
      hasRecent: fleet.minute != nil)
    words = PeriodWords(fleet, now: state.now.wall, zone: state.zone)
  }

  // MARK: The heading

  func drawHeading(on surface: inout Surface, row: Int) {
    for column in layout.columns {
      guard let span = layout[column.id], let end = layout.numberEnd(column.id) else { continue }
      let text = heading(column)
      let isLeading = column.id.isText || !column.id.isSortable
      if isLeading {
        surface.put(text, row: row, column: span.start, style: .quiet, width: span.width)
      } else {
        surface.put(text, row: row, endingAt: end, style: .quiet)
      }
      if column.id == state.sort.headed {
        let column = isLeading ? span.start + TerminalText.width(text) : end + 1
        surface.put(state.sort.isInverted ? "▵" : "▾", row: row, column: column, style: .quiet)
      }
    }
  }

  /// The marks below the bars of all slots together, at the buckets that they happened in.
  private func drawMarks(on surface: inout Surface, row: Int) {
    guard let span = layout[.bars] else { return }
    let shown = span.width - 1
    for age in state.marks(in: fleet).ages where age < shown {
      let column = span.start + shown - 1 - age + (age == 0 ? 1 : 0)
      surface.put(MarkRow.glyph, row: row, column: column, style: .strong)
    }
  }

  private func heading(_ column: TableColumn) -> String {
    switch column.id {
    case .title: return "\(words.unit), \(words.scope(state.scope))"
    case .usual: return state.scope == .current ? column.heading : headingOfCurrent
    case .bars: return barsHeading
    case .otherBars:
      let other = state.window.companion
      return state.shown?.has(other) == true ? other.counted(min(other.shownBuckets, TableLayout.compactBars)) : ""
    default: return column.heading
    }
  }

  private var headingOfCurrent: String {
    state.window == .standard && words.isNow ? state.window.facts.currentName : words.unit
  }

  /// `ratio 6–19 Nov`, shorter where that does not fit.
  private var barsHeading: String {
    let width = layout[.bars]?.width ?? 0
    let starts = fleet.starts.suffix(max(width - 1, 1))
    let (first, last) = (CivilDate(starts[starts.startIndex]), CivilDate(fleet.currentStart))
    let ends = [starts[starts.startIndex], fleet.currentStart].map { state.zone.label($0, fleet.window) }
    let isSameMonth = !fleet.window.isWithinDay && first.month == last.month
    let range = (isSameMonth ? String(first.day) : ends[0]) + "–" + ends[1]
    return ["ratio \(range)", range].first { TerminalText.width($0) <= width } ?? words.range
  }

  // MARK: All slots together

  /// The row of the scope, with mark and bars.
  func drawGlobal(on surface: inout Surface, row: Int) {
    let series = fleet.global
    let label = state.scope == .current ? words.judged(series.judgedBuckets) : words.range
    let style = state.acknowledgement(nil) == nil ? Style(series.state.tone, strong: true) : .quiet
    surface.put(state.rowMark(nil, series), row: row, column: 0, style: style)
    drawTitle(label, on: &surface, row: row)
    if series.state == .unread {
      for id in [TableColumn.ID.ratio, .failed, .runs] { drawNone("…", id, on: &surface, row: row) }
      return drawNote("not read yet", on: &surface, row: row)
    }
    draw(series, scope: state.scope, on: &surface, row: row)
    drawBars(series, id: nil, on: &surface, row: row)
  }

  /// The row of the other scope: numbers only.
  func drawGlobalOther(on surface: inout Surface, row: Int) {
    if state.subtotal == nil { drawMarks(on: &surface, row: row) }
    if let subtotal = state.subtotal { return draw(subtotal, on: &surface, row: row) }
    guard fleet.global.state != .unread else { return }
    let other: StatsScope = state.scope == .current ? .range : .current
    let label = other == .range ? words.range : words.judged(fleet.global.judgedBuckets)
    drawTitle(label, on: &surface, row: row)
    let counters = fleet.global.counters(other)
    drawRatio(counters, style: .plain, arrow: nil, on: &surface, row: row)
    for column in layout.columns where column.id != .usual && column.id != .open {
      drawNumber(column.id, fleet.global, counters: counters, style: nil, on: &surface, row: row)
    }
  }

  private func drawTitle(_ period: String, on surface: inout Surface, row: Int) {
    guard let span = layout[.title] else { return }
    // Both rows of all slots together are named in the same way.
    let longest = [words.range, words.judged(fleet.global.judgedBuckets)].map { TerminalText.width($0) }.max() ?? 0
    let name = ["all slots, ", "all, ", ""].first { $0.utf8.count + longest <= span.width } ?? ""
    surface.put(TerminalText.fitted(name + period, width: span.width), row: row, column: span.start)
  }

  // MARK: A slot

  func draw(_ slot: JudgedSlot, on surface: inout Surface, row: Int) {
    let series = slot.series
    let isCursor = slot.id == state.cursor
    let isKnown = state.acknowledgement(slot.id) != nil
    let style = isKnown ? Style.quiet : Style(series.state.tone, strong: series.state.isMarked)
    surface.put(state.rowMark(slot.id, series), row: row, column: 0, style: style)
    if isCursor { surface.put("›", row: row, column: 2, style: .strong) }
    drawName(slot, on: &surface, row: row)
    if let span = layout[.provider] {
      let provider = TerminalText.fitted(slot.slot.providerID ?? "", width: span.width)
      surface.put(provider, row: row, column: span.start, style: .quiet)
    }
    if let note = note(slot) {
      let none = series.state == .unread ? "…" : NumberText.none
      for id in [TableColumn.ID.ratio, .failed, .runs] { drawNone(none, id, on: &surface, row: row) }
      drawNote(note, on: &surface, row: row)
    } else {
      draw(series, scope: state.scope, id: slot.id, on: &surface, row: row)
    }
    drawBars(series, id: slot.id, on: &surface, row: row)
    if case .old = state.freshness(slot.id) {
      // Figures that are older than the rest wear no colour; marks and contrast stay.
      surface.dropHues(rows: row..<row + 1, columns: 0..<layout.end)
    }
    if isKnown { surface.dropHues(rows: row..<row + 1, columns: 0..<layout.end) }
    if series.state.isQuiet {
      surface.restyle(row: row, columns: 0..<layout.end) { if $0.tone == .text { $0.tone = .quiet } }
    }
    if isCursor {
      surface.restyle(row: row, columns: 0..<layout.end) {
        $0.strong = true
        $0.highlight = true
      }
    }
  }

  private func drawName(_ slot: JudgedSlot, on surface: inout Surface, row: Int) {
    guard let span = layout[.title] else { return }
    let idWidth = TerminalText.width(slot.id)
    var room = span.width
    if let since = sayings(slot).first(where: { idWidth + 1 + TerminalText.width($0) <= span.width }) {
      let style = state.acknowledgement(slot.id) == nil ? Style.strong : .quiet
      surface.put(since, row: row, endingAt: span.end, style: style)
      room -= TerminalText.width(since) + 1
    }
    let id = TerminalText.fitted(slot.id, width: min(idWidth, room))
    surface.put(id, row: row, column: span.start, style: SlotTitle.hasName(slot.slot) ? .quiet : .plain)
    let left = room - idWidth - 1
    guard SlotTitle.hasName(slot.slot), left > 1 else { return }
    surface.put(TerminalText.fitted(slot.slot.name, width: left), row: row, column: span.start + idWidth + 1)
  }

  private func drawNone(_ none: String, _ id: TableColumn.ID, on surface: inout Surface, row: Int) {
    guard let end = layout.numberEnd(id) else { return }
    surface.put(none, row: row, endingAt: end, style: .quiet)
  }

  private func drawNote(_ note: String, on surface: inout Surface, row: Int) {
    let column = layout[.usual].map { $0.end - 2 } ?? (layout[.runs]?.end ?? 0) + 1
    let limit = (layout[.bars]?.start ?? layout.end) - 1
    guard limit > column else { return }
    let width = min(TerminalText.width(note), limit - column)
    surface.put(TerminalText.fitted(note, width: width), row: row, column: column, style: .quiet)
  }

  // MARK: Numbers

  func draw(
    _ series: JudgedSeries, scope: StatsScope, id: Slot.ID? = nil, on surface: inout Surface, row: Int
  ) {
    let counters = series.counters(scope)
    let rose = id.flatMap { state.shownHistory.newest($0) }
    let own = series.state == .over ? .over : series.ownState
    let style = own.isMarked ? Style(own.tone, strong: true) : .plain
    drawRecent(series, on: &surface, row: row)
    drawRatio(counters, style: style, arrow: scope == .current ? arrow(series, id: id) : nil, on: &surface, row: row)
    for column in layout.columns {
      let hasRisen = rose.map { column.id == .runs && $0.runs > 0 || column.id == .failed && $0.failures > 0 }
      drawNumber(
        column.id, series, counters: counters, style: hasRisen == true ? .strong : nil, on: &surface, row: row)
    }
    if scope == .current, layout.hasSuffix, let span = layout[.runs] {
      surface.put(fleet.window.span(series.judgedBuckets), row: row, endingAt: span.end, style: .quiet)
    }
  }

  /// The last hour's ratio, in the colour of what that is judged to be.
  private func drawRecent(_ series: JudgedSeries, on surface: inout Surface, row: Int) {
    guard let span = layout[.recent], let end = layout.numberEnd(.recent), let recent = series.recent else { return }
    if recent.counters.totalRuns == 0 { return drawNone(NumberText.none, .recent, on: &surface, row: row) }
    let isMarked = recent.state.severity > 0 && recent.state != .quiet
    let style = isMarked ? Style(recent.state.tone, strong: true) : .plain
    surface.put(NumberText.percent(recent.counters), row: row, endingAt: end, style: style)
    guard let trend = recent.trend else { return }
    surface.put(trend == .above ? "↑" : "↓", row: row, column: span.end, style: style)
  }

  /// The instant that what is shown describes.
  var data: Date { state.shown?.generatedAt ?? fleet.currentStart }

  private func drawRatio(
    _ counters: StatsCounters, style: Style, arrow: String?, on surface: inout Surface, row: Int
  ) {
    guard let span = layout[.ratio], let end = layout.numberEnd(.ratio) else { return }
    surface.put(NumberText.percent(counters), row: row, endingAt: end, style: style)
    if let arrow { surface.put(arrow, row: row, column: span.end, style: style) }
  }

  /// `↑` or `↓` where the ratio is surely not as usual; `↺` in the bucket of a reset.
  private func arrow(_ series: JudgedSeries, id: Slot.ID?) -> String? {
    let seen = if let id { state.shownHistory.resetAt(id) } else { state.shownHistory.globalResetAt }
    let told = if let id { state.shown?.slot(id, in: state.window)?.slot.lastResetAt } else { lastResetOfAll }
    if let reset = [seen, told].compactMap(\.self).max(),
      fleet.window.bucketStart(containing: reset) == fleet.currentStart
    {
      return "↺"
    }
    switch series.trend {
    case .above: return "↑"
    case .below: return "↓"
    case nil: return nil
    }
  }

  /// Since when every slot has been set back, as the source tells; `nil` where one was not.
  private var lastResetOfAll: Date? {
    guard let slots = state.shown?.reading.slots, slots.allSatisfy({ $0.lastResetAt != nil }) else { return nil }
    return slots.lazy.compactMap(\.lastResetAt).min()
  }

  private func drawNumber(
    _ id: TableColumn.ID, _ series: JudgedSeries, counters: StatsCounters, style: Style?, on surface: inout Surface,
    row: Int
  ) {
    guard let end = layout.numberEnd(id) else { return }
    if id == .usual {
      guard let other = state.scope == .current ? series.rest : series.current else { return }
      guard other.totalRuns >= Thresholds.minUsualRuns || state.scope == .range else { return }
      surface.put(NumberText.percent(other), row: row, endingAt: end, style: .quiet)
    } else if !counters.unknown.isDisjoint(with: id.needed) {
      drawNone(NumberText.none, id, on: &surface, row: row)
    } else if let value = id.count(in: counters) {
      if id == .open, value == 0 { return }
      let isQuiet = value == 0 || id == .success || id == .ingest
      let width = layout.numberWidth(id)
      let text = id == .runs ? NumberText.runs(counters, fitting: width) : NumberText.count(value, fitting: width)
      surface.put(text, row: row, endingAt: end, style: style ?? (isQuiet ? .quiet : .plain))
    }
  }

  private func drawBars(_ series: JudgedSeries, id: Slot.ID?, on surface: inout Surface, row: Int) {
    if let span = layout[.bars] {
      surface.putRatios(series, in: fleet, row: row, column: span.start, newest: span.width - 1)
    }
    guard let span = layout[.otherBars], let shown = state.shown, shown.has(state.window.companion) else { return }
    let other = shown[state.window.companion]
    let otherSeries = id.map { shown.slot($0, in: other.window)?.series } ?? other.global
    if let otherSeries {
      surface.putRatios(otherSeries, in: other, row: row, column: span.start, newest: span.width - 1)
    }
  }
}

extension SlotState {
  /// Whether a row of this state is for reference only.
  var isQuiet: Bool { tone == .quiet }
}
