#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The two clocks of the program; nothing else asks the system for the time.
struct RootClocks: Sendable {
  /// The time of day, for buckets, ages and labels; stands still where it was fixed.
  let wall: @Sendable () -> Date
  /// The clock for intervals, time limits and what was read when.
  let monotonic = ContinuousClock()

  /// The system's clocks, or a wall clock that stands still at `instant`.
  init(fixedAt instant: Date?) {
    if let instant {
      wall = { instant }
    } else {
      wall = { Date() }
    }
  }
}
