import Foundation
import JobPipeline
import SlotStatsTesting

/// 2026-11-24 14:00 UTC, a Tuesday.
package let noon = Date(timeIntervalSince1970: 1_795_528_800)

extension ManualClock {
  /// Clocks of a pipeline: this one, and a time of day that goes with it.
  package func pipelineClock(from start: Date = noon) -> JobClock {
    let origin = now
    return JobClock(self) { start.addingTimeInterval(origin.duration(to: self.now) / .seconds(1)) }
  }

  /// Moves on in small steps until `condition` holds, with time between for others to act.
  package func advance(by step: Duration = .milliseconds(50), until condition: () async -> Bool) async {
    while true {
      for _ in 0..<20 {
        if await condition() { return }
        await Task.yield()
      }
      advance(by: step)
    }
  }
}

/// Waits, while time stands still, until `condition` holds.
package func wait(until condition: () async throws -> Bool) async rethrows {
  while !(try await condition()) { await Task.yield() }
}
