import FoundationEssentials
import SlotStats
import TerminalUI

/// What stands first on the page of a slot, where it is known: why its counts are partial, what its failures say, and on
/// screens without a chart its last hour by the minute.
struct SlotIntro {
  let state: DashboardState
  let slot: JudgedSlot
  let shown: Fleet
  /// Whether a chart follows, which has the minutes then.
  let hasChart: Bool

  private static let textColumn = 16

  /// The bars of the last hour, where no chart shows them.
  private var minutes: (series: JudgedSeries, fleet: JudgedFleet)? {
    guard !hasChart, shown.has(.minute), state.window != .minute else { return nil }
    let fleet = shown[.minute]
    guard state.size.columns >= Self.textColumn + fleet.starts.count + 3 else { return nil }
    return shown.slot(slot.id, in: .minute).map { ($0.series, fleet) }
  }

  /// Why counts of the shown range are partial; `nil` where they are whole.
  private var doubts: String? { slot.series.range.doubts.words }

  /// Its rows, with a blank one below it; 0 where there is nothing.
  var height: Int {
    let marks = minutes.map { state.marks(in: $0.fleet).isEmpty ? 0 : 1 } ?? 0
    let lines =
      (state.messages(of: slot.id) == nil ? 0 : 1) + (minutes == nil ? 0 : 1) + marks
      + (doubts == nil ? 0 : 1)
    return lines == 0 ? 0 : lines + 1
  }

  func draw(on surface: inout Surface) {
    var row = 0
    if let doubts {
      surface.put(BucketTable.partialMark + " partial", row: row, column: 3, style: .quiet)
      let width = min(TerminalText.width(doubts), surface.size.columns - 2 - Self.textColumn)
      surface.put(TerminalText.fitted(doubts, width: max(0, width)), row: row, column: Self.textColumn)
      row += 1
    }
    if let (series, fleet) = minutes {
      surface.put("by minute", row: row, column: 3, style: .quiet)
      surface.putRatios(series, in: fleet, row: row, column: Self.textColumn, newest: fleet.starts.count)
      row += 1
      row += drawMarks(fleet, on: &surface, row: row)
    }
    if let messages = state.messages(of: slot.id) {
      surface.put("failures say", row: row, column: 3, style: .quiet)
      draw(messages.patterns, on: &surface, row: row)
    }
  }

  private func drawMarks(_ fleet: JudgedFleet, on surface: inout Surface, row: Int) -> Int {
    let marks = state.marks(in: fleet)
    guard let text = marks.text else { return 0 }
    let count = fleet.starts.count
    let oldest = marks.ages.max() ?? 0
    for age in marks.ages where age < count {
      surface.put(
        MarkRow.glyph, row: row, column: Self.textColumn + count - 1 - age + (age == 0 ? 1 : 0), style: .strong)
    }
    // What the newest says stands where the row is free: before its marks, else behind them.
    let words = String(text.dropFirst(2))
    let newest = marks.ages.min() ?? 0
    let before = count - 1 - oldest - 1
    let width = TerminalText.width(words)
    if width <= before {
      surface.put(words, row: row, column: Self.textColumn + before - width)
    } else {
      let start = Self.textColumn + count - newest + (newest == 0 ? 2 : 1)
      let room = max(0, surface.size.columns - 1 - start)
      if room >= 8 { surface.put(TerminalText.fitted(words, width: min(width, room)), row: row, column: start) }
    }
    return 1
  }

  /// `502 from api.x ×17   timed out after <n> s ×2`; of the first one at least its beginning.
  private func draw(_ patterns: [FailureMessages.Pattern], on surface: inout Surface, row: Int) {
    var column = Self.textColumn
    let end = surface.size.columns - 2
    for (index, pattern) in patterns.enumerated() {
      let count = " ×\(NumberText.count(pattern.count))"
      let room = end - column - TerminalText.width(count)
      let text = TerminalText.neutralised(pattern.text)
      let width = TerminalText.width(text)
      guard width <= room || (index == 0 && room > 0) else { return }
      column += surface.put(TerminalText.fitted(text, width: min(width, room)), row: row, column: column)
      column += 3 + surface.put(count, row: row, column: column, style: .strong)
    }
  }
}
