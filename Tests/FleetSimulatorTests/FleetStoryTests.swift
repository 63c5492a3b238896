import Foundation
import JobPipeline
import JobPipelineTesting
import SlotStats
import Testing

@testable import FleetSimulator

@Suite struct FleetStoryTests {
  let trouble = FleetTrouble(slot: "a", effect: .silence, start: -60, length: 90, period: 600)

  @Test(arguments: [
    (-61.0, false), (-60, true), (29.9, true), (30, false), (539.9, false), (540, true), (629.9, true), (630, false),
  ]) func aTroubleComesAgainAfterItsPeriod(seconds: Double, isOn: Bool) {
    #expect(trouble.isOn(at: seconds) == isOn)
  }

  @Test(arguments: [
    (-1_000.0..<(-60), 0.0), (-120..<0, 60), (0..<60, 30), (0..<600, 90), (-100..<1_200, 240), (30..<540, 0),
  ]) func theSecondsOfARangeAreThoseInWhichItIsUnderWay(range: Range<Double>, seconds: Double) {
    #expect(abs(trouble.seconds(in: range) - seconds) < 1e-9)
  }

  @Test func aSlotWithoutJobsGetsNoneAndTheOthersTheSame() {
    var told = SimulatedFleet()
    told.settings.story = FleetStory(opening: noon)
    let tick = SimulatedFleet.tick(at: noon)
    func jobs(_ fleet: SimulatedFleet) -> [Job] { (tick..<tick + 600).flatMap { fleet.arrivals(inTick: $0) } }
    let plain = jobs(SimulatedFleet())
    #expect(plain.contains { $0.slotID == "slot-007" })
    #expect(jobs(told) == plain.filter { $0.slotID != "slot-007" })
  }

  @Test func whoRefusesAJobSaysSo() throws {
    var fleet = SimulatedFleet()
    fleet.settings.story = FleetStory(opening: noon)
    let failures = fleet.pastFailures(endingAt: noon.addingTimeInterval(120), seconds: 120)
    #expect(failures.allSatisfy { $0.occurredAt >= noon && $0.occurredAt <= noon.addingTimeInterval(120) })
    let said = failures.filter { $0.slotID == "slot-003" }.compactMap(\.message)
    #expect(said.contains("502 Bad Gateway from api.meridian.example"))
    #expect(failures.contains { $0.status == .timeout && $0.message == "api.tern.example timed out after 30 s" })
  }
}
