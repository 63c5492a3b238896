import FleetSimulator
import Foundation
import JobPipeline
import ReadingCommands
import SlotStats
import SlotStatsTesting
import Testing

@testable import slotwatch_serve

@Suite struct DemoTests {
  @Test func isWhatIsShownWhereNoSourceIsConfigured() async {
    let run = await ProgramRun("screen")
    #expect(run.status == 0)
    #expect(run.output.hasPrefix(" slotwatch  DEMO DATA "))
  }

  @Test func showsTheSameAtTheSameInstant() async {
    let arguments = ["screen", "demo:", "--now", TemporaryFolder.now]
    let first = await ProgramRun(arguments: arguments)
    #expect(first.status == 0)
    #expect(first.output.contains("mira, to Mon 09:00"))
    #expect(await ProgramRun(arguments: arguments).output == first.output)
  }

  @Test func isReportedAndJudgedWhereItIsAskedFor() async {
    #expect(await ProgramRun("report", "demo:").output.hasPrefix("slotwatch  DEMO DATA  LIVE  data "))
    let check = await ProgramRun("check", "--source", "demo:")
    #expect(check.status == 2)
    #expect(check.output.contains("slot-003") && check.output.contains("1 acknowledged"))
    #expect(!check.output.contains("slot-005"))
    #expect(await ProgramRun("check").status == 3)
  }

  @Test func hasEightWeeksOfPastThatEndNow() async throws {
    let now = Date(timeIntervalSince1970: 1_795_500_000)
    let demo = DemoRepository(clock: JobClock(wall: { now }), isStill: true)
    let weeks = try await demo.collectGlobalMetrics(window: .week, since: nil)
    #expect(weeks.count == 8)
    #expect(weeks.allSatisfy { $0.counters.totalRuns > 0 })
    let last = try #require(weeks.last)
    #expect(last.periodStart <= now && now < last.periodEnd)
    let slots = try await demo.slots()
    #expect(slots.count == 12)
    #expect(slots.first { $0.id == "slot-012" }?.isActive == false)
    #expect(try await demo.collectSlotMetrics("slot-011", window: .day, since: nil).isEmpty)
  }

  @Test func hasAFullHourOfMinutesInWhichOneProviderHasBegunToFail() async throws {
    let now = Date(timeIntervalSince1970: 1_795_501_234)
    let demo = DemoRepository(clock: JobClock(wall: { now }), isStill: true)
    #expect(demo.windows == Set(StatsWindow.allCases))
    let since = StatsWindow.minute.shownStart(endingAt: now)
    let minutes = try await demo.collectGlobalMetrics(window: .minute, since: since)
    #expect(minutes.map(\.periodStart) == StatsWindow.minute.shownStarts(endingAt: now))
    let failing = try await demo.collectSlotMetrics("slot-003", window: .minute, since: since)
    let (before, after) = (failing.dropLast(15), failing.suffix(3))
    func ratio(_ minutes: ArraySlice<StatsMetric>) throws -> Double {
      try #require(minutes.reduce(StatsCounters.zero) { $0 + $1.counters }.failureRatio)
    }
    #expect(try ratio(after) > 2 * ratio(before))
    // What is not told by the minute is not taken as zero.
    let all = try await demo.collectGlobalMetrics(window: .minute, since: nil)
    #expect(
      try #require(all.first).periodStart == StatsWindow.hour.start(now, advancedBy: -25).addingTimeInterval(-1_234))
  }

  @Test func whatIsAcknowledgedIsKeptInMemory() async throws {
    let now = Date(timeIntervalSince1970: 1_795_501_234)
    let demo = DemoRepository(clock: JobClock(wall: { now }), isStill: true)
    let known = try #require(try await demo.acknowledgements()?["slot-005"])
    if case .at(let end) = known.until {
      #expect(end > now.addingTimeInterval(86_400) && end < now.addingTimeInterval(9 * 86_400))
    } else {
      Issue.record("it has no end")
    }
    #expect(known.problem == nil)
    #expect(try await demo.withdraw("slot-005"))
    #expect(try await demo.acknowledgements()?.isEmpty == true)
  }

  @Test func livesFromTheFirstOnWhoListens() async throws {
    let fleet = SimulatedFleet(.init(rate: 50, hasRhythm: false, latencyScale: 0.02))
    let demo = DemoRepository(fleet, clock: JobClock())
    let before = try await runs(of: demo)
    for await change in try #require(demo.changes()) {
      #expect(change.slots?.isEmpty == false)
      if try await runs(of: demo) >= before + 10 { break }
    }
    #expect(try await runs(of: demo) >= before + 10)
  }

  private func runs(of demo: DemoRepository) async throws -> Int {
    try await demo.collectGlobalMetrics(window: .week, since: nil).reduce(0) { $0 + $1.counters.totalRuns }
  }
}
