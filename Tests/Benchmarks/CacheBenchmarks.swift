import Foundation
import SlotStats
import SlotStatsTesting

/// The cache: hits from where a dashboard and a server ask, invalidations among more and more other entries.
let cacheBenchmarks: [Benchmark] =
  [
    Benchmark("cache: hit, from the main actor", repetitions: 200_000) {
      let service = try await filledService(slots: 1_000)
      return Benchmark.Work(
        ours: { try await hitFromMainActor(service, times: $0) },
        peer: Benchmark.Peer(name: "an actor with a dictionary", run: await actorHits()))
    },
    Benchmark("cache: hit, from a detached task", repetitions: 200_000) {
      let service = try await filledService(slots: 1_000)
      return Benchmark.Work(
        ours: { times in
          try await Task.detached {
            for _ in 0..<times { _ = try await service.collectSlotStats("slot-000500", window: .day, since: since) }
          }.value
        })
    },
    Benchmark("cache: hit of a reading, through the protocol", repetitions: 200_000) {
      let service: any StatsService = try await filledService(slots: 1_000)
      return Benchmark.Work(
        ours: { times in
          for _ in 0..<times { _ = try await service.collectGlobalStats(window: .day, since: since) }
        })
    },
    Benchmark("cache: hit of every slot, 10,000 slots", repetitions: 200_000) {
      let service = try await filledService(slots: 10_000)
      return Benchmark.Work(
        ours: { times in
          for _ in 0..<times { _ = try await service.collectSlotStats(window: .day, since: since) }
        })
    },
    Benchmark("cache: frame of an unchanged version, 10,000 slots", repetitions: 10_000) {
      let repository = VersionedStatsRepository(
        SourceVersion(id: 1, contents: fleet(slots: 10_000), generatedAt: instant, readAt: instant))
      let service = try CachedStatsService(repository: repository, clock: ContinuousClock())
      return Benchmark.Work(ours: { times in for _ in 0..<times { _ = try await service.readFleet(now: instant) } })
    },
  ]
  + [10, 1_000, 100_000].map { others in
    Benchmark("cache: an event, \(others) other slots' entries", repetitions: 10_000) {
      let service = try await filledService(slots: others + 1)
      return Benchmark.Work(
        ours: { times in
          for _ in 0..<times { try await service.recordProcessingEvent(event) }
        },
        peer: Benchmark.Peer(name: "a dictionary that is filtered", repetitions: 5, run: filtering(others: others)))
    }
  }
  + [10, 1_000, 100_000].map { others in
    Benchmark("cache: an event and its slot's reload, \(others) others", repetitions: 2_000) {
      let service = try await filledService(slots: others + 1)
      return Benchmark.Work(
        ours: { times in
          for _ in 0..<times {
            try await service.recordProcessingEvent(event)
            _ = try await service.collectSlotStats("slot-000000", window: .day, since: since)
          }
        })
    }
  }

private let instant = Date(timeIntervalSince1970: 1_795_098_725)
private let since = StatsWindow.day.shownStart(endingAt: instant)
private let event = ProcessingLog(
  id: UUID(), jobID: UUID(), slotID: "slot-000000", status: .succeeded, occurredAt: instant)

@MainActor private func hitFromMainActor(_ service: CachedStatsService, times: Int) async throws {
  for _ in 0..<times { _ = try await service.collectSlotStats("slot-000500", window: .day, since: since) }
}

/// As many slots, 14 days each.
private func fleet(slots: Int) -> FixedRepository {
  let days = StatsWindow.day.shownStarts(endingAt: instant).map {
    StatsMetric(.day, start: $0, counters: StatsCounters(success: 100, timeouts: 3, ingestCount: 103))
  }
  return FixedRepository(ids: (0..<slots).map(slotID), metrics: days)
}

/// A service that holds the day of every slot, of all together, and the form for every slot.
private func filledService(slots: Int) async throws -> CachedStatsService {
  let repository = fleet(slots: slots)
  let service = try CachedStatsService(
    repository: repository, ttl: .seconds(3_600), maxEntries: slots + 10, clock: ContinuousClock())
  for id in repository.ids { _ = try await service.collectSlotStats(id, window: .day, since: since) }
  _ = try await service.collectGlobalStats(window: .day, since: since)
  _ = try await service.collectSlotStats(window: .day, since: since)
  return service
}

private func slotID(_ number: Int) -> Slot.ID {
  let digits = String(number)
  return "slot-" + String(repeating: "0", count: max(6 - digits.count, 0)) + digits
}

/// A repository that answers at once with the same buckets, and keeps no events.
private struct FixedRepository: StatsRepository {
  let ids: [Slot.ID]
  let metrics: [StatsMetric]

  func slots() async throws -> [Slot] { ids.map { Slot(id: $0) } }

  func collectGlobalMetrics(window: StatsWindow, since: Date?) async throws -> [StatsMetric] { metrics }

  func collectSlotMetrics(_ slotID: Slot.ID, window: StatsWindow, since: Date?) async throws -> [StatsMetric] {
    metrics
  }

  func collectSlotMetrics(window: StatsWindow, since: Date?) async throws -> [Slot.ID: [StatsMetric]] {
    Dictionary(uniqueKeysWithValues: ids.map { ($0, metrics) })
  }
}

// What one would write instead.

private struct PeerKey: Hashable, Sendable {
  var slotID: Slot.ID
  var window: StatsWindow
  var since: Date?
}

private actor ActorCache {
  private let clock = ContinuousClock()
  private var entries: [PeerKey: (value: StatsAggregation, end: ContinuousClock.Instant)] = [:]

  func stats(_ key: PeerKey) -> StatsAggregation? {
    guard let entry = entries[key], clock.now < entry.end else { return nil }
    return entry.value
  }

  func keep(_ value: StatsAggregation, for key: PeerKey) {
    entries[key] = (value, clock.now.advanced(by: .seconds(3_600)))
  }
}

private func actorHits() async -> Benchmark.Run {
  let cache = ActorCache()
  for number in 0..<1_000 {
    await cache.keep(
      StatsAggregation(window: .day, metrics: []), for: PeerKey(slotID: slotID(number), window: .day, since: since))
  }
  return { times in await hitActorFromMainActor(cache, times: times) }
}

@MainActor private func hitActorFromMainActor(_ cache: ActorCache, times: Int) async {
  for _ in 0..<times { _ = await cache.stats(PeerKey(slotID: "slot-000500", window: .day, since: since)) }
}

private func filtering(others: Int) -> Benchmark.Run {
  let entries = Dictionary(
    uniqueKeysWithValues: (0...others).map { (PeerKey(slotID: slotID($0), window: .day, since: since), $0) })
  return { times in
    for _ in 0..<times { blackHole(entries.filter { $0.key.slotID != "slot-000000" }.count) }
  }
}

/// Keeps the optimiser from leaving the work out.
@inline(never) private func blackHole<Value>(_ value: Value) {}
