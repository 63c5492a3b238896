import SlotStats
import TerminalUI

/// The help: keys from the key table, then marks and numbers with the thresholds in force.
struct HelpScreen {
  let state: DashboardState

  private static let columns = (left: 1, leftText: 11, right: 40, rightText: 56, meaning: 47)

  func draw(on surface: inout Surface) {
    surface.put("help", row: 0, column: 1, style: .strong)
    let closing = "Esc or ? closes"
    surface.put(closing, row: 0, column: max(6, 62), style: .quiet)
    drawKeys(.look, on: &surface, row: 2, column: Self.columns.left, text: Self.columns.leftText)
    drawKeys(.move, on: &surface, row: 2, column: Self.columns.right, text: Self.columns.rightText)
    drawKeys(.read, on: &surface, row: 9, column: Self.columns.right, text: Self.columns.rightText)
    drawMeanings(on: &surface, row: 12)
    drawBars(on: &surface, row: 20)
    if let notice = state.notice {
      surface.put(notice.text, row: min(23, surface.size.rows - 1), column: 1, style: .strong, width: 78)
      return
    }
    let days = "days start 00:00 UTC, weeks on Monday"
    surface.put(days, row: 23, column: 1, style: .quiet)
    surface.put("read-only", row: 23, column: 41, style: .quiet)
    surface.put("slotwatch \(state.options.version)", row: 23, column: 53, style: .quiet)
  }

  private func drawKeys(_ group: KeyTable.Group, on surface: inout Surface, row: Int, column: Int, text: Int) {
    surface.put(group.rawValue, row: row, column: column, style: .quiet)
    var y = row + 1
    for entry in KeyTable.entries.map(withWindows) where entry.group == group {
      surface.put(entry.label, row: y, column: column, style: .strong)
      for line in entry.help {
        let isInterval = entry.bindings.contains { $0.action == .longerInterval }
        surface.put(line + (isInterval ? " (\(state.schedule.interval) s)" : ""), row: y, column: text)
        y += 1
      }
    }
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

  private var thresholds: Thresholds { state.options.thresholds }

  private func drawMeanings(on surface: inout Surface, row: Int) {
    let critical = Self.percent(thresholds.critical)
    let warning = Self.percent(thresholds.warning)
    let few = "\(thresholds.minRuns) runs"
    let marks: [(mark: String, lines: [String])] = [
      ("!!", ["critical: surely over \(critical)"]),
      (" !", ["warning: surely over \(warning), or", "stalled: over half still open"]),
      (" ?", ["under \(few), under \(Thresholds.minFailures) failures"]),
      (" ·", ["idle   – missing   × off   ↺ reset"]),
    ]
    surface.put("marks", row: row, column: Self.columns.left, style: .quiet)
    var y = row + 1
    for (mark, lines) in marks {
      surface.put(mark, row: y, column: 1, style: .strong)
      for line in lines {
        surface.put(line, row: y, column: 5)
        y += 1
      }
    }
    surface.put("surely: low end of the 95% interval", row: y, column: 1)

    let numbers: [(name: String, lines: [String])] = [
      ("fail%", ["all but success, of all runs"]),
      ("usual", ["the same, finished days before"]),
      ("↑ ↓", ["surely above, below usual"]),
      ("2d", ["with the day before, to reach", "\(few) or \(Thresholds.minFailures) failures"]),
      ("open", ["received, not finished"]),
    ]
    surface.put("numbers", row: row, column: Self.columns.right, style: .quiet)
    y = row + 1
    for (name, lines) in numbers {
      surface.put(name, row: y, column: Self.columns.right, style: .strong)
      for line in lines {
        surface.put(line, row: y, column: Self.columns.meaning)
        y += 1
      }
    }
  }

  private func drawBars(on surface: inout Surface, row: Int) {
    let step = Self.percent(thresholds.warning)
    let full = Self.percent(thresholds.warning * 7)
    surface.put("bars \(String(Bars.glyphs.dropFirst()))", row: row, column: 1)
    surface.put("one step is \(step), full from \(full); every row, every time the same", row: row, column: 16)
    let signs = [
      (6, "\(Bars.filling) still filling"), (24, "· no runs"), (36, "gap: no data"), (51, "dim: under 20 runs"),
    ]
    for (column, text) in signs { surface.put(text, row: row + 1, column: column) }
  }

  /// `5%`, `2.5%`.
  private static func percent(_ ratio: Double) -> String {
    let tenths = Int((ratio * 1000).rounded())
    return (tenths % 10 == 0 ? String(tenths / 10) : NumberText.decimal(tenths, places: 1)) + "%"
  }
}
