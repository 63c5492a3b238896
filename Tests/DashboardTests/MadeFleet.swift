import Foundation
import SlotStats
import SlotStatsTesting

/// Fleets made for a test: slots with their days, the newest first; weeks and all slots together follow from them.
struct MadeFleet {
  struct Row {
    var slot: Slot
    /// The newest day first; `nil` is a day that is not reported.
    var days: [StatsCounters?]
  }

  /// 2026-11-19 14:32:05 UTC.
  static let instant = Fixture.pictureNow.addingTimeInterval(-5)

  var rows: [Row]
  var at = instant
  var version: UInt64 = 1
  var notice: String?

  init(_ rows: [Row]) { self.rows = rows }

  /// Slots named by their id, each with its days.
  init(_ rows: KeyValuePairs<String, [StatsCounters?]>) {
    self.init(rows.map { Row(slot: Slot(id: $0.key), days: $0.value) })
  }

  /// A fleet with slots of every state, the same for the same numbers.
  static func random(_ count: Int, using numbers: inout SeededGenerator) -> MadeFleet {
    MadeFleet(
      (0..<count).map { index in
        let slot = Slot(
          id: "slot-\(String(1000 + index).dropFirst())", name: ["Портрет", "Face swap", "写真館", "B&W"][index % 4],
          providerID: ["gemini", "turbotext", nil][index % 3], isActive: !Int.random(in: 0..<12, using: &numbers).isZero
        )
        let level = Int.random(in: 1...14, using: &numbers)
        let days: [StatsCounters?] = (0..<14).map { _ in
          guard !Int.random(in: 0..<9, using: &numbers).isZero else { return nil }
          return counters(runs: Int.random(in: 0...50, using: &numbers), level: level, using: &numbers)
        }
        return Row(slot: slot, days: days)
      })
  }

  /// The same fleet a little later: some slots have counted more.
  func later(by seconds: Double, using numbers: inout SeededGenerator) -> MadeFleet {
    var next = self
    next.at += seconds
    next.version += 1
    for index in next.rows.indices where Bool.random(using: &numbers) {
      let more = Self.counters(runs: Int.random(in: 1...5, using: &numbers), level: 3, using: &numbers)
      next.rows[index].days[0] = (next.rows[index].days[0] ?? .zero) + more
    }
    return next
  }

  private static func counters(runs: Int, level: Int, using numbers: inout SeededGenerator) -> StatsCounters {
    var counters = StatsCounters(ingestCount: runs + Int.random(in: 0...2, using: &numbers))
    for _ in 0..<runs {
      switch Int.random(in: 0..<(4 * level), using: &numbers) {
      case 0: counters.timeouts += 1
      case 1: counters.providerErrors += 1
      case 2: counters.errors += 1
      case 3 where level < 9: counters.cancelled += 1
      default: counters.success += 1
      }
    }
    return counters
  }

  var reading: FleetReading {
    var series: [StatsWindow: FleetReading.Series] = [:]
    for window in StatsWindow.usual {
      let bySlot = Dictionary(
        uniqueKeysWithValues: rows.map { ($0.slot.id, aggregation([$0], window: window)) })
      series[window] = FleetReading.Series(global: aggregation(rows, window: window), bySlot: bySlot)
    }
    return FleetReading(
      slots: rows.map(\.slot), series: series, generatedAt: at, readAt: at, notice: notice, version: version)
  }

  private func aggregation(_ rows: [Row], window: StatsWindow) -> StatsAggregation {
    let today = StatsWindow.day.bucketStart(containing: at)
    var buckets: [Date: StatsCounters] = [:]
    for row in rows {
      for (age, counters) in row.days.enumerated() {
        guard let counters else { continue }
        let day = StatsWindow.day.start(today, advancedBy: -age)
        buckets[window.bucketStart(containing: day), default: .zero] += counters
      }
    }
    let metrics = buckets.keys.sorted().map { StatsMetric(window, start: $0, counters: buckets[$0] ?? .zero) }
    return StatsAggregation(window: window, metrics: metrics)
  }
}

extension Int {
  fileprivate var isZero: Bool { self == 0 }
}

extension StatsCounters {
  /// Counters of `runs` jobs of which `failures` ran out of time.
  static func made(_ failures: Int, of runs: Int, ingest: Int? = nil) -> StatsCounters {
    StatsCounters(success: runs - failures, timeouts: failures, ingestCount: ingest ?? runs)
  }
}
