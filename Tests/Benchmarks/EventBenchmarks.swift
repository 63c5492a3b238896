import EventStore
import Foundation
import SlotStats
import StatsFormats

/// Reading events, storing them durably, and reading the counts; a time is that of one event, or of one reading.
let eventBenchmarks: [Benchmark] =
  [
    Benchmark("events: scan and count by slot, day and status", repetitions: 300_000) {
      let lines = EventMaker.lines(300_000)
      return Benchmark.Work(ours: { _ in
        var stream = EventStream(
          accepted: ProcessingLogReader.accepted(now: EventMaker.now, keptSeconds: EventMaker.keptSeconds))
        var (tally, slots) = (EventTally(), EventSlots())
        lines.withUnsafeBytes { stream.feed($0, into: &tally, slots: &slots) }
        precondition(tally.count == 300_000 && stream.refusals.count == 0)
      })
    },
    Benchmark("events: scan into batches", repetitions: 300_000) {
      let lines = EventMaker.lines(300_000)
      return Benchmark.Work(ours: { _ in
        precondition(EventMaker.batches(lines, size: 20_000).reduce(0) { $0 + $1.count } == 300_000)
      })
    },
  ]
  + [1_000, 5_000, 20_000, 50_000].map { size in
    Benchmark("events: store durably, batches of \(size)", repetitions: 300_000) {
      let batches = EventMaker.batches(EventMaker.lines(300_000), size: size)
      return Benchmark.Work(ours: { _ in
        try await withStore { store in
          for batch in batches { try demand(await store.append(batch).acceptedCount == batch.count) }
        }
      })
    }
  }
  + [
    reading("all slots together, 14 days", slots: 200, repetitions: 1_000) { store, since in
      try demand(await store.collectGlobalMetrics(window: .day, since: since).count >= 14)
    },
    reading("one slot, 14 days", slots: 200, repetitions: 1_000) { store, since in
      try demand(await store.collectSlotMetrics("slot-1000", window: .day, since: since).count >= 14)
    },
    reading("10,000 slots, 14 days", slots: 10_000, repetitions: 5) { store, since in
      try demand(await store.collectSlotMetrics(window: .day, since: since).count == 10_000)
    },
    reading("which slots changed: none", slots: 200, repetitions: 1_000) { store, _ in
      try demand(await store.changes(since: await store.latestChange()).slots == [])
    },
  ]

/// What was measured did not do what it is for.
private struct WrongResult: Error {}

private func demand(_ isTrue: Bool) throws {
  if !isTrue { throw WrongResult() }
}

/// A benchmark of a reading; every slot has counts on each of 14 days.
private func reading(
  _ name: String, slots: Int, repetitions: Int,
  _ read: @escaping @Sendable (SQLiteStatsRepository, Date) async throws -> Void
) -> Benchmark {
  Benchmark("events: read \(name)", repetitions: repetitions) {
    let folder = try BenchmarkFolder()
    let store = try folder.store()
    var random = SplitMix(state: 2)
    for day in 0..<14 {
      let at = EventMaker.now.addingTimeInterval(Double(-day * 86_400))
      let logs = (0..<slots).flatMap { slot in
        [ProcessingLog.Status.received, .succeeded].map {
          ProcessingLog(
            id: EventID(high: random.next(), low: 1).uuid, jobID: EventID(high: random.next(), low: 2).uuid,
            slotID: "slot-\(1_000 + slot)", status: $0, occurredAt: at)
        }
      }
      _ = try await store.append(EventBatch(logs))
    }
    let since = StatsWindow.day.shownStart(endingAt: EventMaker.now)
    return Benchmark.Work(ours: { times in
      for _ in 0..<times { try await read(store, since) }
      withExtendedLifetime(folder) {}
    })
  }
}

/// Gives a new store and removes it.
private func withStore(_ body: (SQLiteStatsRepository) async throws -> Void) async throws {
  let folder = try BenchmarkFolder()
  let store = try folder.store()
  try await body(store)
  try store.close()
  withExtendedLifetime(folder) {}
}

/// A folder that is removed with this value.
private final class BenchmarkFolder: Sendable {
  private let path = FileManager.default.temporaryDirectory.appendingPathComponent("slotwatch-\(UUID().uuidString)")
    .path

  init() throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  func store() throws -> SQLiteStatsRepository {
    try SQLiteStatsRepository.open(path + "/events.db", settings: StoreSettings { EventMaker.now })
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
