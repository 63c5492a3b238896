#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The two clocks of the pipeline: one that only goes forward, for limits and pauses, and the time of day, for events.
public struct JobClock: Sendable {
  private let time: @Sendable () -> Duration
  private let rest: @Sendable (Duration) async throws -> Void
  private let timeOfDay: @Sendable () -> Date

  /// Clocks made of `clock` and `wall`; ``now`` counts from here.
  public init<C: Clock>(
    _ clock: C = ContinuousClock(), wall: @escaping @Sendable () -> Date = { Date() }
  ) where C.Duration == Duration {
    let origin = clock.now
    time = { origin.duration(to: clock.now) }
    rest = { try await clock.sleep(until: origin.advanced(by: $0), tolerance: nil) }
    timeOfDay = wall
  }

  /// The time since this value was made.
  public var now: Duration { time() }

  /// The time of day.
  public var wallTime: Date { timeOfDay() }

  /// Waits until ``now`` is `time` or later.
  /// - Throws: `CancellationError` once the task is cancelled.
  public func sleep(until time: Duration) async throws { try await rest(time) }

  /// Waits for `pause`.
  /// - Throws: `CancellationError` once the task is cancelled.
  public func sleep(for pause: Duration) async throws { try await rest(time() + pause) }
}
