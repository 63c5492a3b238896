import Foundation
import SlotStats
import SlotStatsTesting
import Synchronization
import Testing

/// A source that is read slot by slot, which gives the revisions that it is told to.
private final class GatheringRepository: StatsRepository {
  let revisions: RevisedStatsRepository
  let gathered = Mutex<StatsRevision?>(nil)

  init(_ revision: StatsRevision) { revisions = RevisedStatsRepository(revision) }

  func attend(to attention: StatsAttention) {}

  func gatheredRevision(after known: UInt64?) async -> StatsRevision? { gathered.withLock { $0 } }

  var reading: SourceReading { .incrementally }

  func currentRevision(after known: UInt64?) async throws -> StatsRevision { try await revisions.currentRevision() }

  func slots() async throws -> [Slot] { try await revisions.slots() }

  func collectGlobalMetrics(window: StatsWindow, since: Date?) async throws -> [StatsMetric] {
    try await revisions.collectGlobalMetrics(window: window, since: since)
  }

  func collectSlotMetrics(_ slotID: Slot.ID, window: StatsWindow, since: Date?) async throws -> [StatsMetric] {
    try await revisions.collectSlotMetrics(slotID, window: window, since: since)
  }
}

@Suite struct GatheredReadingTests {
  private func revision(_ id: UInt64, success: Int, readAt: Date, gaps: ReadGaps = .none) -> StatsRevision {
    let row = StatsMetric(.day, start: today, counters: StatsCounters(success: success))
    let contents = InMemoryStatsRepository.Contents(
      slots: [Slot(id: "a"), Slot(id: "b")], bySlot: [.day: ["a": [row]], .week: [:]])
    return StatsRevision(
      id: id, contents: InMemoryStatsRepository(contents), generatedAt: readAt, readAt: readAt, gaps: gaps)
  }

  @Test func aFrameCarriesTheGapsOfItsRevisionAlsoFromMemory() async throws {
    let gaps = ReadGaps(unread: [.day: ["b"]])
    let repository = GatheringRepository(revision(1, success: 1, readAt: noon, gaps: gaps))
    let service = try CachedStatsService(repository: repository, clock: ManualClock())
    #expect(try await service.readFleet(now: noon).gaps == gaps)
    repository.revisions.publish(revision(1, success: 1, readAt: noon + 5, gaps: gaps))
    let again = try await service.readFleet(now: noon + 5)
    #expect(again.gaps == gaps)
    #expect(again.readAt == noon + 5)
  }

  @Test func whatWasGatheredIsAFrameWithoutALookAtTheSource() async throws {
    let repository = GatheringRepository(
      revision(1, success: 1, readAt: noon, gaps: ReadGaps(unread: [.day: ["b"]])))
    let service = try CachedStatsService(repository: repository, clock: ManualClock())
    #expect(try await service.readGathered() == nil)
    _ = try await service.readFleet(now: noon)
    let looks = repository.revisions.looks
    repository.gathered.withLock { $0 = revision(2, success: 7, readAt: noon) }
    let frame = try #require(try await service.readGathered())
    #expect(frame.revision == 2)
    #expect(frame.gaps == .none)
    #expect(frame.series[.day]?.bySlot["a"]?.summary.counters.success == 7)
    #expect(repository.revisions.looks == looks)
    #expect(try await service.readGathered() == frame)
  }

  @Test func aSourceThatIsReadWholeHasGatheredNothing() async throws {
    let repository = RevisedStatsRepository(revision(1, success: 1, readAt: noon))
    let service = try CachedStatsService(repository: repository, clock: ManualClock())
    #expect(try await service.readGathered() == nil)
  }
}
