import Foundation
import SlotStats
import SlotStatsTesting
import Synchronization
import Testing

@Suite struct CacheStressTests {
  /// Readers and writers without order: what a reader gets is never older than the last event, of its slot or of any
  /// for all together, that was recorded before its call.
  @Test(.timeLimit(.minutes(2))) func noReaderGetsWhatIsOlderThanTheLastEventBeforeItsCall() async throws {
    let ids = (0..<6).map { "s\($0)" }
    let repository = InMemoryStatsRepository(
      InMemoryStatsRepository.Contents(slots: ids.map { Slot(id: $0) }), countsEvents: true)
    let clock = ManualClock()
    let service = try CachedStatsService(
      repository: repository, ttl: .seconds(60), maxEntries: 4, clock: clock, wallClock: { noon })
    let tally = Tally()
    await withTaskGroup(of: Void.self) { group in
      for writer in 0..<4 {
        group.addTask {
          for round in 0..<300 {
            let id = ids[(writer + round) % ids.count]
            try? await service.recordProcessingEvent(event(of: id))
            tally.note(id)
            if round % 50 == 0 { service.invalidateAll() }
            await Task.yield()
          }
        }
      }
      for reader in 0..<12 {
        group.addTask {
          for round in 0..<300 {
            let before = tally.recorded
            let id = ids[(reader + round) % ids.count]
            let total = before.values.reduce(0, +)
            switch (reader + round) % 4 {
            case 0:
              let stats = try? await service.collectSlotStats(id, window: .day, since: nil)
              tally.expect(stats?.summary.counters.success, atLeast: before[id], "slot")
            case 1:
              let stats = try? await service.collectGlobalStats(window: .day, since: nil)
              tally.expect(stats?.summary.counters.success, atLeast: total, "global")
            case 2:
              let stats = try? await service.collectSlotStats(window: .day, since: nil)
              for id in ids {
                tally.expect(stats?[id]?.summary.counters.success, atLeast: before[id], "every slot")
              }
            default:
              // A reader that goes away; the others must not notice.
              let gone = Task { try await service.readFleet(now: noon) }
              if round % 2 == 0 { gone.cancel() }
              if let frame = try? await gone.value {
                tally.expect(frame.series[.day]?.global.summary.counters.success, atLeast: total, "frame")
                tally.expect(
                  frame.series[.week]?.bySlot[id]?.summary.counters.success, atLeast: before[id], "frame's slot")
              }
            }
            if round % 40 == 0 { clock.advance(by: .seconds(30)) }
          }
        }
      }
    }
    #expect(tally.tooOld == [])
    #expect(service.underWay == (0, 0))
    let end = try await service.collectGlobalStats(window: .week, since: nil)
    #expect(end.summary.counters.success == 4 * 300)
  }
}

/// What was recorded for certain, and what readers got that is older.
private final class Tally: Sendable {
  private let state = Mutex((recorded: [Slot.ID: Int](), tooOld: [String]()))

  var recorded: [Slot.ID: Int] { state.withLock { $0.recorded } }
  var tooOld: [String] { state.withLock { $0.tooOld } }

  func note(_ slotID: Slot.ID) { state.withLock { $0.recorded[slotID, default: 0] += 1 } }

  /// A reader that was told nothing, because it failed, breaks the rule as well.
  func expect(_ got: Int?, atLeast wanted: Int?, _ what: String) {
    guard got == nil || (got ?? 0) < (wanted ?? 0) else { return }
    state.withLock { $0.tooOld.append("\(what): \(got.map(String.init) ?? "nothing") of \(wanted ?? 0)") }
  }
}
