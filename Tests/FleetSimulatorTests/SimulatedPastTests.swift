import FleetSimulator
import Foundation
import JobPipeline
import JobPipelineTesting
import SlotStats
import Testing

@Suite struct SimulatedPastTests {
  let fleet = SimulatedFleet()
  /// 37 minutes into an hour.
  let end = noon.addingTimeInterval(37 * 60)

  @Test func itCoversEightWeeksUpToTheEnd() throws {
    let weeks = try #require(fleet.pastCounters(.week, endingAt: end)["slot-001"])
    #expect(weeks.map(\.periodStart) == StatsWindow.week.shownStarts(endingAt: end))
    let hours = try #require(fleet.pastHours(endingAt: end)["slot-001"])
    #expect(hours.last?.periodStart == noon)
    #expect(hours.count == 7 * 7 * 24 + 24 + 15)
  }

  @Test func widerBucketsAreTheSumOfNarrowerOnes() {
    let (hours, days) = (fleet.pastHours(endingAt: end), fleet.pastCounters(.day, endingAt: end))
    let weeks = fleet.pastCounters(.week, endingAt: end)
    for slot in fleet.slots {
      #expect(days[slot.id].map { SimulatedFleet.fold($0, by: .week) } == weeks[slot.id])
      #expect(
        hours[slot.id]?.reduce(StatsCounters.zero) { $0 + $1.counters }
          == weeks[slot.id]?.reduce(StatsCounters.zero) { $0 + $1.counters })
    }
  }

  @Test(arguments: [0.0, 20.0, 2_220.0, 3_599.0])
  func minutesAreThoseOfTheirHours(seconds: Double) throws {
    let end = noon.addingTimeInterval(seconds)
    let (buckets, minutesFrom) = fleet.pastWithMinutes(endingAt: end, weeks: 1)
    #expect(minutesFrom == noon.addingTimeInterval(-25 * 3_600))
    let hours = fleet.pastHours(endingAt: end, weeks: 1)
    for slot in fleet.slots {
      let own = try #require(buckets[slot.id])
      #expect(SimulatedFleet.fold(own, by: .hour).map(\.counters) == hours[slot.id]?.map(\.counters))
      #expect(own == own.sorted { $0.periodStart < $1.periodStart })
      #expect(own.allSatisfy { $0.periodStart < minutesFrom || StatsWindow.minute.isBucketStart($0.periodStart) })
    }
    let minutes = try #require(buckets["slot-001"]).filter { $0.periodStart >= end.addingTimeInterval(-3_600) }
    #expect(minutes.count >= 59)
  }

  @Test func theLastMinutesAreAsTheStoryTells() throws {
    var fleet = fleet
    let calm = fleet.pastWithMinutes(endingAt: end).buckets
    fleet.settings.story = FleetStory(opening: end)
    let told = fleet.pastWithMinutes(endingAt: end).buckets
    func minutes(_ buckets: [Slot.ID: [StatsMetric]], _ slot: Slot.ID, before: Double) -> [StatsMetric] {
      buckets[slot, default: []].filter { $0.periodStart >= end.addingTimeInterval(-before) }
    }
    let failing = minutes(told, "slot-003", before: 600).reduce(StatsCounters.zero) { $0 + $1.counters }
    #expect(try #require(failing.failureRatio) > 0.9)
    #expect(failing.totalRuns == minutes(calm, "slot-003", before: 600).reduce(0) { $0 + $1.counters.totalRuns })
    #expect(minutes(told, "slot-007", before: 420).isEmpty && !minutes(calm, "slot-007", before: 420).isEmpty)
    // Nothing has happened half an hour before, and nothing ever at the others.
    func old(_ metrics: [StatsMetric]?) -> [StatsMetric]? {
      metrics?.filter { $0.periodStart < end.addingTimeInterval(-1_800) }
    }
    for slot in fleet.slots {
      #expect(old(told[slot.id]) == old(calm[slot.id]))
      if !["slot-003", "slot-004", "slot-009", "slot-007"].contains(slot.id) {
        #expect(told[slot.id] == calm[slot.id])
      }
    }
  }

  @Test func timeOnlyAddsToTheCurrentHour() throws {
    var last = 0
    for minute in stride(from: 0.0, through: 59, by: 3) {
      let hours = fleet.pastHours(endingAt: noon.addingTimeInterval(minute * 60), weeks: 1)["slot-001"] ?? []
      let runs = hours.first { $0.periodStart == noon }?.counters.totalRuns ?? 0
      #expect(runs >= last)
      last = runs
    }
    #expect(last > 0)
  }

  @Test func showsEveryState() throws {
    let days = fleet.pastCounters(.day, endingAt: end)
    let today = StatsWindow.day.bucketStart(containing: end)
    #expect(days["slot-011"] == [])
    #expect(days["slot-012"]?.last?.periodStart == StatsWindow.day.start(today, advancedBy: -8))
    let film = try #require(days["slot-005"]?.last?.counters)
    #expect(film.timeouts * 2 > film.totalRuns)
    let few = try #require(days["slot-010"]).suffix(3).reduce(StatsCounters.zero) { $0 + $1.counters }
    #expect((1..<20).contains(few.totalRuns))
    for slot in ["slot-001", "slot-003", "slot-008"] {
      #expect(try #require(days[slot]?.last?.counters.failureRatio) < 0.05)
    }
  }
}

extension SimulatedFleet {
  /// Every slot's finished jobs by the buckets of `window`, ascending, up to `end`; buckets without jobs are left out.
  fileprivate func pastCounters(
    _ window: StatsWindow, endingAt end: Date, weeks: Int = SimulatedFleet.pastWeeks
  ) -> [Slot.ID: [StatsMetric]] {
    pastHours(endingAt: end, weeks: weeks).mapValues { Self.fold($0, by: window) }
  }

  /// Buckets of `window` made of narrower ones, which are ascending.
  fileprivate static func fold(_ metrics: [StatsMetric], by window: StatsWindow) -> [StatsMetric] {
    var folded: [StatsMetric] = []
    for metric in metrics {
      if let last = folded.last, metric.periodStart < last.periodEnd {
        folded[folded.count - 1].counters += metric.counters
      } else {
        let start = window.bucketStart(containing: metric.periodStart)
        folded.append(StatsMetric(window, start: start, counters: metric.counters))
      }
    }
    return folded
  }
}
