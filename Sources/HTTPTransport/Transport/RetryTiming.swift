/// How long a source waits after a failure: what ``Backoff`` is told each time.
package struct RetryTiming: Sendable {
  /// How often the source is asked while all is well.
  package var interval: Duration
  /// A number from 0 to 1, anew each time.
  package var random: @Sendable () -> Double

  /// The default interval, with the system's random numbers.
  package init(
    interval: Duration = .seconds(5), random: @escaping @Sendable () -> Double = { Double.random(in: 0...1) }
  ) {
    self.interval = interval
    self.random = random
  }
}
