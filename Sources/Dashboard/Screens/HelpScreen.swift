import SlotStats
import TerminalUI

/// The help: keys from the key table, then marks and numbers with the thresholds in force.
struct HelpScreen: OverlayScreen {
  let state: DashboardState

  /// Where the blocks of the right half begin, and their texts; on a narrow screen they follow the left ones below.
  private var columns: (left: Int, leftText: Int, right: Int, rightText: Int, meaning: Int) {
    isWide ? (left: 1, leftText: 11, right: 40, rightText: 56, meaning: 47) : (1, 16, 1, 16, 8)
  }

  private var isWide: Bool { state.size.columns >= 78 }
  /// Whether what a key does has no room beside it, and stands below.
  private var isTight: Bool { state.size.columns < 46 }

  func draw(on surface: inout Surface) {
    let page = page
    let limit = scrollLimit(of: page)
    surface.put(page, rows: state.scroll..<state.scroll + surface.size.rows, row: 0)
    for column in 0..<surface.size.columns { surface.put(" ", row: 0, column: column) }
    surface.put("help", row: 0, column: 1, style: .strong)
    let closing = (state.size.columns < 34 ? "Esc closes" : "Esc or ? closes") + (limit > 0 ? ", j k scroll" : "")
    let column = max(6, min(62, surface.size.columns - 1 - closing.utf8.count))
    surface.put(closing, row: 0, column: column, style: .quiet)
    guard let notice = state.notice else { return }
    let row = limit > 0 ? surface.size.rows - 1 : min(page.size.rows, surface.size.rows) - 1
    let text = TerminalText.fitted(notice.text, width: min(78, surface.size.columns - 1))
    surface.put(text, row: row, column: 1, style: .strong)
  }

  /// How far the help can be scrolled.
  var scrollLimit: Int { scrollLimit(of: page) }

  private func scrollLimit(of page: Surface) -> Int { max(0, page.size.rows - state.size.rows) }

  /// All of the help, as tall as it is; its first row is left free.
  private var page: Surface {
    var page = Surface(size: Size(columns: state.size.columns, rows: Self.tallest))
    var left = 2
    var right = left
    left = drawKeys(.look, on: &page, row: left, column: columns.left, text: columns.leftText)
    if KeyTable.entries.contains(where: { $0.group == .onCall }) {
      left = drawKeys(.onCall, on: &page, row: left + 1, column: columns.left, text: columns.leftText)
    }
    if !isWide { right = left + 1 }
    right = drawKeys(.move, on: &page, row: right, column: columns.right, text: columns.rightText) + 1
    right = drawKeys(.read, on: &page, row: right, column: columns.right, text: columns.rightText)
    let meanings = max(left + 1, isWide ? right : right + 1)
    left = drawMarks(on: &page, row: meanings)
    right = drawNumbers(on: &page, row: isWide ? meanings : left + 1)
    let bars = max(left, right) + 1
    let end = drawBars(on: &page, row: bars) + 1
    drawFooter(on: &page, row: end)
    var whole = Surface(size: Size(columns: state.size.columns, rows: end + 1))
    whole.put(page, rows: 0..<end + 1, row: 0)
    return whole
  }

  /// More rows than the help ever has.
  private static let tallest = 80

  private func drawFooter(on surface: inout Surface, row: Int) {
    let end = 1 + surface.put("\(state.dayStartText), weeks on Monday", row: row, column: 1, style: .quiet)
    guard isWide else { return }
    // A zone may have a long name.
    let start = max(41, end + 2)
    surface.put("read-only", row: row, column: start, style: .quiet)
    surface.put("slotwatch \(state.options.version)", row: row, column: start + 12, style: .quiet)
  }

  /// Draws a group of keys and returns the row below it.
  private func drawKeys(_ group: KeyTable.Group, on surface: inout Surface, row: Int, column: Int, text: Int) -> Int {
    surface.put(group.rawValue, row: row, column: column, style: .quiet)
    var y = row + 1
    for entry in KeyTable.entries.map(withWindows) where entry.group == group {
      surface.put(entry.label, row: y, column: column, style: .strong)
      if isTight { y += 1 }
      for line in entry.help {
        let isInterval = entry.bindings.contains { $0.action == .longerInterval }
        let interval = isInterval ? " (\(state.schedule.interval) s)" : ""
        surface.put(line + interval, row: y, column: isTight ? column + 2 : text)
        y += 1
      }
    }
    return y
  }

  /// The line of the windows names those that the source has.
  private func withWindows(_ entry: KeyTable.Entry) -> KeyTable.Entry {
    guard case .window = entry.bindings.first?.action else { return entry }
    let windows = state.windows
    let isShort = windows.count < 3
    return KeyTable.Entry(
      group: entry.group, label: windows.map { String($0.initial) }.joined(separator: isShort ? "  " : " "),
      help: [
        isShort
          ? windows.map { "by \($0.rawValue)" }.joined(separator: ", ")
          : "by " + windows.map(\.rawValue).joined(separator: ", ")
      ],
      bindings: entry.bindings)
  }

  /// Whether the source has minutes, and so a last hour.
  private var hasRecent: Bool { state.shown?.reading.recent != nil }

  private var thresholds: Thresholds { state.options.thresholds }

  private var few: String { "\(thresholds.minRuns) runs" }

  private func drawMarks(on surface: inout Surface, row: Int) -> Int {
    let critical = Self.percent(thresholds.critical)
    let warning = Self.percent(thresholds.warning)
    let marks: [(mark: String, lines: [String])] = [
      ("!!", ["critical: surely over \(critical)"]),
      (" !", ["warning: surely over \(warning), or", "stalled: over half still open"]),
    ]
    let recent: [(mark: String, lines: [String])] = [
      (" !", ["quiet: far fewer jobs than usual"]), (" *", ["over: the last hour is well again"]),
    ]
    let others: [(mark: String, lines: [String])] = [
      (" ?", ["under \(few), under \(Thresholds.minFailures) failures"]),
      (" ·", ["idle   – missing   × off   ↺ reset"]),
    ]
    let known: [(mark: String, lines: [String])] =
      state.options.acknowledger == nil ? [] : [(" \(Acknowledgement.mark)", ["acknowledged: known, not counted"])]
    let all = marks + (hasRecent ? recent : []) + others + known
    let row = drawMeanings("marks", all, on: &surface, row: row, column: columns.left, text: 5)
    surface.put("surely: low end of the 95% interval", row: row, column: 1)
    return row + 1
  }

  private func drawNumbers(on surface: inout Surface, row: Int) -> Int {
    let recent: [(name: String, lines: [String])] = [
      ("now%", ["the same of the last hour, or of", "more, to reach \(few)"])
    ]
    let numbers: [(name: String, lines: [String])] = [
      ("fail%", ["all but success, of all runs"]),
      ("usual", ["the same, finished days before"]),
      ("↑ ↓", ["surely above, below usual"]),
      ("2d", ["with the day before, to reach", "\(few) or \(Thresholds.minFailures) failures"]),
      ("open", ["received, not finished"]),
    ]
    let all = numbers + (hasRecent ? recent : [])
    return drawMeanings("numbers", all, on: &surface, row: row, column: columns.right, text: columns.meaning)
  }

  private func drawMeanings(
    _ title: String, _ meanings: [(String, [String])], on surface: inout Surface, row: Int, column: Int, text: Int
  ) -> Int {
    surface.put(title, row: row, column: column, style: .quiet)
    var y = row + 1
    for (name, lines) in meanings {
      surface.put(name, row: y, column: column, style: .strong)
      for line in lines {
        surface.put(line, row: y, column: text)
        y += 1
      }
    }
    return y
  }

  /// Draws what the bars mean and returns the row below.
  private func drawBars(on surface: inout Surface, row: Int) -> Int {
    let step = Self.percent(thresholds.warning)
    let full = Self.percent(thresholds.warning * 7)
    let scale = "one step is \(step), full from \(full)"
    let signs =
      ["\(Bars.filling) still filling", "· no runs", "gap: no data", "dim: under 20 runs"]
      + (state.notes.marks.isEmpty ? [] : ["\(MarkRow.glyph) mark"])
    surface.put("bars \(String(Bars.glyphs.dropFirst()))", row: row, column: 1)
    guard isWide else {
      for (index, line) in ([scale] + signs).enumerated() { surface.put(line, row: row + 1 + index, column: 6) }
      return row + 2 + signs.count
    }
    surface.put(scale + "; every row, every time the same", row: row, column: 16)
    for (column, text) in zip([6, 24, 36, 51, 72], signs) { surface.put(text, row: row + 1, column: column) }
    return row + 2
  }

  /// `5%`, `2.5%`.
  private static func percent(_ ratio: Double) -> String {
    let tenths = Int((ratio * 1000).rounded())
    return (tenths % 10 == 0 ? String(tenths / 10) : NumberText.decimal(tenths, places: 1)) + "%"
  }
}
