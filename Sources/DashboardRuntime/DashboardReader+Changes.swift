import Dashboard
import SlotStats

extension DashboardReader {
  /// Calls `body` each time the source has changed, or is there again after it was not; ends with the task, and at once
  /// for a source that never tells. Changes that follow each other within ``ReadSchedule/changeInterval`` are one.
  package func forEachChange(_ body: @Sendable (_ isReturn: Bool) -> Void) async {
    guard let changes = service.sourceChanges() else { return }
    for await change in changes {
      body(change.isReturn)
      do {
        try await Task.sleep(for: ReadSchedule.changeInterval)
      } catch {
        return
      }
    }
  }
}
