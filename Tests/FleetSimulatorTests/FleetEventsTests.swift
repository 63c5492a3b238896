import FleetSimulator
import Foundation
import JobPipeline
import JobPipelineTesting
import SlotStats
import Testing

@Suite struct FleetEventsTests {
  private let fleet = SimulatedFleet(.init(rate: 200, hasRhythm: false))

  private func logs(_ fleet: SimulatedFleet, seconds: Double, step: Double) -> [ProcessingLog] {
    var events = FleetEvents(fleet, from: noon)
    var logs: [ProcessingLog] = []
    for now in stride(from: 0, through: seconds, by: step) {
      let instant = noon.addingTimeInterval(now)
      events.take(until: instant) { log in
        #expect(log.occurredAt <= instant)
        logs.append(log)
      }
    }
    return logs
  }

  @Test func jobsComeInAtTheRateAndEndOnce() {
    let logs = logs(fleet, seconds: 30, step: 0.05)
    let total = count(logs).values.reduce(StatsCounters.zero, +)
    #expect((5_400...6_600).contains(total.ingestCount))
    // No job is under way for longer than a second at this rate.
    #expect((total.ingestCount - 250...total.ingestCount).contains(total.totalRuns))
    #expect(total.timeouts > 0 && total.providerErrors > 0 && total.cancelled > 0 && total.errors > 0)
    #expect(Set(logs.map(\.id)).count == logs.count)
    let ended = logs.filter { [.succeeded, .failed, .timeout].contains($0.status) }
    #expect(Set(ended.map(\.jobID)).count == ended.count)
  }

  @Test func eventsComeInTheOrderOfTheirTime() {
    let logs = logs(fleet, seconds: 5, step: 0.1)
    #expect(zip(logs, logs.dropFirst()).allSatisfy { $0.occurredAt <= $1.occurredAt })
  }

  @Test func howOftenTheyAreTakenMakesNoDifference() {
    let often = logs(fleet, seconds: 4, step: 0.05)
    let seldom = logs(fleet, seconds: 4, step: 2)
    #expect(Set(often) == Set(seldom))
    let other = logs(SimulatedFleet(.init(seed: 2, rate: 200, hasRhythm: false)), seconds: 4, step: 2)
    #expect(Set(other).isDisjoint(with: often))
  }

  @Test func afterAStandstillOnlyTheJobsUnderWayHaveEnded() {
    var events = FleetEvents(fleet, from: noon)
    var before: [ProcessingLog] = []
    events.take(until: noon.addingTimeInterval(1)) { before.append($0) }
    var after: [ProcessingLog] = []
    let night = noon.addingTimeInterval(8 * 3_600)
    events.take(until: night) { after.append($0) }
    let ended = after.filter { $0.occurredAt < night.addingTimeInterval(-1) }
    #expect(!ended.isEmpty && Set(ended.map(\.jobID)).isSubset(of: before.map(\.jobID)))
    // And one tick's jobs have come in.
    #expect(after.filter { $0.status == .received }.count < 200)
  }
}
