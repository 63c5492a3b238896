import Dashboard
import EventStore
import Foundation
import SlotStats
import SlotStatsTesting
import TerminalUI

/// What a step back in time costs from the key to the frame: reading a store of ten million events, judging, drawing.
let historyBenchmarks: [Benchmark] = [
  Benchmark("history: a step to a frame, 200 slots, 10 million events", repetitions: 4) {
    let store = try await BigStore(slots: 200, days: 100)
    return Benchmark.Work(ours: { times in
      for turn in 0..<times { keep(try await store.frame(minutesBack: 90 + turn * 37)) }
    })
  },
  Benchmark("history: the same where minutes are gone", repetitions: 4) {
    let store = try await BigStore(slots: 200, days: 100)
    return Benchmark.Work(ours: { times in
      for turn in 0..<times { keep(try await store.frame(minutesBack: 30 * 1_440 + turn * 61)) }
    })
  },
]

/// A store in a file with a hundred days of counts.
private final class BigStore: Sendable {
  /// 2026-11-19T14:32:00Z.
  private static let now = Date(timeIntervalSince1970: 1_795_098_720)
  private let folder: TemporaryFolder
  private let store: SQLiteStatsRepository

  init(slots: Int, days: Int) async throws {
    folder = try TemporaryFolder()
    store = try .open(folder.file("events.db"), settings: StoreSettings { Self.now })
    let ids = (0..<slots).map { "slot-\($0)" }
    try await store.describe(ids.map { Slot(id: $0) })
    let minutesFrom = StatsWindow.hour.bucketStart(containing: Self.now.addingTimeInterval(-48 * 3_600))
    var numbers = SeededGenerator(state: 1)
    var past: [Slot.ID: [StatsMetric]] = [:]
    // About four events a job: a fifth of a job a minute in each slot.
    func counters(_ minutes: Int) -> StatsCounters {
      let runs = Int.random(in: 0...max(1, minutes / 3), using: &numbers)
      return StatsCounters(success: runs, timeouts: runs / 20, providerErrors: runs % 3, ingestCount: runs)
    }
    for id in ids {
      let hours = stride(from: Double(days * 24), to: 48, by: -1).map { back in
        StatsMetric(.hour, start: minutesFrom.addingTimeInterval((48 - back) * 3_600), counters: counters(60))
      }
      let minutes = stride(from: minutesFrom, to: Self.now, by: 60).map { start in
        StatsMetric(.minute, start: start, counters: counters(1))
      }
      past[id] = hours + minutes
    }
    try await store.addSyntheticPast(of: past, minutesFrom: minutesFrom)
  }

  func frame(minutesBack: Int) async throws -> Surface {
    let instant = Self.now.addingTimeInterval(-Double(minutesBack) * 60)
    guard let reading = try await store.past(at: instant) else { throw CancellationError() }
    let fleet = await Fleet.judging(reading, thresholds: .standard, after: nil, opening: .day)
    let moment = Moment(wall: Self.now, uptime: .zero)
    var state = DashboardState(
      options: DashboardOptions(sourceLabel: "events.db", at: instant), size: Size(columns: 120, rows: 40), now: moment)
    _ = state.reduce(.tick, at: moment)
    _ = state.reduce(.pastRead(.fleet(fleet)), at: moment)
    return state.view()
  }
}

private func keep(_ value: some Any) {}
