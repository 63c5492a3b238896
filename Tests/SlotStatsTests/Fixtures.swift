import Foundation
import SlotStats
import SlotStatsTesting

/// Thursday 2026-11-19 14:32:05 UTC.
let noon = Date(timeIntervalSince1970: 1_795_098_725)
let today = StatsWindow.day.bucketStart(containing: noon)
let thisWeek = StatsWindow.week.bucketStart(containing: noon)

/// An instant from an RFC 3339 text.
func instant(_ text: String) throws -> Date {
  try Date(text, strategy: .iso8601)
}

/// One finished and one failed run in a bucket.
func metric(_ window: StatsWindow, _ start: Date, success: Int = 1, timeouts: Int = 1) -> StatsMetric {
  StatsMetric(window, start: start, counters: StatsCounters(success: success, timeouts: timeouts, ingestCount: 2))
}

/// Two days and two weeks of three slots; `scale` makes their numbers tell one state from another.
func contents(scale: Int = 1, slots ids: [Slot.ID] = ["a", "b", "c"]) -> InMemoryStatsRepository.Contents {
  let days = [StatsWindow.day.start(today, advancedBy: -1), today]
  let weeks = [StatsWindow.week.start(thisWeek, advancedBy: -1), thisWeek]
  func series(_ factor: Int) -> [StatsWindow: [StatsMetric]] {
    [
      .day: days.map { metric(.day, $0, success: factor * scale, timeouts: scale) },
      .week: weeks.map { metric(.week, $0, success: 10 * factor * scale, timeouts: scale) },
    ]
  }
  let bySlot = Dictionary(uniqueKeysWithValues: ids.enumerated().map { ($1, series($0 + 1)) })
  return InMemoryStatsRepository.Contents(
    slots: ids.map { Slot(id: $0) }, global: series(100),
    bySlot: [.day: bySlot.compactMapValues { $0[.day] }, .week: bySlot.compactMapValues { $0[.week] }])
}

/// An event of a slot, at noon.
func event(of slotID: Slot.ID, _ status: ProcessingLog.Status = .succeeded, at date: Date = noon) -> ProcessingLog {
  ProcessingLog(id: UUID(), jobID: UUID(), slotID: slotID, status: status, occurredAt: date)
}

/// An error that only a test throws.
struct Broken: Error, Equatable {}

/// A wall clock that a test moves.
final class WallClock: Sendable {
  private let clock: ManualClock
  init(_ clock: ManualClock) { self.clock = clock }
  /// Noon at the manual clock's origin.
  var now: Date { noon.addingTimeInterval(clock.now.offset / .seconds(1)) }
}

/// A service over an in-memory repository and clocks that stand still.
struct Bench: Sendable {
  let clock = ManualClock()
  let repository: InMemoryStatsRepository
  let service: CachedStatsService

  init(
    ttl: Duration = .seconds(60), maxEntries: Int = 100, contents: InMemoryStatsRepository.Contents = contents(),
    countsEvents: Bool = false
  ) throws {
    repository = InMemoryStatsRepository(contents, countsEvents: countsEvents)
    let wall = WallClock(clock)
    service = try CachedStatsService(
      repository: repository, ttl: ttl, maxEntries: maxEntries, clock: clock, wallClock: { wall.now })
  }

  /// Waits until so many callers wait for loads, without sleeping.
  func waitForWaiters(_ count: Int) async throws {
    try await turns(until: "\(count) wait for loads") { service.underWay.waiters == count }
  }
}

/// The windows that a source has where it does not say.
let usualWindows: [StatsWindow] = [.day, .week]
