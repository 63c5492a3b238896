import Foundation
import SlotStats
import SlotStatsTesting
import StatsFormats
import Testing

@testable import EventStore

@Suite struct CountingTests {
  private let settings = StoreSettings { RandomEvents.now }

  /// What differs between a store and the reference; nothing if they agree.
  private func differences(_ store: SQLiteStatsRepository, _ reference: ReferenceCounts) async throws -> [String] {
    var differences: [String] = []
    func compare(_ got: [StatsMetric]?, _ wanted: [StatsMetric], _ name: String) {
      if got != wanted { differences.append("\(name): \(got ?? []), not \(wanted)") }
    }
    if Set(try await store.slots().map(\.id)) != reference.slots { differences.append("slots") }
    for window in StatsWindow.allCases {
      func series(_ slotID: Slot.ID?) -> [StatsMetric] {
        let kept = settings.keptFrom(window, at: RandomEvents.now)
        return reference.series(
          slotID, window, at: RandomEvents.now,
          keptFrom: kept.map { Date(timeIntervalSince1970: Double($0)) } ?? .distantPast)
      }
      let wanted = series(nil)
      compare(try await store.collectGlobalMetrics(window: window, since: nil), wanted, "global \(window)")
      let every = try await store.collectSlotMetrics(window: window, since: nil)
      for slot in reference.slots {
        let wanted = series(slot)
        compare(try await store.collectSlotMetrics(slot, window: window, since: nil), wanted, "\(slot) \(window)")
        compare(every[slot], wanted, "every slot, \(slot) \(window)")
      }
    }
    return differences
  }

  @Test(arguments: 0..<20, [1, 3, 30])
  func countsAsTheReferenceDoesInAnyBatchesAndOverRestarts(seed: UInt64, days: Int) async throws {
    let folder = try TemporaryFolder()
    var random = SeededGenerator(state: seed &+ 1_000)
    var reference = ReferenceCounts()
    var store = try SQLiteStatsRepository.open(folder.file("events.db"), settings: settings)
    var rest = RandomEvents.make(seed: seed, jobs: 120, days: days)[...]
    while !rest.isEmpty {
      let size = [1, 7, 100, 1_000].randomElement(using: &random) ?? 1
      let logs = rest.prefix(size)
      rest = rest.dropFirst(size)
      let receipt = try await store.append(EventBatch(logs))
      let outcomes = logs.map { reference.add($0) ? StoredLog.accepted : .duplicate }
      #expect(receipt.outcomes == outcomes)
      if Int.random(in: 0..<4, using: &random) == 0 {
        try store.close()
        store = try SQLiteStatsRepository.open(folder.file("events.db"), settings: settings)
      }
    }
    #expect(try await differences(store, reference) == [])
  }

  @Test func anyOrderOfTheSameEventsGivesTheSameCounts() async throws {
    let logs = RandomEvents.make(seed: 77, jobs: 60)
    var reference = ReferenceCounts()
    for log in logs { _ = reference.add(log) }
    var random = SeededGenerator(state: 78)
    for order in [logs, logs.reversed(), logs.shuffled(using: &random), logs.sorted { $0.occurredAt < $1.occurredAt }] {
      let store = try SQLiteStatsRepository.inMemory(settings: settings)
      for log in order { try await store.storeProcessingLog(log) }
      #expect(try await differences(store, reference) == [])
    }
  }

  @Test func theSameInputGivenTwiceChangesNothing() async throws {
    let store = try SQLiteStatsRepository.inMemory(settings: settings)
    let batch = EventBatch(RandomEvents.make(seed: 3, jobs: 50))
    _ = try await store.append(batch)
    let change = try await store.latestChange()
    let metrics = try await store.collectGlobalMetrics(window: .day, since: nil)
    let again = try await store.append(batch)
    #expect(again.acceptedCount == 0)
    #expect(again.duplicateCount == batch.count)
    #expect(try await store.latestChange() == change)
    #expect(try await store.collectGlobalMetrics(window: .day, since: nil) == metrics)
  }

  @Test func aJobWithVeryManyEventsCountsOnceAndKnowsEachOfThem() async throws {
    let store = try SQLiteStatsRepository.inMemory(settings: settings)
    let job = UUID()
    var reference = ReferenceCounts()
    var logs: [ProcessingLog] = []
    for number in 0..<500 {
      let status: ProcessingLog.Status = number % 3 == 0 ? .received : number % 3 == 1 ? .failed : .dispatched
      logs.append(
        event(status, job: job, slot: "s\(number % 4)", at: RandomEvents.now.addingTimeInterval(Double(-number))))
    }
    for log in logs { _ = reference.add(log) }
    for start in stride(from: 0, to: logs.count, by: 150) {
      _ = try await store.append(EventBatch(logs[start..<min(start + 150, logs.count)]))
    }
    #expect(try await differences(store, reference) == [])
    for log in logs.reversed() { #expect(try await store.append(EventBatch([log])).duplicateCount == 1) }
    #expect(try await store.append(EventBatch(logs)).duplicateCount == 500)
    #expect(try await differences(store, reference) == [])
  }

  @Test func anEarlierEventThatComesLateMovesTheCountAndLeavesNothingBehind() async throws {
    let store = try SQLiteStatsRepository.inMemory(settings: settings)
    let job = UUID()
    let yesterday = RandomEvents.now.addingTimeInterval(-86_400)
    try await store.storeProcessingLog(event(.succeeded, job: job, slot: "b"))
    try await store.storeProcessingLog(event(.failed, job: job, slot: "a", at: yesterday, reason: .cancelled))
    #expect(try await store.collectSlotMetrics("b", window: .day, since: nil) == [])
    let metrics = try await store.collectSlotMetrics("a", window: .day, since: nil)
    #expect(metrics.map(\.counters) == [StatsCounters(cancelled: 1)])
    #expect(metrics == (try await store.collectGlobalMetrics(window: .day, since: nil)))
  }

  @Test func aCountThatMovesWithinItsHourIsAChange() async throws {
    let store = try SQLiteStatsRepository.inMemory(settings: settings)
    let job = UUID()
    try await store.storeProcessingLog(event(.succeeded, job: job))
    let earlier = RandomEvents.now.addingTimeInterval(-120)
    let stored = try await store.append(EventBatch([event(.succeeded, job: job, at: earlier)]))
    #expect(stored.changedSlots == ["slot-1"])
    let minutes = try await store.collectGlobalMetrics(window: .minute, since: nil)
    #expect(minutes.map(\.counters.success) == [1, 0])
    #expect(minutes.first?.periodStart == earlier)
  }

  @Test func theIdDecidesBetweenEventsOfOneInstant() async throws {
    let store = try SQLiteStatsRepository.inMemory(settings: settings)
    let (job, low, high) = (
      UUID(), UUID(uuidString: "00000000-0000-4000-8000-00000000000f"),
      UUID(uuidString: "F0000000-0000-4000-8000-000000000000")
    )
    try await store.storeProcessingLog(event(.timeout, job: job, id: try #require(high)))
    try await store.storeProcessingLog(event(.succeeded, job: job, id: try #require(low)))
    let metrics = try await store.collectGlobalMetrics(window: .week, since: nil)
    #expect(metrics.map(\.counters) == [StatsCounters(success: 1)])
  }

  /// Events of one job that share an id and an instant, the first one in the order of the tie first.
  static let alike: [[(ProcessingLog.Status, Slot.ID, ProcessingLog.FailureReason?)]] = [
    [(.succeeded, "a", nil), (.failed, "b", nil)], [(.succeeded, "B", nil), (.succeeded, "a", nil)],
    [(.failed, "a", .cancelled), (.succeeded, "a", nil), (.timeout, "a", nil)],
    [(.failed, "a", .timeout), (.succeeded, "a", nil), (.timeout, "a", nil)],
    [
      (.failed, "a", nil), (.failed, "a", .init(rawValue: "cancel")), (.failed, "a", .cancelled),
      (.failed, "a", .init(rawValue: "cancelled by hand")),
      (.failed, "a", .providerError), (.failed, "a", .init(rawValue: "provider_error that is long")),
      (.failed, "a", .timeout), (.failed, "a", .init(rawValue: "zeal")),
    ],
    [(.received, "a", nil), (.received, "b", nil), (.succeeded, "b", nil)],
  ]

  @Test(arguments: alike)
  func whatSharesAnIDAndAnInstantCountsTheSameInAnyOrder(
    _ given: [(ProcessingLog.Status, Slot.ID, ProcessingLog.FailureReason?)]
  ) async throws {
    let (job, id) = (UUID(), UUID())
    let logs = given.map { event($0.0, job: job, id: id, slot: $0.1, reason: $0.2) }
    var reference = ReferenceCounts()
    for log in logs { _ = reference.add(log) }
    var random = SeededGenerator(state: 5)
    for _ in 0..<10 {
      let store = try SQLiteStatsRepository.inMemory(settings: settings)
      for log in logs.shuffled(using: &random) { try await store.storeProcessingLog(log) }
      #expect(try await differences(store, reference) == [])
    }
  }

  @Test func whatIsDispatchedCountsNothingButItsSlotIsKnown() async throws {
    let store = try SQLiteStatsRepository.inMemory(settings: settings)
    try await store.storeProcessingLog(event(.dispatched, slot: "quiet"))
    try await store.storeProcessingLog(event(.providerResponded, slot: "quiet"))
    #expect(try await store.slots() == [Slot(id: "quiet")])
    #expect(try await store.collectGlobalMetrics(window: .day, since: nil) == [])
  }

  @Test func anEventTooOldOrTooFarAheadIsRefused() async throws {
    let store = try SQLiteStatsRepository.inMemory(settings: settings)
    for seconds in [-400.0 * 86_400 - 1, 86_401] {
      await #expect(throws: StatsSourceError.self) {
        try await store.storeProcessingLog(event(.received, at: RandomEvents.now.addingTimeInterval(seconds)))
      }
    }
    for seconds in [-400.0 * 86_400, 86_400] {
      try await store.storeProcessingLog(event(.received, at: RandomEvents.now.addingTimeInterval(seconds)))
    }
    let days = try await store.collectGlobalMetrics(window: .day, since: nil)
    #expect(days.count { $0.counters != .zero } == 2)
  }
}
