import FoundationEssentials

/// The two clocks of the program; nothing else asks the system for the time.
package struct RootClocks: Sendable {
  /// The time of day, for buckets, ages and labels; stands still where it was fixed.
  package let wall: @Sendable () -> Date
  /// The clock for intervals, time limits and what was read when.
  package let monotonic = ContinuousClock()

  /// The system's clocks, or a wall clock that stands still at `instant`.
  package init(fixedAt instant: Date?) {
    if let instant {
      wall = { instant }
    } else {
      wall = { Date() }
    }
  }
}
