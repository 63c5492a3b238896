import FleetSimulator
import Foundation
import JobPipeline
import JobPipelineTesting
import SlotStats
import SlotStatsTesting
import Synchronization
import Testing

@Suite struct LiveFleetTests {
  let clock = ManualClock()
  let book = EventBook()

  func makeFleet(_ settings: SimulatedFleet.Settings) -> LiveFleet {
    LiveFleet(SimulatedFleet(settings), clock: clock.pipelineClock()) { [book] in try book.record($0) }
  }

  @Test func jobsComeInAndEndAndTheStoreIsToldOfEachOnce() async throws {
    let fleet = makeFleet(.init(rate: 20, latencyScale: 0.1))
    let run = Task { await fleet.run() }
    try await clock.advance(until: "300 jobs have ended") { await fleet.report.worker.ended >= 300 }
    await fleet.stop()
    try await clock.advance(until: "the fleet has stopped") { await !fleet.isRunning }
    await run.value
    let report = await fleet.report
    #expect(report.turnedAway == 0)
    #expect(report.submitted >= 300)
    #expect(book.repeated == 0)
    let total = book.counters.values.reduce(StatsCounters.zero, +)
    #expect(total.ingestCount == report.submitted)
    #expect(total.totalRuns == report.worker.ended)
    #expect(report.delivery.delivered == book.logs.count)
    // Only slots that work, and none that does not exist.
    #expect(Set(book.counters.keys).isSubset(of: SimulatedFleet().slots.filter(\.isActive).map(\.id)))
    #expect(book.counters["slot-011"] == nil)
  }

  @Test func somethingMovesWithinTheFirstSecond() async throws {
    let fleet = makeFleet(.init())
    let run = Task { await fleet.run() }
    let start = clock.now
    try await clock.advance(by: .milliseconds(10), until: "an event is stored") { !book.logs.isEmpty }
    #expect(start.duration(to: clock.now) < .seconds(3))
    run.cancel()
    try await clock.advance(until: "the fleet has stopped") { await !fleet.isRunning }
    await run.value
  }

  @Test func jobsOfTheHeadStartAreThereAtOnce() async throws {
    let fleet = LiveFleet(
      SimulatedFleet(.init(rate: 20, hasRhythm: false)), clock: clock.pipelineClock(), headStart: 30
    ) { [book] in try book.record($0) }
    let run = Task { await fleet.run() }
    // The clock stands still meanwhile: a tick alone has about two.
    try await turns(until: "the jobs of three seconds have come in") { await fleet.report.submitted >= 40 }
    run.cancel()
    try await clock.advance(until: "the fleet has stopped") { await !fleet.isRunning }
    await run.value
  }

  @Test func aStoreThatStaysDownLeavesMemoryBounded() async throws {
    let fleet = makeFleet(.init(rate: 5_000, hasRhythm: false))
    book.setDown(true)
    let run = Task { await fleet.run() }
    try await clock.advance(until: "jobs are turned away") { await fleet.report.turnedAway > 0 }
    let report = await fleet.report
    #expect(report.submitted < 65_536)
    #expect(report.delivery.delivered == 0)
    #expect(report.delivery.isFailing)
    run.cancel()
    try await clock.advance(until: "the fleet has stopped") { await !fleet.isRunning }
    await run.value
  }

  @Test func jobsStillCountAfterTheClockWasPutBack() async throws {
    let back = Mutex(0.0)
    let origin = clock.now
    let wall: @Sendable () -> Date = { [clock] in
      noon.addingTimeInterval(origin.duration(to: clock.now) / .seconds(1) - back.withLock { $0 })
    }
    let fleet = LiveFleet(
      SimulatedFleet(.init(rate: 20, latencyScale: 0.1)), clock: JobClock(clock, wall: wall)
    ) { [book] in try book.record($0) }
    let run = Task { await fleet.run() }
    try await clock.advance(until: "300 jobs have ended") { await fleet.report.worker.ended >= 300 }
    back.withLock { $0 = 3_600 }
    try await clock.advance(until: "600 jobs have ended") { await fleet.report.worker.ended >= 600 }
    run.cancel()
    try await clock.advance(until: "the fleet has stopped") { await !fleet.isRunning }
    await run.value
    #expect(Set(book.logs.map(\.jobID)).count >= 600)
    #expect(book.repeated == 0)
  }

  @Test func aProcessThatStoodStillLeavesOutTheJobsOfThatTime() async throws {
    let fleet = makeFleet(.init(rate: 100, hasRhythm: false))
    let run = Task { await fleet.run() }
    try await clock.advance(until: "jobs come in") { await fleet.report.submitted > 0 }
    clock.advance(by: .seconds(3_600))
    try await clock.advance(until: "jobs come in again") { await fleet.report.submitted > 20 }
    #expect(await fleet.report.submitted < 5_000)
    run.cancel()
    try await clock.advance(until: "the fleet has stopped") { await !fleet.isRunning }
    await run.value
  }
}
