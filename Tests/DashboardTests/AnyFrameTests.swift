import Foundation
import SlotStats
import SlotStatsTesting
import TerminalUI
import Testing

@testable import Dashboard

/// Frames of any size, of any names and of counts of any size.
@Suite struct AnyFrameTests {
  // MARK: Sizes

  @Test func drawsExactlyTheSizeAndNeverTraps() throws {
    let panel = try Fixture.panel()
    let columns = [0, 1, 2, 5, 12, 20, 30, 40, 60, 70, 79, 80, 119, 120, 166, 199, 200, 500]
    for keys in ["", "Enter", "?", "/ text:slot", "w v ! G"] {
      var session = DashboardSession.showing(panel)
      try session.press(keys)
      for columns in columns {
        for rows in [0, 1, 2, 3, 5, 6, 8, 10, 16, 24, 36, 200] {
          let size = Size(columns: columns, rows: rows)
          session.send(.resized(size))
          let surface = session.state.view()
          #expect(surface.size == size)
          #expect(surface.lines.count == rows)
        }
      }
    }
  }

  @Test func drawsEverySizeBeforeTheFirstReadingAndWithoutSlots() {
    var waiting = DashboardSession()
    waiting.tick()
    var empty = DashboardSession.showing(MadeFleet([]).reading)
    for columns in stride(from: 1, through: 210, by: 19) {
      for rows in stride(from: 1, through: 60, by: 5) {
        let size = Size(columns: columns, rows: rows)
        waiting.send(.resized(size))
        empty.send(.resized(size))
        #expect(waiting.state.view().size == size && empty.state.view().size == size)
      }
    }
    empty.send(.resized(Size(columns: 80, rows: 24)))
    #expect(empty.lines.contains { $0.contains("the source has no slots") })
    #expect(empty.status.contains("no slots"))
    #expect(empty.lines[1].contains("no runs in 3 days"))
  }

  @Test(arguments: [20, 24, 30, 40, 50, 60, 70, 79])
  func narrowScreensKeepTheTrustWordTheRatioTheRunsAndTheWorstSlot(columns: Int) throws {
    for rows in [4, 6, 10, 24] {
      let session = DashboardSession.showing(try Fixture.panel(), columns: columns, rows: rows)
      #expect(session.header.contains("LIVE"), "\(columns)x\(rows)")
      #expect(session.lines[1].contains("17.2%"), "\(columns)x\(rows)")
      let worst = session.lines.first { $0.hasPrefix("!!›") } ?? ""
      #expect(worst.contains("53.3↑") && worst.contains(" 30"), "\(columns)x\(rows): \(worst)")
    }
  }

  @Test func columnsLeaveInTheirOrderAsTheScreenNarrows() throws {
    var session = DashboardSession.showing(try Fixture.panel(), columns: 80, rows: 24)
    var left: [TableColumn.ID] = []
    var shown = try #require(SlotsTable(session.state)?.layout).columns.map(\.id)
    for columns in stride(from: 79, through: 20, by: -1) {
      session.send(.resized(Size(columns: columns, rows: 24)))
      let next = try #require(SlotsTable(session.state)?.layout).columns.map(\.id)
      left += shown.filter { !next.contains($0) }
      #expect(next.allSatisfy(shown.contains), "\(columns)")
      shown = next
    }
    #expect(left == TableColumn.losses)
    #expect(shown == [.title, .ratio, .runs])
  }

  @Test func aNumberIsNeverCut() throws {
    // Every run of digits in a narrow frame stands in the widest one too.
    for keys in ["", "Enter"] {
      var session = DashboardSession.showing(try Fixture.panel(), columns: 79, rows: 34)
      try session.press(keys)
      let whole = Set(session.lines.flatMap(words))
      for columns in 20..<79 {
        session.send(.resized(Size(columns: columns, rows: 34)))
        for (row, line) in session.lines.enumerated() where row > 0 && row < 32 {
          for word in words(line) where word.last != "…" && word.contains(where: \.isNumber) {
            #expect(whole.contains(word) || word.hasPrefix("slot-"), "\(columns), row \(row): \(word) in \(line)")
          }
        }
      }
    }
  }

  private func words(_ line: String) -> [String] {
    line.split { " (),".contains($0) }.map(String.init)
  }

  @Test func aResizeKeepsTheCursorInSight() throws {
    var numbers = SeededGenerator(state: 8)
    var session = DashboardSession.showing(MadeFleet.random(200, using: &numbers).reading)
    try session.press("G k k")
    for rows in [40, 6, 60, 9, 200, 24] {
      session.send(.resized(Size(columns: 100, rows: rows)))
      #expect(session.lines.contains { $0.dropFirst(2).hasPrefix("›") }, "\(rows)")
    }
  }

  // MARK: How many slots

  @Test func showsOneSlot() throws {
    var session = DashboardSession.showing(MadeFleet(["only": [.made(1, of: 30)]]).reading, columns: 80, rows: 24)
    #expect(session.status.contains("1–1 of 1"))
    try session.press("j")
    #expect(session.status.contains("this is the only row"))
  }

  @Test func showsTenThousandSlots() throws {
    let rows = (0..<10_000).map { index in
      MadeFleet.Row(slot: Slot(id: "slot-\(10_000 + index)"), days: [.made(index % 7, of: 40)])
    }
    var session = DashboardSession.showing(MadeFleet(rows).reading, columns: 80, rows: 24)
    #expect(session.status.contains("of 10,000"))
    try session.press("G")
    #expect(session.status.contains("–10,000 of 10,000"))
    #expect(session.lines.contains { $0.contains("›slot-") })
  }

  @Test func slotsComeAndGoBetweenReadings() {
    var numbers = SeededGenerator(state: 31)
    var fleet = MadeFleet.random(20, using: &numbers)
    var session = DashboardSession.showing(fleet.reading, columns: 80, rows: 24)
    for _ in 0..<60 {
      fleet = fleet.later(by: 5, using: &numbers)
      if Bool.random(using: &numbers), !fleet.rows.isEmpty {
        fleet.rows.remove(at: Int.random(in: 0..<fleet.rows.count, using: &numbers))
      } else {
        fleet.rows.append(.init(slot: Slot(id: "new-\(fleet.version)"), days: [.made(1, of: 30)]))
      }
      session.tick(after: 5)
      session.read(fleet.reading)
      #expect(Set(session.ids) == Set(fleet.rows.map(\.slot.id)))
      #expect(session.status.hasSuffix("of \(fleet.rows.count)"))
    }
  }

  // MARK: Hostile names

  private static let hostile = [
    "\u{1B}[31mred", "bell\u{07}\u{08}\u{7F}", "a\u{202E}bidi\u{2066}", "zero\u{200B}\u{200D}\u{FEFF}width",
    "写真館スロット", "e\u{301}\u{302}\u{303}\u{304}combining", "line\nbreak\ttab\r", "\u{9B}31mC1", "👩‍👩‍👧‍👦🏳️‍🌈",
    String(repeating: "long", count: 75), String(repeating: "長", count: 300), "tag\u{E0041}\u{E007F}", " ", "\u{301}",
    "…", "\u{2028}\u{2029}", "\u{AD}\u{34F}",
  ]

  @Test(arguments: [Size(columns: 40, rows: 24), Size(columns: 80, rows: 40), Size(columns: 200, rows: 60)])
  func hostileNamesKeepEveryColumnInItsCells(size: Size) throws {
    let rows = Self.hostile.enumerated().map { index, text in
      MadeFleet.Row(slot: Slot(id: "\(index)\(text)", name: text, providerID: text), days: [.made(index, of: 40)])
    }
    let plain = rows.enumerated().map { index, row in
      MadeFleet.Row(slot: Slot(id: "slot-\(index)", name: "name", providerID: "p"), days: row.days)
    }
    var session = DashboardSession.showing(MadeFleet(rows).reading, columns: size.columns, rows: size.rows)
    let expected = DashboardSession.showing(MadeFleet(plain).reading, columns: size.columns, rows: size.rows)
    session.state.extents.formUnion(expected.state.extents)
    let layout = try #require(SlotsTable(session.state)?.layout)
    let numbers = try #require(layout[.ratio])
    let (surface, first) = (session.state.view(), OverviewLayout(session.state).firstRow)
    let rates = (0..<session.ids.count).prefix(OverviewLayout(session.state).rowCount).map { row in
      String(String.UnicodeScalarView((numbers.start..<numbers.end).map { surface[first + row, $0].scalar }))
    }
    for (row, rate) in rates.enumerated() {
      let counters = try #require(session.state.fleet).slots[session.state.rows[row]].series.judged
      #expect(rate.drop { $0 == " " } == NumberText.percent(counters), "row \(row)")
    }
    for keys in ["", "Enter", "Right", "Esc / text:長", "Enter Enter"] {
      try session.press(keys)
      expectHarmless(session.state.view())
    }
  }

  @Test func hostileCausesNoticesAndLabelsAreHarmless() throws {
    for text in Self.hostile {
      var session = DashboardSession(
        columns: 80, rows: 24, options: DashboardOptions(sourceLabel: text, version: text))
      session.tick()
      session.fail(text)
      expectHarmless(session.state.view())
      var fleet = MadeFleet(["a": [.made(1, of: 30)]])
      fleet.notice = text
      session.read(fleet.reading)
      expectHarmless(session.state.view())
      session.tick(after: 300)
      session.fail(text)
      expectHarmless(session.state.view())
      try session.press("?")
      expectHarmless(session.state.view())
      #expect(session.state.view().size == Size(columns: 80, rows: 24))
    }
  }

  private func expectHarmless(_ surface: Surface) {
    for row in 0..<surface.size.rows {
      let cells = surface.rowCells(row)
      #expect(cells.reduce(0) { $0 + Int($1.width) } == surface.size.columns)
      for scalar in surface.line(row).unicodeScalars {
        let category = scalar.properties.generalCategory
        let isBad: [Unicode.GeneralCategory] = [
          .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned,
        ]
        #expect(!isBad.contains(category), "U+\(String(scalar.value, radix: 16)) in row \(row)")
      }
    }
  }

  // MARK: Large counts

  @Test(arguments: [80, 120, 200])
  func countsOfNineteenDigitsKeepTheColumnsApart(columns: Int) throws {
    let huge = StatsCounters(
      success: 1_000_000_000_000_000_000, timeouts: 123_456_789_012_345_678, providerErrors: 999_999,
      cancelled: 100_000, errors: 123_456,
      ingestCount: .max)
    let days = [StatsCounters?](repeating: huge, count: 14)
    var session = DashboardSession.showing(
      MadeFleet(["a": days, "b": [.made(1, of: 30)]]).reading, columns: columns, rows: 50)
    for keys in ["", "v", "w", "v Enter", "d"] {
      try session.press(keys)
      for line in session.lines.dropFirst(3).dropLast(2) {
        // A unit ends a number: a digit after it means that two have grown together.
        let joined = zip(line, line.dropFirst()).contains { "kMGTPE".contains($0) && $1.isNumber }
        #expect(!joined, "\(keys): \(line)")
      }
    }
  }

  @Test func everyCounterAtItsLargestIsDrawn() throws {
    let max = StatsCounters(
      success: .max, timeouts: .max, providerErrors: .max, cancelled: .max, errors: .max, ingestCount: .max)
    let failed = StatsCounters(timeouts: .max, ingestCount: .max)
    let days = [StatsCounters?](repeating: max, count: 14)
    var session = DashboardSession.showing(MadeFleet(["a": days, "b": [failed, failed], "c": [failed]]).reading)
    session.tick(after: 5)
    session.read(MadeFleet(["a": [.zero], "b": [max], "c": days]).reading)
    for size in [Size(columns: 60, rows: 20), Size(columns: 120, rows: 40), Size(columns: 200, rows: 60)] {
      session.send(.resized(size))
      for keys in ["", "w", "v", "Enter Right", "Esc"] {
        try session.press(keys)
        #expect(session.state.view().size == size)
        #expect(!session.lines.contains { $0.contains("-9") })
      }
    }
  }
}
