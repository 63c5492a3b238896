import FleetSimulator
import Foundation
import JobPipeline
import JobPipelineTesting
import SlotStats
import SlotStatsTesting
import Testing

@Suite struct SimulatedFleetTests {
  let fleet = SimulatedFleet()
  let tick = SimulatedFleet.tick(at: noon)

  /// A clock on which every sleep is over at once.
  final class HastyClock: Clock {
    let base = ManualClock()
    var now: ManualClock.Instant { base.now }
    var minimumResolution: Duration { base.minimumResolution }
    func sleep(until deadline: ManualClock.Instant, tolerance: Duration?) async throws {
      try Task.checkCancellation()
      base.advance(by: max(.zero, base.now.duration(to: deadline)))
    }
  }

  func jobs(_ fleet: SimulatedFleet, seconds: Int) -> [Job] {
    (0..<(seconds * SimulatedFleet.ticksPerSecond)).flatMap { fleet.arrivals(inTick: tick + $0) }
  }

  @Test func theSameSeedAndTimeGiveTheSameJobs() {
    #expect(jobs(fleet, seconds: 60) == jobs(SimulatedFleet(), seconds: 60))
    let other = SimulatedFleet(SimulatedFleet.Settings(seed: 2))
    #expect(Set(jobs(fleet, seconds: 60).map(\.id)).isDisjoint(with: jobs(other, seconds: 60).map(\.id)))
  }

  @Test func jobsEndAsTheirSeedSays() async {
    func ends(_ fleet: SimulatedFleet) async -> [String] {
      let provider = SimulatedProvider(fleet, clock: JobClock(HastyClock()))
      var ends: [String] = []
      for job in jobs(fleet, seconds: 60) {
        do {
          let response = try await provider.run(job)
          try await provider.accept(response, of: job)
          ends.append("\(job.slotID) well")
        } catch {
          ends.append("\(job.slotID) \(error)")
        }
      }
      return ends
    }
    let first = await ends(fleet)
    #expect(first.count > 100)
    #expect(await ends(SimulatedFleet()) == first)
    #expect(await ends(SimulatedFleet(SimulatedFleet.Settings(seed: 2))) != first)
  }

  @Test(arguments: [0.5, 3, 100, 5_000])
  func asManyJobsComeAsTheRateSays(rate: Double) {
    let fleet = SimulatedFleet(SimulatedFleet.Settings(rate: rate, hasRhythm: false))
    let seconds = rate < 1 ? 4_000 : rate < 10 ? 1_000 : 20
    let count = jobs(fleet, seconds: seconds).count
    #expect(abs(Double(count) / Double(seconds) / rate - 1) < 0.05)
  }

  @Test func theRateFollowsTheHourAndTheDay() {
    let week = StatsWindow.week.bucketStart(containing: noon)
    func count(hour: Double) -> Int {
      let first = SimulatedFleet.tick(at: week.addingTimeInterval(hour * 3_600))
      return (first..<(first + 9_000)).reduce(0) { $0 + fleet.arrivals(inTick: $1).count }
    }
    let (tuesdayNoon, tuesdayNight, sundayNoon) = (count(hour: 36), count(hour: 25), count(hour: 156))
    #expect(tuesdayNight * 2 < tuesdayNoon)
    #expect(sundayNoon < tuesdayNoon)
  }

  @Test func anIncidentOfHalfAMinuteComesEveryFiveMinutes() {
    let hour = StatsWindow.day.bucketStart(containing: noon).addingTimeInterval(14 * 3_600)
    let seconds = (0..<3_600).map { fleet.isIncident(at: hour.addingTimeInterval(Double($0))) }
    let starts = zip(seconds, seconds.dropFirst()).count { !$0 && $1 } + (seconds[0] ? 1 : 0)
    #expect((11...12).contains(starts))
    #expect((12 * 25...12 * 45).contains(seconds.count { $0 }))
  }

  @Test func slotsHaveNamesInSeveralScriptsAndSeveralProviders() {
    #expect(fleet.slots.count == 12)
    #expect(Set(fleet.slots.map(\.id)).count == 12)
    #expect(Set(fleet.slots.map(\.providerID)).count == 4)
    #expect(fleet.slots.count { !$0.isActive } == 1)
    #expect(fleet.slots.contains { $0.name == "年賀状デザイン" })
  }

  @Test func highRatesAreWorkedQuicklyByABoundedNumber() {
    let fleet = SimulatedFleet(SimulatedFleet.Settings(rate: 5_000))
    #expect(fleet.timeLimit < .milliseconds(100))
    #expect(fleet.concurrency < 4_097)
    #expect(self.fleet.timeLimit == .seconds(6))
  }
}
