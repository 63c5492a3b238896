import FoundationEssentials
import SlotStats
import TerminalUI

/// The failures of the last while against what usual would have given, by slot and kind: what got worse, and what better.
struct ChangedScreen: OverlayScreen {
  let state: DashboardState

  func draw(on surface: inout Surface) {
    page.draw(on: &surface)
    if state.trust.word != .live { surface.dropHues(rows: 0..<state.size.rows, columns: 0..<state.size.columns) }
  }

  var scrollLimit: Int { page.scrollLimit }

  private var page: OverlayPage {
    OverlayPage(
      title: "what changed", hints: ["Left Right \(ChangeSpan.allCases.map(\.words).joined(separator: ", "))"],
      lines: lines, state: state)
  }

  private var lines: [[OverlayPage.Piece]] {
    guard let shown = state.shown else { return [] }
    guard let shownChanges = state.changed.shown else {
      return [[], [.init(column: 1, text: "comparing with usual …", style: .quiet)]]
    }
    guard let changes = shownChanges.changes else {
      let spans = ChangeSpan.all(in: shown.reading).map(\.words).joined(separator: ", ")
      let text =
        spans.isEmpty
        ? "This source has no minutes and no hours: what changed lately is not known." : "This source has \(spans)."
      return [[], [.init(column: 1, text: text)]]
    }
    var lines = [[]] + sentence(verdict(changes, at: shownChanges.instant)) + [[]]
    let columns = Columns(
      width: state.size.columns, hasProviders: (changes.rises + changes.falls).contains { $0.slot.providerID != nil })
    if changes.rises.isEmpty {
      lines.append([.init(column: 1, text: "nothing failed surely more than usual")])
    } else {
      lines.append(columns.head("worse than usual"))
      lines += changes.rises.map { row($0, columns, style: .strong) }
    }
    lines += rest(changes)
    if !changes.falls.isEmpty {
      lines += [[], columns.head("better than usual")] + changes.falls.map { row($0, columns, style: .plain) }
    }
    return lines + [[]] + sentence("usual: \(usualWords(changes)); why is not known here", style: .quiet)
  }

  /// A sentence in as many lines as it needs.
  private func sentence(_ text: String, style: Style = .plain) -> [[OverlayPage.Piece]] {
    TerminalText.wrapped(text, width: max(1, state.size.columns - 2)).map { [.init(column: 1, text: $0, style: style)] }
  }

  /// `15 min to 21:02 UTC: 58 of 285 failed, usual would give 5.1, 53 more`.
  private func verdict(_ changes: FailureChanges, at instant: Date) -> String {
    let zone = state.isLocalTime ? "" : " UTC"
    let counters = changes.counters
    let failures = counters.shownFailures - changes.unknownFailures
    let change = Double(failures) - changes.expected
    let more = change >= 0 ? "more" : "fewer"
    let time = "\(changes.span.words) to \(state.zone.civil(instant).time)\(zone)"
    let counts = "\(NumberText.count(counters.shownFailures)) of \(NumberText.runs(counters)) failed"
    return "\(time): \(counts), usual would give \(Self.tenths(changes.expected)), \(Self.tenths(abs(change))) \(more)"
  }

  private func usualWords(_ changes: FailureChanges) -> String {
    changes.span == .day
      ? "each slot's finished days, for the runs of now"
      : "each slot at these hours of the days before, or its finished days, for the runs of now"
  }

  /// What stands by itself nowhere.
  private func rest(_ changes: FailureChanges) -> [[OverlayPage.Piece]] {
    var lines: [[OverlayPage.Piece]] = []
    if changes.otherCount > 0 {
      let share = changes.otherShare.map { ", \(Self.percent($0)) of the rise" } ?? ""
      let change = "\(Self.tenths(abs(changes.otherChange))) \(changes.otherChange < 0 ? "fewer" : "more")"
      let count = NumberText.count(changes.otherCount)
      lines += sentence("others, which may be chance: \(change) in \(count) kinds of slots\(share)", style: .quiet)
    }
    if changes.unknownSlots > 0 {
      let (slots, failures) = (NumberText.count(changes.unknownSlots), NumberText.count(changes.unknownFailures))
      lines += sentence("not compared: \(slots) slots without anything usual, \(failures) failed", style: .quiet)
    }
    return lines
  }

  private func row(_ entry: FailureChanges.Entry, _ columns: Columns, style: Style) -> [OverlayPage.Piece] {
    let name = entry.slot.name == entry.slot.id ? entry.slot.id : "\(entry.slot.id) \(entry.slot.name)"
    let since = entry.since.map { instant in
      let (date, today) = (state.zone.civil(instant), state.zone.civil(state.shown?.generatedAt ?? instant))
      return date.isoDate == today.isoDate ? date.time : date.dayAndMonth
    }
    return columns.row(
      name: name, provider: entry.slot.providerID ?? "", kind: entry.kind.word, share: Self.percent(entry.share),
      failed: NumberText.count(entry.failures), usual: Self.tenths(entry.expected), runs: NumberText.count(entry.runs),
      since: since ?? "", bar: entry.share, style: style)
  }

  /// `5.1`; from a thousand on whole.
  private static func tenths(_ value: Double) -> String {
    value < 1_000 ? NumberText.decimal(Int((value * 10).rounded()), places: 1) : NumberText.count(Int(min(value, 1e15)))
  }

  /// `34%`; `<1%` for what is not nothing.
  private static func percent(_ share: Double) -> String {
    let whole = Int((share * 100).rounded())
    return whole == 0 && share > 0 ? "<1%" : "\(min(whole, 100))%"
  }
}

/// Where the columns of what changed stand in so many columns of the screen.
private struct Columns {
  /// The ends of the numbers and the starts of the words.
  private let kind: Int, share: Int, failed: Int, usual: Int, runs: Int, since: Int
  private let provider: Int?
  private let bar: Range<Int>?
  private let nameWidth: Int

  private static let (leastName, mostName) = (8, 44)
  /// What stands right of the names, without providers and bars.
  private static let numbers = 50
  private static let (providerWidth, barWidth) = (14, 20)

  init(width: Int, hasProviders: Bool) {
    var spare = width - 2 - Self.numbers - Self.leastName
    var used = 0
    func take(_ columns: Int, from least: Int) -> Bool {
      guard spare >= columns + least else { return false }
      spare -= columns
      used += columns
      return true
    }
    let hasBar = take(Self.barWidth + 2, from: 12)
    let hasProvider = hasProviders && take(Self.providerWidth + 2, from: 20)
    nameWidth = max(4, min(Self.mostName, Self.leastName + spare))
    let start = 3 + nameWidth
    provider = hasProvider ? start : nil
    kind = start + (hasProvider ? Self.providerWidth + 2 : 0)
    share = kind + 15
    failed = share + 8
    usual = failed + 8
    runs = usual + 8
    since = runs + 2
    bar = hasBar ? since + 8..<since + 8 + Self.barWidth : nil
  }

  func head(_ name: String) -> [OverlayPage.Piece] {
    row(
      name: name, provider: "provider", kind: "kind", share: "share", failed: "failed", usual: "usual", runs: "runs",
      since: "since", bar: 0, style: .quiet)
  }

  func row(
    name: String, provider: String, kind: String, share: String, failed: String, usual: String, runs: String,
    since: String, bar: Double, style: Style
  ) -> [OverlayPage.Piece] {
    let isHead = style == .quiet
    let rest: Style = isHead ? .quiet : .plain
    let name = isHead ? name : TerminalText.fitted(name, width: nameWidth)
    var pieces: [OverlayPage.Piece] = [
      .init(column: 1, text: name, style: style),
      .init(column: self.kind, text: kind, style: rest),
      .init(column: self.share, text: share, style: style, isTrailing: true),
      .init(column: self.failed, text: failed, style: rest, isTrailing: true),
      .init(column: self.usual, text: usual, style: .quiet, isTrailing: true),
      .init(column: self.runs, text: runs, style: rest, isTrailing: true),
      .init(column: self.since, text: since, style: rest),
    ]
    if let column = self.provider {
      pieces.append(
        .init(column: column, text: TerminalText.fitted(provider, width: Self.providerWidth), style: .quiet))
    }
    if let columns = self.bar, bar > 0 {
      let count = max(1, Int((bar * Double(columns.count)).rounded()))
      pieces.append(
        .init(
          column: columns.lowerBound, text: String(repeating: "█", count: min(count, columns.count)),
          style: rest))
    }
    return pieces
  }
}
