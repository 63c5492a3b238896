import Foundation
import SlotStats
import TerminalUI
import Testing

@testable import Dashboard

/// Who gives way to whom where there is little room.
@Suite struct RoomTests {
  private func named(_ runs: Int, failures: Int = 0) -> MadeFleet {
    let counters = StatsCounters(
      success: runs - 4 * failures, timeouts: failures, providerErrors: failures, cancelled: failures,
      errors: failures, ingestCount: runs)
    return MadeFleet(
      (1...6).map { number in
        .init(
          slot: Slot(id: "slot-00\(number)", name: "Thumbnails \(number)", providerID: "gemini"),
          days: [counters, counters])
      })
  }

  @Test(arguments: [30, 402, 99_999, 9_999_999], [80, 90, 120])
  func aNameKeepsEightLettersHoweverLargeTheCounts(runs: Int, columns: Int) {
    let lines = DashboardSession.showing(named(runs, failures: runs / 5).reading, columns: columns, rows: 24).lines
    #expect(lines.contains { $0.contains("slot-001 Thumbna") }, "\(lines.joined(separator: "\n"))")
    for line in lines { #expect(TerminalText.width(line) <= columns) }
  }

  @Test(arguments: 24..<30)
  func theWorstIdStaysWholeOnTheNarrowestScreens(columns: Int) {
    let lines = DashboardSession.showing(named(5_652, failures: 1_000).reading, columns: columns, rows: 24).lines
    #expect(lines.contains { $0.contains("slot-001") && $0.contains("70.8") }, "\(lines.joined(separator: "\n"))")
  }

  @Test func theLastMinutesStayHoweverTheyGrow() throws {
    for runs in [9, 99, 951, 9_999, 123_456] {
      var fleet = named(100)
      var session = DashboardSession.showing(fleet.reading, columns: 80, rows: 24)
      for _ in 0..<6 {
        for row in fleet.rows.indices {
          fleet.rows[row].days[0] = (fleet.rows[row].days[0] ?? .zero) + .made(runs / 10, of: runs)
        }
        fleet.at += 60
        session.tick(after: 60)
        session.read(fleet.reading)
      }
      #expect(session.lines[2].contains("  5 min "), "\(session.lines[2])")
      #expect(session.lines[2].contains("Thu 19 Nov"))
    }
  }

  @Test(arguments: [28, 34, 39, 40, 60], [9, 951, 223_456])
  func theLastMinutesStayOnTheNarrowestScreens(columns: Int, runs: Int) throws {
    var fleet = named(100)
    var session = DashboardSession.showing(fleet.reading, columns: columns, rows: 18)
    for row in fleet.rows.indices {
      fleet.rows[row].days[0] = (fleet.rows[row].days[0] ?? .zero) + .made(runs / 2, of: runs)
    }
    fleet.at += 60
    session.tick(after: 60)
    session.read(fleet.reading)
    let count = NumberText.count(6 * (runs / 2))
    #expect(session.lines[2].contains("\(count)/"), "\(session.lines[2])")
    try session.press("Enter")
    let top = session.lines[1...3].joined(separator: "\n")
    #expect(top.contains("slot-001"), "\(top)")
    #expect(top.contains("since 14:32 ") && top.contains("\(NumberText.count(runs / 2))/"), "\(top)")
    for line in session.lines { #expect(TerminalText.width(line) <= columns) }
  }

  @Test func aFifthProviderIsNotDropped() {
    for (count, more) in [(4, nil), (5, nil), (6, "2 more"), (12, "8 more")] as [(Int, String?)] {
      let fleet = MadeFleet(
        (1...count).map { number in
          .init(slot: Slot(id: "slot-\(number)", providerID: "provider-\(number)"), days: [.made(number, of: 3_300)])
        })
      let lines = DashboardSession.showing(fleet.reading, columns: 200, rows: 60).lines
      let block = lines[5...9].map { String($0.dropFirst(165)) }
      #expect(block.count { $0.contains("provider-") } == min(count, more == nil ? 5 : 4))
      if let more { #expect(block.last?.contains(more) == true) }
      #expect(!block.contains { $0.contains("↑3") || $0.contains("↓3") })
    }
  }

  @Test func aStalledRowSaysWhyAt80Columns() {
    let fleet = MadeFleet(["hung": [.made(0, of: 100, ingest: 367)], "b": [.made(0, of: 60)]])
    let lines = DashboardSession.showing(fleet.reading, columns: 80, rows: 24).lines
    #expect(lines.contains { $0.contains("hung") && $0.contains("267 open") && $0.hasPrefix(" !") })
  }

  @Test func daysThatStandCloseHaveLabelsThatDoNotTouch() {
    let series = named(100)
    let session = DashboardSession.showing(series.reading)
    guard let shown = session.state.shown else { return }
    let fleet = shown[.day]
    var surface = Surface(size: Size(columns: 60, rows: RatioChart.height))
    RatioChart(fleet.global, in: fleet, by: fleet.thresholds, zone: .utc, hasNames: false)
      .draw(on: &surface, row: 0, column: 0)
    let days = surface.line(10)
    #expect(days.hasSuffix("Thu"), "\(days)")
    #expect(days.split { " ┆".contains($0) }.allSatisfy { $0.count <= 4 }, "\(days)")
  }

  @Test func aSlotTellsTheLastMinutesAt80Columns() throws {
    var fleet = named(400, failures: 20)
    var session = DashboardSession.showing(fleet.reading, columns: 80, rows: 24)
    fleet.rows[0].days[0] = (fleet.rows[0].days[0] ?? .zero) + .made(4, of: 4)
    fleet.at += 60
    session.tick(after: 60)
    session.read(fleet.reading)
    try session.press("Enter")
    let top = session.lines[2...3].joined(separator: "\n")
    #expect(top.contains("(4/4)") && top.contains("last new failure"), "\(top)")
  }
}
