import Foundation
import SlotStats
import SlotStatsTesting
import Synchronization
import Testing

/// A source that is read slot by slot, which gives the versions that it is told to.
private final class GatheringRepository: StatsRepository {
  let versions: VersionedStatsRepository
  let gathered = Mutex<SourceVersion?>(nil)

  init(_ version: SourceVersion) { versions = VersionedStatsRepository(version) }

  func focus(to focus: ReadFocus) {}

  func gatheredVersion(after known: UInt64?) async -> SourceVersion? { gathered.withLock { $0 } }

  var reading: SourceReading { .incrementally }

  func currentVersion(after known: UInt64?) async throws -> SourceVersion { try await versions.currentVersion() }

  func slots() async throws -> [Slot] { try await versions.slots() }

  func collectGlobalMetrics(window: StatsWindow, since: Date?) async throws -> [StatsMetric] {
    try await versions.collectGlobalMetrics(window: window, since: since)
  }

  func collectSlotMetrics(_ slotID: Slot.ID, window: StatsWindow, since: Date?) async throws -> [StatsMetric] {
    try await versions.collectSlotMetrics(slotID, window: window, since: since)
  }
}

@Suite struct GatheredReadingTests {
  private func version(_ id: UInt64, success: Int, readAt: Date, gaps: ReadGaps = .none) -> SourceVersion {
    let row = StatsMetric(.day, start: today, counters: StatsCounters(success: success))
    let contents = InMemoryStatsRepository.Contents(
      slots: [Slot(id: "a"), Slot(id: "b")], bySlot: [.day: ["a": [row]], .week: [:]])
    return SourceVersion(
      id: id, contents: InMemoryStatsRepository(contents), generatedAt: readAt, readAt: readAt, gaps: gaps)
  }

  @Test func aFrameCarriesTheGapsOfItsVersionAlsoFromMemory() async throws {
    let gaps = ReadGaps(unread: [.day: ["b"]])
    let repository = GatheringRepository(version(1, success: 1, readAt: noon, gaps: gaps))
    let service = try CachedStatsService(repository: repository, clock: ManualClock())
    #expect(try await service.readFleet(now: noon).gaps == gaps)
    repository.versions.publish(version(1, success: 1, readAt: noon + 5, gaps: gaps))
    let again = try await service.readFleet(now: noon + 5)
    #expect(again.gaps == gaps)
    #expect(again.readAt == noon + 5)
  }

  @Test func whatWasGatheredIsAFrameWithoutALookAtTheSource() async throws {
    let repository = GatheringRepository(
      version(1, success: 1, readAt: noon, gaps: ReadGaps(unread: [.day: ["b"]])))
    let service = try CachedStatsService(repository: repository, clock: ManualClock())
    #expect(try await service.readGathered() == nil)
    _ = try await service.readFleet(now: noon)
    let looks = repository.versions.looks
    repository.gathered.withLock { $0 = version(2, success: 7, readAt: noon) }
    let frame = try #require(try await service.readGathered())
    #expect(frame.version == 2)
    #expect(frame.gaps == .none)
    #expect(frame.series[.day]?.bySlot["a"]?.summary.counters.success == 7)
    #expect(repository.versions.looks == looks)
    #expect(try await service.readGathered() == frame)
  }

  @Test func aSourceThatIsReadWholeHasGatheredNothing() async throws {
    let repository = VersionedStatsRepository(version(1, success: 1, readAt: noon))
    let service = try CachedStatsService(repository: repository, clock: ManualClock())
    #expect(try await service.readGathered() == nil)
  }
}
