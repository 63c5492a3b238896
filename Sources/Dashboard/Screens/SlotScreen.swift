import FoundationEssentials
import SlotStats
import TerminalUI

/// One slot: its verdict, chart and kinds, buckets by day and week, and the others of its provider.
struct SlotScreen {
  let state: DashboardState

  /// The height from which there is a chart, and the width from which weeks stand beside days.
  private static let thresholds = (chartHeight: 36, besideWidth: 120)
  /// Where what can be scrolled begins.
  static let bodyRow = 4
  /// The rows of the table that the neighbours stand below: enough for all weeks.
  private static let besideHeight = 9
  /// Where the tables begin.
  private static let columns = (days: 3, weeks: 84)

  func draw(on surface: inout Surface) {
    let bottom = bottom
    guard let shown = state.shown, let slot = state.cursorSlot else {
      let id = TerminalText.fitted(state.cursor ?? "", width: min(40, TerminalText.width(state.cursor ?? "")))
      surface.put("‹", row: 1, column: 1, style: .quiet)
      surface.put("\(id) is not in the newest reading any more", row: 1, column: 3, style: .strong)
      drawFooter(nil, on: &surface, bottom: bottom)
      return
    }
    drawTitle(slot, on: &surface, row: 1)
    drawVerdict(slot, shown: shown, on: &surface, row: 2)
    let body = body(slot, shown)
    surface.put(body, rows: state.scroll..<state.scroll + max(0, bottom - Self.bodyRow), row: Self.bodyRow)
    drawFooter((slot, shown), on: &surface, bottom: bottom)
  }

  /// The first row below what can be scrolled.
  private var bottom: Int { state.size.rows >= 8 ? state.size.rows - 2 : state.size.rows }

  /// How far what stands below the verdict can be scrolled.
  var scrollLimit: Int {
    guard let shown = state.shown, let slot = state.cursorSlot else { return 0 }
    let top = tablesTop(slot, shown)
    return max(0, top + height(of: tables(slot, shown), below: top) - max(0, bottom - Self.bodyRow))
  }

  private var hasChart: Bool { state.size.rows >= Self.thresholds.chartHeight && state.size.columns >= 70 }

  /// What stands above chart and tables.
  private func intro(_ slot: JudgedSlot, _ shown: Fleet) -> SlotIntro {
    SlotIntro(state: state, slot: slot, shown: shown, hasChart: hasChart)
  }

  /// The row of the body in which the tables begin.
  private func tablesTop(_ slot: JudgedSlot, _ shown: Fleet) -> Int {
    intro(slot, shown).height + (hasChart ? state.chartHeight + 1 : 0)
  }

  /// The chart and the tables, as tall as they are.
  private func body(_ slot: JudgedSlot, _ shown: Fleet) -> Surface {
    let (top, tables, intro) = (tablesTop(slot, shown), tables(slot, shown), intro(slot, shown))
    var body = Surface(size: Size(columns: state.size.columns, rows: top + height(of: tables, below: top)))
    intro.draw(on: &body)
    if hasChart {
      TopBlocks(state, shown: shown, series: slot.series, id: slot.id).draw(on: &body, row: intro.height)
    }
    drawTables(tables, slot, shown: shown, on: &body, row: top)
    return body
  }

  private func drawTitle(_ slot: JudgedSlot, on surface: inout Surface, row: Int) {
    surface.put("‹", row: row, column: 1, style: .quiet)
    let count = NumberText.count(state.rows.count)
    let place = state.cursorRow.map { "\(NumberText.count($0 + 1)) of \(count)" } ?? "not among the \(count) listed"
    // The narrowest screens say which slot it is, and no more.
    let right = surface.size.columns >= 40 ? "\(place), \(state.sort.label)" : ""
    let end = surface.size.columns - 2
    let room = max(0, end - 3 - (right.isEmpty ? 0 : TerminalText.width(right) + 2))
    let title = TerminalText.fitted(slot.title, width: min(TerminalText.width(slot.title), room))
    let used = surface.put(title, row: row, column: 3, style: .strong)
    surface.put(
      TerminalText.fitted(state.subtitle(slot), width: max(0, room - used - 3)), row: row, column: 3 + used + 3,
      style: .quiet)
    surface.put(right, row: row, endingAt: end, style: .quiet)
  }

  private func drawVerdict(_ slot: JudgedSlot, shown: Fleet, on surface: inout Surface, row: Int) {
    let words = PeriodWords(shown[state.window], now: state.now.wall, zone: state.zone)
    let series = slot.series
    let sample = SpokenSample(series, words, ofRecent: series.isRaised)
    var column = Headline.drawVerdict(
      sample, mark: series.state, isKnown: state.acknowledgement(slot.id) != nil,
      bounds: series.boundsText(at: shown.generatedAt), on: &surface, row: row)
    let end = surface.size.columns - 2
    var right: [String] = []
    let leading = series.isRaised ? series.recent?.leadingKind : series.leadingKind
    if let kind = leading, sample.counters.shownFailures > 0 {
      let counts =
        "\(NumberText.count(kind.count(in: sample.counters))) of \(NumberText.count(sample.counters.shownFailures))"
      right.append("\(kind.label) \(counts)")
    }
    // Each in its forms, the longest first; on narrow screens the last minutes come before the others.
    let usual = series.usualText.map { [$0] }
    let since = series.state.isMarked ? state.sinceText(slot.id).map { [$0] } : nil
    let rise = state.lastRiseText.map { [$0] }
    let recent = state.recentText(slot.id).map { [$0.long, $0.short] }
    // A source with minutes has both samples; the one that does not decide is told behind the other.
    let other = series.recent.flatMap { lastHour -> [String]? in
      guard series.state != .over else { return nil }
      if !series.isRaised {
        return lastHour.counters.totalRuns > 0 ? ["\(lastHour.spanWords) \(lastHour.ratioWords)"] : nil
      }
      let own = SpokenSample(series, words, ofRecent: false)
      return own.counters.totalRuns > 0 ? ["\(own.period.after) \(NumberText.percent(own.counters))%"] : nil
    }
    let known = state.acknowledgedWords(slot.id, width: max(0, end - 4)).map { [$0] }
    let rule = state.alertLines(slot)
    let left =
      [known, rule.isEmpty ? nil : rule]
      + (surface.size.columns < 80
        ? [recent, since, other, usual, rise] : [usual, since, rise, recent, other])
    // What has no room beside the verdict stands below it, where the line is free.
    var below = 1
    let last = surface.size.rows > Self.bodyRow ? end : 0
    for case let forms? in left {
      if let text = forms.first(where: { column + 3 + TerminalText.width($0) <= end }) {
        column += 3 + surface.put(text, row: row, column: column + 3)
      } else if let text = forms.first(where: { below + 3 + TerminalText.width($0) <= last }) {
        below += 3 + surface.put(text, row: row + 1, column: below + 3)
      }
    }
    if let text = right.first, column + 3 + TerminalText.width(text) <= end {
      surface.put(text, row: row, endingAt: end)
    }
  }

  private var isBeside: Bool { state.size.columns >= Self.thresholds.besideWidth }

  /// The tables of buckets: the shorter window's first where they stand beside each other, else the chosen one's.
  private func tables(_ slot: JudgedSlot, _ shown: Fleet) -> [BucketTable?] {
    let pair = state.window.pair
    return (isBeside ? pair : [state.window, state.window.companion]).map { window in
      guard shown.has(window) else { return nil }
      return shown.slot(slot.id, in: window).map {
        BucketTable(
          series: $0.series, fleet: shown[window], columns: window == pair.first || !isBeside ? .wide : .short,
          zone: state.zone, weekPrefix: "from", hasSum: window == pair.first)
      }
    }
  }

  private func height(of tables: [BucketTable?], below top: Int) -> Int {
    guard isBeside else { return max(0, tables.reduce(-1) { $0 + ($1.map { $0.height + 1 } ?? 0) }) }
    // The neighbours take what the screen has, and no more than the longer table needs.
    return max(tables[0]?.height ?? 0, min(tables[1]?.height ?? 0, Self.besideHeight), bottom - Self.bodyRow - top)
  }

  private func drawTables(
    _ tables: [BucketTable?], _ slot: JudgedSlot, shown: Fleet, on surface: inout Surface, row: Int
  ) {
    let bottom = surface.size.rows
    if isBeside {
      tables[0]?.draw(on: &surface, row: row, column: Self.columns.days, limit: bottom - row)
      let longer = tables[1]
      let limit = Self.besideHeight
      longer?.draw(on: &surface, row: row, column: Self.columns.weeks, limit: min(limit, bottom - row))
      let used = min(longer?.height ?? 0, limit)
      drawNeighbours(slot, shown: shown, on: &surface, row: row + used + 1, bottom: bottom)
      return
    }
    var y = row
    for case let table? in tables {
      table.draw(on: &surface, row: y, column: Self.columns.days, limit: bottom - y)
      y += table.height + 1
    }
  }

  /// The other slots of the same provider, worst first, and all of it.
  private func drawNeighbours(_ slot: JudgedSlot, shown: Fleet, on surface: inout Surface, row: Int, bottom: Int) {
    guard let provider = slot.slot.providerID, row + 2 < bottom else { return }
    let fleet = shown[state.window]
    let column = Self.columns.weeks
    let ends = (ratio: column + 19, usual: column + 27, runs: column + 34)
    surface.put("same provider", row: row, column: column - 2, style: .quiet)
    surface.put("fail%", row: row, endingAt: ends.ratio, style: .quiet)
    surface.put("usual", row: row, endingAt: ends.usual, style: .quiet)
    surface.put("runs", row: row, endingAt: ends.runs, style: .quiet)
    let others = fleet.slots.lazy.filter {
      $0.slot.providerID == provider && $0.id != slot.id && $0.series.state != .off
    }
    var rows = Array(others.prefix(max(0, bottom - row - 2)).map { ($0.id, $0.series) })
    if let all = shown.providers(state.window).first(where: { $0.id == provider }) {
      rows.append(("all of it", all.series))
    }
    for (index, (label, series)) in rows.enumerated() {
      let y = row + 1 + index
      let style = series.state.isMarked ? Style(series.state.tone, strong: true) : .plain
      surface.put(series.state.rowMark, row: y, column: column - 3, style: style)
      surface.put(TerminalText.fitted(label, width: 14), row: y, column: column)
      surface.put(NumberText.percent(series.judged), row: y, endingAt: ends.ratio, style: style)
      if series.usual != nil {
        surface.put(NumberText.percent(series.rest), row: y, endingAt: ends.usual, style: .quiet)
      }
      surface.put(NumberText.count(series.judged.totalRuns), row: y, endingAt: ends.runs)
    }
  }

  private func drawFooter(_ shown: (slot: JudgedSlot, fleet: Fleet)?, on surface: inout Surface, bottom: Int) {
    guard surface.size.rows >= 8 else { return }
    let status = StatusLine(state: state)
    let end = surface.size.columns - 2
    if let field = state.field {
      status.drawTyped(field, on: &surface, row: bottom, room: end)
    } else if let message = status.message {
      surface.put(TerminalText.fitted(message, width: max(0, end)), row: bottom, column: 1, style: status.messageStyle)
    } else if let (slot, fleet) = shown {
      let parts = state.window.pair.filter(fleet.has).map { window in
        let reported = fleet.slot(slot.id, in: window)?.series.metrics.count ?? 0
        return "\(reported) of \(window.shownRange)"
      }
      let column = 4 + surface.put(whole: parts.joined(separator: ", "), row: bottom, column: 4, style: .quiet)
      let right = [scrolledText, state.window.isWithinDay ? nil : state.dayStartText].compactMap(\.self)
      let choices = [right.joined(separator: "   "), right.first ?? ""]
      if let text = choices.first(where: { column + 3 + TerminalText.width($0) <= end }) {
        surface.put(text, row: bottom, endingAt: end, style: .quiet)
      }
    }
    let hints =
      state.field?.hints
      ?? KeyHint.slot(
        windows: state.windows, isPaused: state.isPaused, isLocalTime: state.isLocalTime,
        hasRunbook: state.cursorSlot.map { $0.slot.runbook != nil || $0.slot.link != nil } ?? false)
    status.drawHints(hints, on: &surface, row: bottom + 1)
  }
}

extension SlotScreen {
  /// `1–14 of 26 lines, j k`, where not all of them fit.
  private var scrolledText: String? {
    let limit = scrollLimit
    guard limit > 0 else { return nil }
    let shown = max(0, bottom - Self.bodyRow)
    return "\(state.scroll + 1)–\(state.scroll + shown) of \(limit + shown) lines, j k"
  }
}

extension DashboardState {
  /// Where the buckets of days begin, as the labels tell time: `days start 03:00 MSK`.
  var dayStartText: String {
    guard isLocalTime else { return "days start 00:00 UTC" }
    let start = StatsWindow.standard.bucketStart(containing: now.wall)
    return "days start \(zone.civil(start).time) \(zone.name(at: start))"
  }

  /// When the failures of the slot under the cursor last rose: is it burning, or burnt out? `nil` before the second
  /// reading, since daily buckets alone cannot tell.
  var lastRiseText: String? {
    guard let cursor, !shownHistory.isEmpty else { return nil }
    guard let rise = shownHistory.lastRise(cursor) else { return "no new failure since opened" }
    return "last new failure \(AgeText.text(seconds: (historyAt - rise).seconds)) ago"
  }
}
