#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
import Dashboard
import SlotStats

extension DashboardReader {
  /// Whether what the service keeps stays true until the source tells otherwise. A source with revisions is asked for
  /// its newest each time instead.
  var keepsUnchanged: Bool { changing != nil && !(changing is any RevisionedStatsRepository) }

  /// Calls `body` each time the source has changed, after making what changed be read anew; ends with the task, and at
  /// once for a source that never tells. Changes that follow each other within ``ReadSchedule/changeInterval`` are one.
  func forEachChange(_ body: @Sendable () -> Void) async {
    guard let changing else { return }
    for await change in changing.changes() {
      if keepsUnchanged { forget(change) }
      body()
      do {
        try await Task.sleep(for: ReadSchedule.changeInterval)
      } catch {
        return
      }
    }
  }

  /// Reads what changed since the last read, and what follows from it; the rest of the frame is as it was read, and as
  /// new as this reading, since its source told of no change.
  func readChanged(after previous: Fleet?) async -> ReadOutcome {
    await outcome {
      let now = wallClock()
      var reading = try await service.readFleet(now: now)
      if keepsUnchanged { (reading.generatedAt, reading.readAt) = (now, now) }
      return await outcome(reading, after: previous)
    }
  }

  private func forget(_ change: StatsChange) {
    guard let slots = change.slots else { return service.invalidateAll() }
    service.invalidate(slots)
  }
}
