import Foundation
import SlotStats
import SlotStatsTesting
import TerminalUI
import Testing

@testable import Dashboard

/// What moves in a frame and what does not, which cells wear a colour, and what ASCII keeps.
@Suite struct StillFrameTests {
  private static let sizes = [Size(columns: 80, rows: 24), Size(columns: 120, rows: 40), Size(columns: 200, rows: 60)]

  // MARK: Nothing jumps

  @Test(arguments: sizes, StatsWindow.allCases)
  func betweenTwoReadingsOnlyDigitsBarsMarksAndArrowsDiffer(size: Size, window: StatsWindow) throws {
    var numbers = SeededGenerator(state: UInt64(size.columns))
    for _ in 0..<12 {
      var fleet = MadeFleet.random(14, using: &numbers)
      var session = DashboardSession.showing(fleet.reading, columns: size.columns, rows: size.rows)
      // By id, so that every row stays where it is.
      try session.press(window == .week ? "w S" : "S")
      while session.state.sort.column != .title { try session.press("S") }
      let layout = try #require(SlotsTable(session.state)?.layout)
      for _ in 0..<3 {
        let before = session.state.view()
        fleet = fleet.later(by: 5, using: &numbers)
        session.tick(after: 5)
        session.send(.readEnded(.fleet(Fleet(fleet.reading, thresholds: .standard), change: nil)))
        let after = session.state.view()
        let firstRow = try #require(OverviewLayout(session.state).heading)
        #expect(after.line(firstRow) == before.line(firstRow))
        #expect(SlotsTable(session.state)?.layout == layout)
        let moved = jumped(before, after, rows: firstRow..<(size.rows - 2), layout: layout)
        #expect(moved.isEmpty, "\(moved)")
        guard let chart = OverviewLayout(session.state).chart else { continue }
        // The chart's axis and dates, and the bars and runs of finished buckets.
        let end = size.columns < 166 && window == .week ? 48 : 65
        for row in chart..<(chart + RatioChart.height) {
          #expect(after.rowCells(row).prefix(end) == before.rowCells(row).prefix(end), "row \(row)")
        }
      }
    }
  }

  /// The cells of names, and those between the numbers' columns, that are not the same.
  private func jumped(_ before: Surface, _ after: Surface, rows: Range<Int>, layout: TableLayout) -> [String] {
    let numbers = layout.columns.filter { $0.id != .title && $0.id != .provider }.compactMap { layout[$0.id] }
    let still = (3..<min(layout.end, before.size.columns)).filter { column in
      !numbers.contains { ($0.start...$0.end).contains(column) }
    }
    return rows.flatMap { row -> [String] in
      // A row without numbers has words instead, which reach over several columns.
      let text = before.line(row) + after.line(row)
      guard !["idle for", "no data since", " off"].contains(where: text.contains) else { return [] }
      return still.filter { before[row, $0].scalar != after[row, $0].scalar }.map { "row \(row), column \($0)" }
    }
  }

  @Test(arguments: sizes)
  func theTrustWordKeepsItsCellWhileTheAgeGrows(size: Size) {
    var session = DashboardSession.showing(
      MadeFleet(["a": [.made(0, of: 50)]]).reading, columns: size.columns, rows: size.rows)
    let place = session.header.distance(
      from: session.header.startIndex, to: session.header.firstIndex(of: "L") ?? session.header.startIndex)
    for _ in 0..<110 {
      session.wait(1)
      session.readUnchanged()
      #expect(session.header.contains("LIVE"))
      #expect(session.header.dropFirst(place).hasPrefix("LIVE  data"))
      #expect(session.header.contains("every 5 s "))
    }
  }

  // MARK: A quiet night

  @Test(arguments: sizes)
  func withoutMarksNoCellIsCriticalOrWarning(size: Size) throws {
    var rows: [MadeFleet.Row] = []
    for index in 0..<20 {
      rows.append(
        .init(slot: Slot(id: "s\(index)", providerID: "p"), days: [.made(index % 2, of: 60), .made(1, of: 70)]))
    }
    rows.append(.init(slot: Slot(id: "idle"), days: []))
    rows.append(.init(slot: Slot(id: "few"), days: [.made(3, of: 4)]))
    rows.append(.init(slot: Slot(id: "off", providerID: "p", isActive: false), days: [.made(50, of: 60)]))
    // What is off still counts among all slots; let it be small.
    rows[22].days = [.made(5, of: 6)]
    let reading = MadeFleet(rows).reading
    var session = DashboardSession.showing(reading, columns: size.columns, rows: size.rows)
    for keys in ["", "w", "v", "Enter", "Right", "Esc ?"] {
      try session.press(keys)
      #expect(tones(session.state.view()).isDisjoint(with: [.critical, .warning]), "after \(keys)")
    }
  }

  @Test(arguments: sizes)
  func anUnchangedReadingChangesTheAgeAndNothingElse(size: Size) throws {
    var session = DashboardSession.showing(try Fixture.panel(), columns: size.columns, rows: size.rows)
    session.readUnchanged()
    let before = session.state.view()
    session.tick(after: 4)
    session.readUnchanged()
    let after = session.state.view()
    for row in 1..<size.rows { #expect(after.rowCells(row) == before.rowCells(row), "row \(row)") }
    let changed = (0..<size.columns).filter { after[0, $0] != before[0, $0] }
    #expect(changed.count == 1)
    #expect(changed.allSatisfy { before[0, $0].scalar == "5" && after[0, $0].scalar == "9" })
  }

  // MARK: Hues

  @Test(arguments: ["late", "lost", "stale", "paused"])
  func huesLeaveWhatMayNotBeCurrentAndMarksAndContrastStay(trouble: String) throws {
    for (size, keys) in [(Self.sizes[0], ""), (Self.sizes[1], ""), (Self.sizes[2], "Enter")] {
      var session = DashboardSession.showing(try Fixture.panel(), columns: size.columns, rows: size.rows)
      try session.press(keys)
      let live = session.state.view()
      #expect(tones(live).isSuperset(of: [.critical]))
      switch trouble {
      case "late": for _ in 0..<2 { session.tick(after: 5) }
      case "lost":
        session.tick(after: 5)
        session.fail()
      case "stale": session.setWallClock(session.moment.wall.addingTimeInterval(400)); session.tick()
      default: try session.press("Space")
      }
      #expect(trouble == "paused" || session.state.trust.word.rawValue == trouble)
      let dimmed = session.state.view()
      #expect(tones(dimmed).isDisjoint(with: [.critical, .warning]))
      for row in 1..<(size.rows - 2) {
        for column in 0..<size.columns where live[row, column].style.tone == .critical {
          #expect(dimmed[row, column].scalar == live[row, column].scalar)
          #expect(dimmed[row, column].style.strong == live[row, column].style.strong)
          #expect(dimmed[row, column].style.tone == .text)
        }
      }
      // The word itself is in reverse, the more so since nothing else is in colour.
      #expect((0..<size.columns).contains { dimmed[0, $0].style.reverse })
    }
  }

  @Test func coloursOnlyTheMarkTheRatioAndTheCurrentBarOfARow() throws {
    let session = DashboardSession.showing(try Fixture.panel(), columns: 120, rows: 40)
    let surface = session.state.view()
    let layout = try #require(SlotsTable(session.state)?.layout)
    let first = OverviewLayout(session.state).firstRow
    let (ratio, bars) = (try #require(layout[.ratio]), try #require(layout[.bars]))
    for row in first..<(first + 15) {
      for column in 0..<120 where [.critical, .warning].contains(surface[row, column].style.tone) {
        let isAllowed = column < 2 || (ratio.start...ratio.end).contains(column) || column == bars.end
        #expect(isAllowed || surface[row, column].isBlank, "row \(row), column \(column)")
      }
    }
  }

  private func tones(_ surface: Surface) -> Set<Tone> {
    Set((0..<surface.size.rows).flatMap { row in surface.rowCells(row).map(\.style.tone) })
  }

  // MARK: Hidden trouble

  @Test func announcesMarkedRowsThatAreScrolledAway() throws {
    let rows = (0..<60).map { index in
      MadeFleet.Row(slot: Slot(id: "s\(100 + index)"), days: [.made(index < 20 ? 60 - index : 0, of: 60)])
    }
    var session = DashboardSession.showing(MadeFleet(rows).reading, columns: 80, rows: 24)
    let page = OverviewLayout(session.state).rowCount
    #expect(session.status.contains("\(20 - page) critical below"))
    try session.press("G")
    #expect(session.status.contains("20 critical above"))
    try session.press("g s")
    #expect(session.status.contains("critical"))
  }

  @Test func announcesMarkedRowsThatAreFilteredOut() throws {
    let fleet = MadeFleet([
      "bad": [.made(30, of: 60)], "worse": [.made(40, of: 60)], "warn": [.made(6, of: 60)], "good": [.made(0, of: 60)],
    ])
    var session = DashboardSession.showing(fleet.reading, columns: 80, rows: 24)
    try session.press("/ text:good")
    #expect(session.status.contains("2 critical filtered out"))
    try session.press("Esc / text:o Enter")
    #expect(session.status.contains("1 critical filtered out"))
    try session.press("Esc / text:e Enter")
    #expect(session.ids == ["worse"])
    try session.press("Esc !")
    #expect(!session.status.contains("filtered out"))
  }

  @Test(arguments: [40, 50, 60, 80, 120])
  func hiddenTroubleIsTheLastToLeaveAShortLine(columns: Int) throws {
    let rows = (0..<40).map { MadeFleet.Row(slot: Slot(id: "s\(100 + $0)"), days: [.made(50, of: 60)]) }
    var session = DashboardSession.showing(MadeFleet(rows).reading, columns: columns, rows: 20)
    try session.press("/ text:s1 Enter ! G")
    #expect(session.status.contains("critical above"))
    try session.press("/ text:00")
    #expect(session.status.contains("39 critical filtered out"))
  }

  // MARK: ASCII

  @Test(arguments: ["", "w", "v", "Enter", "?", "/ text:аб", "Space", "s I", "!"])
  func asciiHasEveryWordAndNumberInTheSameCells(keys: String) throws {
    for size in Self.sizes {
      var session = DashboardSession.showing(try Fixture.panel(), columns: size.columns, rows: size.rows)
      try session.press(keys)
      let surface = session.state.view()
      let ascii = surface.inASCII()
      #expect(ascii.size == size)
      for row in 0..<size.rows {
        #expect(ascii.line(row).utf8.allSatisfy { (0x20...0x7E).contains($0) })
        let wrong = (0..<size.columns).filter { !isLikeness(ascii[row, $0], of: surface[row, $0]) }
        #expect(wrong.isEmpty, "row \(row): \(surface.line(row))")
      }
    }
  }

  /// ASCII stays as it is, and whatever is no letter of a name has a likeness of its own.
  private func isLikeness(_ new: Cell, of old: Cell) -> Bool {
    guard new.style == old.style else { return false }
    if old.scalar.isASCII, old.width == 1, !old.hasMarks { return new == old }
    return ("А"..."я").contains(old.scalar) || new.scalar != "?"
  }
}
