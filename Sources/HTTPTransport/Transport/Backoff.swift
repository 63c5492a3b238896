/// How long a source that fails is left alone.
///
/// The first failure costs one interval, each further one twice as much, to a minute; a fifth more or less keeps many
/// dashboards from asking at the same moment.
package struct Backoff: Hashable, Sendable {
  /// The longest wait, unless the interval or the server itself is slower.
  package static let longest = Duration.seconds(60)
  private static let jitter = 0.2

  /// How often in a row it has failed.
  package private(set) var failures = 0

  /// A source that has not failed.
  package init() {}

  /// Takes note of a good answer.
  package mutating func succeed() { failures = 0 }

  /// Takes note of a failure, and says how long to wait after it.
  ///
  /// - Parameters:
  ///   - interval: how often the source is asked; the wait is never shorter.
  ///   - retryAfter: what the server asked for; the wait is never shorter, even where that is more than a minute.
  ///   - random: from 0 to 1, anew each time.
  /// - Returns: the time until it may be asked again.
  package mutating func fail(interval: Duration, retryAfter: Duration? = nil, random: Double) -> Duration {
    failures = min(failures + 1, 32)
    let doubled = min(interval * (1 << min(failures - 1, 16)), max(Self.longest, interval))
    let spread = doubled * (1 + Self.jitter * (2 * random - 1))
    return max(spread, interval, retryAfter ?? .zero)
  }
}
