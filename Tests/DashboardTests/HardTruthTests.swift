import Foundation
import SlotStats
import TerminalUI
import Testing

@testable import Dashboard

/// Cases in which a figure that looks right would be wrong.
@Suite struct HardTruthTests {
  private func screen(_ fleet: MadeFleet, columns: Int = 120, rows: Int = 40, label: String = "x") throws -> [String] {
    try Fixture.dashboard(fleet.reading, columns: columns, rows: rows, label: label).view().lines
  }

  @Test func sumsThatAreSaturatedAreDrawnAllTheSame() throws {
    let counters = StatsCounters(success: .max - 1, timeouts: .max)
    for keys in ["", "Enter", "w", "v"] {
      let fleet = MadeFleet(["a": [counters, counters], "b": [StatsCounters(success: .max, errors: .max)]])
      let state = try Fixture.dashboard(fleet.reading, columns: 120, rows: 40, keys: keys)
      #expect(state.view().lines.count == 40)
    }
  }

  @Test func nothingIsSurelyUnderNothing() throws {
    let fleet = MadeFleet(["a": [StatsCounters(success: .max, timeouts: 7)], "b": [.made(0, of: 9_999_999_999_999)]])
    for keys in ["Enter", "j Enter"] {
      let lines = try Fixture.dashboard(fleet.reading, columns: 120, rows: 40, keys: keys).view().lines
      #expect(lines[2].contains("surely under 1%"), "\(lines[2])")
    }
  }

  @Test func theLeastThresholdStillHasItsBars() throws {
    let thresholds = try #require(Thresholds(warning: .leastNonzeroMagnitude, critical: 1, minRuns: 1))
    #expect(Bars.level(1, thresholds: thresholds) == 8)
    #expect(Bars.level(0, thresholds: thresholds) == 1)
  }

  @Test func aRunThatIsCountedAsAFailureAfterwardsIsNoNewRun() {
    let before = Fleet(
      MadeFleet(["a": [StatsCounters(success: 100, timeouts: 2)]]).reading, thresholds: .standard)
    let after = Fleet(MadeFleet(["a": [StatsCounters(success: 98, timeouts: 6)]]).reading, thresholds: .standard)
    #expect(FleetChange(from: before, to: after).global == FleetChange.Delta(runs: 2, failures: 2))
  }

  @Test func aSlotThatLeavesBringsNoRunsBack() {
    let before = MadeFleet(["big": [.made(50, of: 1_050)], "b": [.made(0, of: 50)]])
    let after = MadeFleet(["b": [.made(0, of: 51)]])
    let change = FleetChange(
      from: Fleet(before.reading, thresholds: .standard), to: Fleet(after.reading, thresholds: .standard))
    #expect(change.global == FleetChange.Delta(runs: 1, failures: 0))
    #expect(change.gone == ["big"])
  }

  @Test func aMarkedSlotThatLeavesTheSourceIsSaidSoUntilAKeyIsPressed() throws {
    var session = DashboardSession.showing(MadeFleet(["bad": [.made(30, of: 50)], "b": [.made(0, of: 50)]]).reading)
    _ = session.read(MadeFleet(["b": [.made(0, of: 51)]]).reading)
    _ = session.tick(after: 60)
    #expect(session.lines.contains { $0.contains("bad, critical, left the source") })
    _ = try session.press("j")
    #expect(!session.lines.contains { $0.contains("left the source") })
  }

  @Test func anOutageIsNotCalledFiveMinutes() {
    var history = RecentHistory()
    var change = FleetChange()
    change.global = FleetChange.Delta(runs: 1_200, failures: 200)
    history.record(change, generatedAt: MadeFleet.instant, at: .seconds(3_600), span: .seconds(3_590))
    #expect(history.recent()?.span == .seconds(3_590))
    #expect(history.recent()?.from == .seconds(10))
  }

  @Test func manyShortIntervalsAreKeptInFewEntriesAndStillAddUp() {
    var history = RecentHistory()
    var change = FleetChange()
    change.global = FleetChange.Delta(runs: 2, failures: 1)
    change.slots = ["a": FleetChange.Delta(runs: 2, failures: 1)]
    for second in 1...600 { history.record(change, generatedAt: .now, at: .seconds(second), span: .seconds(1)) }
    #expect(history.recent("a")?.delta == FleetChange.Delta(runs: 600, failures: 300))
    #expect(history.recent()?.span == .seconds(300))
    #expect(history.newest("a") == FleetChange.Delta(runs: 2, failures: 1))
  }

  @Test func nobodyHasMoreFailuresOverUsualThanTheVerdictCounts() throws {
    var fleet = MadeFleet(["slow": [.made(2, of: 4), .made(100, of: 300)], "b": [.made(3, of: 200)]])
    for index in fleet.rows.indices {
      fleet.rows[index].days += Array(repeating: .made(1, of: 300), count: 14 - fleet.rows[index].days.count)
    }
    let judged = JudgedFleet(fleet.reading, window: .day, thresholds: .standard)
    #expect(judged.global.judgedBuckets == 1)
    #expect(FailureContributors(judged).excesses.first { $0.id == "slow" }?.failures == 2)
  }

  @Test(arguments: [18, 20, 40, 45, 50, 60])
  func inventedDataIsNamedAtAnyWidth(columns: Int) throws {
    let options = DashboardOptions(sourceLabel: "SAMPLE DATA", isSynthetic: true)
    let moment = Moment(wall: MadeFleet.instant, uptime: .zero)
    var state = DashboardState(options: options, size: Size(columns: columns, rows: 12), now: moment)
    let fleet = Fleet(MadeFleet(["a": [.made(1, of: 50)]]).reading, thresholds: .standard)
    _ = state.reduce(.readEnded(.fleet(fleet, change: nil)), at: moment)
    #expect(state.view().line(0).contains("SAMPLE DATA"))
    #expect(state.view().line(0).contains("LIVE"))
  }

  @Test func everyPressAtTheEndOfTheListIsAnswered() throws {
    var session = DashboardSession.showing(MadeFleet(["a": [.made(1, of: 50)], "b": [.made(0, of: 50)]]).reading)
    _ = try session.press("j")
    for _ in 0..<5 {
      let before = session.state.view()
      _ = try session.press("j")
      #expect(session.state.view() != before)
    }
  }
}
