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
}
