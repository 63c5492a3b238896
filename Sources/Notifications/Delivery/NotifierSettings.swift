import FoundationEssentials

/// The clocks and limits of a ``Notifier``.
package struct NotifierSettings: Sendable {
  /// The most notices that wait for one sink.
  package var maxWaiting = 1_000
  /// How long one notice is tried, where trying again may help. A receiver that is being restarted is back by then; a
  /// page that is an hour late is no page.
  package var patience = Duration.seconds(3_600)
  /// How long after a first failure a notice is tried again; each further wait is twice as long, to a minute.
  package var firstWait = Duration.seconds(2)
  /// The time of day.
  package var wallClock: @Sendable () -> Date
  /// A time that only goes on, from wherever it begins.
  package var uptime: @Sendable () -> Duration
  /// Waits.
  /// - Throws: where it is cancelled.
  package var sleep: @Sendable (Duration) async throws -> Void
  /// A number from 0 to 1, anew each time.
  package var random: @Sendable () -> Double

  /// The usual limits with these clocks.
  package init(
    wallClock: @escaping @Sendable () -> Date, uptime: @escaping @Sendable () -> Duration,
    sleep: @escaping @Sendable (Duration) async throws -> Void,
    random: @escaping @Sendable () -> Double = { Double.random(in: 0...1) }
  ) {
    (self.wallClock, self.uptime, self.sleep, self.random) = (wallClock, uptime, sleep, random)
  }

  /// The usual limits with the system's monotonic clock.
  package init(wallClock: @escaping @Sendable () -> Date, clock: ContinuousClock) {
    let origin = clock.now
    self.init(
      wallClock: wallClock, uptime: { origin.duration(to: clock.now) }, sleep: { try await clock.sleep(for: $0) })
  }
}
