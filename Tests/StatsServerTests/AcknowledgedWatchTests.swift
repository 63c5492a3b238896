import Foundation
import SlotStats
import SlotStatsTesting
import StatsFormats
import Testing

@testable import StatsServer

/// What the server itself sees of acknowledged slots.
@Suite struct AcknowledgedWatchTests {
  private let repository = InMemoryStatsRepository(.init(slots: [Slot(id: "a")]))
  private let ledger: MemoryLedger
  private let service: CachedStatsService
  private var watch: AcknowledgedWatch

  init() throws {
    ledger = MemoryLedger(repository)
    service = try CachedStatsService(
      repository: ledger, ttl: .zero, clock: ManualClock(), wallClock: { Sample.now })
    watch = AcknowledgedWatch(ledger: ledger, service: service, thresholds: .standard, wallClock: { Sample.now })
  }

  /// What was counted today, and what in the last hour.
  private func set(failed: Int, of runs: Int, lately: (failed: Int, runs: Int)? = nil) {
    func counted(_ failed: Int, _ runs: Int, _ window: StatsWindow, at instant: Date) -> [StatsMetric] {
      let counters = StatsCounters(success: runs - failed, timeouts: failed, ingestCount: runs)
      return [StatsMetric(window, start: window.bucketStart(containing: instant), counters: counters)]
    }
    let days = counted(failed, runs, .day, at: Sample.now)
    let minutes = lately.map { counted($0.failed, $0.runs, .minute, at: Sample.now - 300) } ?? []
    repository.change { $0.bySlot = [.day: ["a": days], .minute: ["a": minutes]] }
    service.invalidateAll()
  }

  private func acknowledge(state: SlotState = .critical, high: Double = 0.5) async throws {
    try await ledger.acknowledge(
      Acknowledgement(
        of: "a", note: "", by: "ann", at: Sample.now, until: .recovery,
        trouble: Trouble(state: state, low: 0.2, high: high, kind: .timeouts), window: .day))
  }

  private mutating func seen() async throws -> Acknowledgement.Sighting? {
    try await watch.look()
    return try await ledger.acknowledgements()?["a"]?.seen
  }

  @Test mutating func notesARecoveryOfWhatItSawFail() async throws {
    set(failed: 30, of: 100)
    try await acknowledge()
    #expect(try await seen() == nil)
    set(failed: 0, of: 1_000)
    #expect(try await seen() == .recovered)
  }

  @Test mutating func notesTheRecoveryOfWhatFailedInTheLastHourAlone() async throws {
    set(failed: 30, of: 2_000, lately: (failed: 30, runs: 30))
    try await acknowledge(high: 1)
    #expect(try await seen() == nil)
    set(failed: 30, of: 2_000, lately: (failed: 0, runs: 30))
    #expect(try await seen() == .recovered)
  }

  @Test mutating func notesThatAFailingDayIsOver() async throws {
    set(failed: 40, of: 100, lately: (failed: 30, runs: 30))
    try await acknowledge()
    #expect(try await seen() == nil)
    set(failed: 40, of: 150, lately: (failed: 0, runs: 50))
    #expect(try await seen() == .recovered)
  }

  @Test mutating func readsTheLastHourOfWhatIsAcknowledgedAlone() async throws {
    set(failed: 30, of: 100)
    try await acknowledge()
    _ = try await seen()
    let isOfEverySlot = repository.calls.contains { if case .everySlot = $0 { true } else { false } }
    #expect(!isOfEverySlot)
  }

  @Test mutating func takesWhatNeverFailedByItsOwnThresholdsForNoRecovery() async throws {
    set(failed: 3, of: 100)
    try await acknowledge(state: .warning)
    #expect(try await seen() == nil)
    #expect(try await seen() == nil)
  }

  @Test mutating func takesWhatIsGraverByItsOwnThresholdsForNothingWorse() async throws {
    set(failed: 30, of: 100)
    try await acknowledge(state: .warning)
    #expect(try await seen() == nil)
    set(failed: 0, of: 1_000)
    #expect(try await seen() == nil)
  }

  @Test mutating func notesAWarningThatItSawTurnCritical() async throws {
    set(failed: 12, of: 110)
    try await acknowledge(state: .warning)
    #expect(try await seen() == nil)
    set(failed: 30, of: 110)
    #expect(try await seen() == .worse)
  }

  @Test mutating func notesWhatGotWorse() async throws {
    set(failed: 90, of: 100)
    try await acknowledge()
    #expect(try await seen() == .worse)
  }

  @Test mutating func aSlotThatIsGoneHoldsNothingUp() async throws {
    set(failed: 90, of: 100)
    try await acknowledge()
    try await ledger.acknowledge(
      Acknowledgement(
        of: "0-gone", note: "", by: "ann", at: Sample.now, until: .recovery,
        trouble: Trouble(state: .missing, low: nil, high: nil, kind: nil)))
    #expect(try await seen() == .worse)
  }
}
