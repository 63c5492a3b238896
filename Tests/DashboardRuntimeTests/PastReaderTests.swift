import Dashboard
import Foundation
import SlotStats
import SlotStatsTesting
import Synchronization
import Testing

@testable import DashboardRuntime

/// Where the past comes from: the source's own history, else what was recorded.
@Suite struct PastReaderTests {
  /// 2026-11-19 14:32:10 UTC.
  fileprivate static let now = Date(timeIntervalSince1970: 1_795_098_730)

  fileprivate static func reading(_ instant: Date, version: UInt64 = 0) -> FleetReading {
    let metric = StatsMetric(
      .day, start: StatsWindow.day.bucketStart(containing: instant), counters: StatsCounters(success: 1))
    let day = StatsAggregation(window: .day, metrics: [metric])
    return FleetReading(
      slots: [Slot(id: "a")], series: [.day: .init(global: day, bySlot: ["a": day])], generatedAt: instant,
      readAt: instant, version: version)
  }

  /// A source that tells the past to the minute, from two days before now on.
  private struct Remembering: StatsRepository {
    let contents = InMemoryStatsRepository(.init(slots: [Slot(id: "a")]))
    let keepsHistory: Bool
    /// Whether it tells the past, though that may not be known before it is asked.
    let tellsPast: Bool

    func slots() async throws -> [Slot] { try await contents.slots() }
    func collectGlobalMetrics(window: StatsWindow, since: Date?) async throws -> [StatsMetric] { [] }
    func collectSlotMetrics(_ slotID: Slot.ID, window: StatsWindow, since: Date?) async throws -> [StatsMetric] { [] }
    func past(at instant: Date) async throws -> FleetReading? {
      guard tellsPast else { return nil }
      let first = PastReaderTests.now.addingTimeInterval(-172_800)
      guard instant > first else { throw StatsSourceError.nothing(before: first) }
      return PastReaderTests.reading(StatsWindow.minute.bucketStart(containing: instant))
    }
  }

  /// Readings in memory.
  private final class Recorder: ReadingRecorder {
    let kept: Mutex<[FleetReading]>
    init(_ kept: [FleetReading] = []) { self.kept = Mutex(kept) }
    func record(_ reading: FleetReading) async { kept.withLock { $0.append(reading) } }
    func instants() async -> [Date] { kept.withLock { $0.map(\.generatedAt) } }
    func reading(of instant: Date) async -> FleetReading? { kept.withLock { $0.first { $0.generatedAt == instant } } }
  }

  private static func reader(
    keepsHistory: Bool, tellsPast: Bool? = nil, recorder: Recorder? = nil, isRecording: Bool = false
  ) throws -> DashboardReader {
    let service = try CachedStatsService(
      repository: Remembering(keepsHistory: keepsHistory, tellsPast: tellsPast ?? keepsHistory), ttl: .zero,
      clock: ContinuousClock(), wallClock: { now })
    return DashboardReader(
      service: service, thresholds: .standard, recorder: recorder, isRecording: isRecording, wallClock: { now })
  }

  /// How many seconds before now the reading is that a wish gives; `nil` for now.
  private func back(_ reader: DashboardReader, _ wish: PastWish) async throws -> Double? {
    guard case .fleet(let fleet) = try await reader.pastOrThrow(wish, opening: .day) else { return nil }
    return Self.now.timeIntervalSince(fleet.generatedAt)
  }

  private func wish(_ window: StatsWindow? = nil, _ count: Int = 0, from seconds: Double = 0) -> PastWish {
    var wish = PastWish(from: Self.now.addingTimeInterval(-seconds))
    if let window { wish.step(window, by: count) }
    return wish
  }

  @Test func aSourceWithAHistoryIsAskedForTheInstant() async throws {
    let reader = try Self.reader(keepsHistory: true, recorder: Recorder([Self.reading(Self.now - 7)]))
    #expect(try await back(reader, wish(.minute, -10)) == 610)
    #expect(try await back(reader, wish(.day, -1)) == 86_410)
    #expect(try await back(reader, wish(.hour, 1, from: 3_600)) == nil)
    #expect(try await back(reader, wish(.hour, 1, from: 3_670)) == 70)
    await #expect(throws: StatsSourceError.nothing(before: Self.now - 172_800)) {
      try await back(reader, wish(.day, -3))
    }
    #expect(await reader.past(wish(.day, -3), opening: .day) == .failed(cause: "no data before 17 Nov 14:32 UTC"))
  }

  @Test func aSourceThatIsNotYetKnownToKeepAHistoryIsAsked() async throws {
    let reader = try Self.reader(keepsHistory: false, tellsPast: true, recorder: Recorder())
    #expect(try await back(reader, wish(.minute, -10)) == 610)
  }

  @Test func ofAnotherSourceTheRecordIsShownAtItsOwnInstant() async throws {
    let recorder = Recorder([4_000, 300, 100].map { Self.reading(Self.now - $0) })
    let reader = try Self.reader(keepsHistory: false, recorder: recorder)
    // Steps of a day are steps of the record.
    #expect(try await back(reader, wish(.day, -1)) == 100)
    #expect(try await back(reader, wish(.day, -1, from: 100)) == 300)
    #expect(try await back(reader, wish(.day, -2, from: 100)) == 4_000)
    #expect(try await back(reader, wish(.day, 1, from: 4_000)) == 300)
    #expect(try await back(reader, wish(.day, 1, from: 100)) == nil)
    // Steps within a day lead to the newest one of then, and never stand still on their way forth.
    #expect(try await back(reader, wish(.hour, -1, from: 100)) == 4_000)
    #expect(try await back(reader, wish(.minute, 1, from: 4_000)) == 300)
    #expect(try await back(reader, wish(.hour, 1, from: 4_000)) == 300)
    #expect(try await back(reader, wish(from: 200)) == 300)
    await #expect(throws: StatsSourceError.nothing(before: Self.now - 4_000)) {
      try await back(reader, wish(.hour, -2, from: 100))
    }
  }

  @Test func whereNothingIsKeptThatIsSaid() async throws {
    for recorder in [nil, Recorder()] {
      let reader = try Self.reader(keepsHistory: false, recorder: recorder)
      await #expect(throws: StatsSourceError.noHistory) { try await back(reader, wish(.day, -1)) }
    }
  }

  @Test func stepsOfSeveralWindowsAddUp() {
    var wish = wish(.day, -2)
    wish.step(.hour, by: 3)
    wish.step(.day, by: 1)
    #expect(wish.instant == Self.now - 86_400 + 10_800)
    #expect(wish.longSteps == -1 && wish.instantWithinDay == Self.now + 10_800)
    wish.step(.day, by: 1)
    wish.step(.hour, by: -3)
    #expect(wish == self.wish() && wish.isInstant)
  }
}
