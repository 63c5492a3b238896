import Dashboard
import FoundationEssentials
import SlotStats

extension DashboardReader {
  /// Calls `body` each time the source has changed, after making what changed be read anew; ends with the task, and at
  /// once for a source that never tells. Changes that follow each other within ``ReadSchedule/changeInterval`` are one.
  package func forEachChange(_ body: @Sendable () -> Void) async {
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
  package func readChanged(after previous: Fleet?) async -> ReadOutcome {
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
