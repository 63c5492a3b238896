import Foundation
import SlotStats
import SlotStatsTesting
import Testing

@Suite struct TestingSupportTests {
  @Test func theInMemoryRepositoryKeepsTheContract() async throws {
    let contract = StatsRepositoryContract { InMemoryStatsRepository($0) }
    #expect(try await contract.broken() == [])
  }

  @Test func aRevisedRepositoryKeepsTheContract() async throws {
    let contract = StatsRepositoryContract {
      VersionedStatsRepository(
        SourceVersion(id: 1, contents: InMemoryStatsRepository($0), generatedAt: noon, readAt: noon))
    }
    #expect(try await contract.broken() == [])
  }

  @Test func theContractNoticesARepositoryThatIgnoresSince() async throws {
    let contract = StatsRepositoryContract { contents in
      var contents = contents
      contents.bySlot[.week]?["slot-a"]?.removeFirst()
      return InMemoryStatsRepository(contents)
    }
    #expect(try await !contract.broken().isEmpty)
  }

  @Test func theInMemoryRepositoryCountsEventsByTheSimpleRule() async throws {
    let repository = InMemoryStatsRepository(.init(slots: []), countsEvents: true)
    let kinds: [(ProcessingLog.Status, ProcessingLog.FailureReason?)] = [
      (.received, nil), (.dispatched, nil), (.providerResponded, nil), (.succeeded, nil), (.timeout, nil),
      (.failed, .timeout), (.failed, .providerError), (.failed, .cancelled), (.failed, nil),
      (.failed, .init(rawValue: "else")),
    ]
    for (status, reason) in kinds {
      var log = event(of: "a", status)
      log.failureReason = reason
      try await repository.storeProcessingLog(log)
    }
    let counters = StatsCounters(
      success: 1, timeouts: 2, providerErrors: 1, cancelled: 1, errors: 2, ingestCount: 1)
    #expect(
      try await repository.collectSlotMetrics("a", window: .day, since: nil)
        == [StatsMetric(.day, start: today, counters: counters)])
    #expect(
      try await repository.collectGlobalMetrics(window: .week, since: nil)
        == [StatsMetric(.week, start: thisWeek, counters: counters)])
  }

  @Test func sleepersWakeWhenTheirTimeHasCome() async throws {
    let clock = ManualClock()
    let short = Task { try await clock.sleep(for: .seconds(1)) }
    let long = Task { try await clock.sleep(for: .seconds(2)) }
    await clock.waitForSleepers(2)
    clock.advance(by: .seconds(1))
    try await short.value
    #expect(clock.sleeperCount == 1)
    long.cancel()
    await #expect(throws: CancellationError.self) { try await long.value }
    #expect(clock.sleeperCount == 0)
    try await clock.sleep(until: clock.now)
  }

  @Test func aGoldenThatDiffersShowsTheLines() throws {
    #expect(Golden.difference(from: ["a", "b"], to: ["a", "b"]) == nil)
    #expect(Golden.difference(from: ["a", "b"], to: ["a", "c", "d"]) == "line 2\n- b¶\n+ c¶\nline 3\n+ d¶")
  }

  @Test func aGoldenStandsBesideItsTest() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("golden-\(UUID())").path
    try FileManager.default.createDirectory(atPath: folder + "/Goldens", withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Data("one \ntwo\n\n".utf8).write(to: URL(fileURLWithPath: folder + "/Goldens/sample.txt"))
    #expect(Golden.check(["one ", "two", ""], named: "sample", in: folder + "/T.swift") == nil)
    #expect(Golden.check(["one", "two", ""], named: "sample", in: folder + "/T.swift") != nil)
    #expect(Golden.check(["one ", "two"], named: "sample", in: folder + "/T.swift") != nil)
    #expect(Golden.check([], named: "absent", in: folder + "/T.swift") != nil)
  }
}
