import HTTPTransport

/// How long a panel's stream is left alone after it ended, and what ends that earlier. A pure value.
///
/// An end costs as much as a failure: the wait begins with what the panel asks for and doubles to a minute. Only a stream
/// that stood for a while begins anew, so that one that ends at once, or is cut again and again, is not asked for without
/// a pause. Where one stood for a while before, its return is what tells that the panel is there again: then the wait
/// stays short.
struct ListeningPauses: Hashable, Sendable {
  /// What ends a pause before its time.
  enum Wake: Hashable, Sendable {
    /// A read that succeeds after one that failed: whatever was the matter is over.
    case recovery
    /// A read that succeeds once the pause is over; without one, it goes on for ``absence``.
    case nextRead
    /// Nothing.
    case none
  }

  /// When a panel that never had a stream is asked again whether it has.
  static let absence = Duration.seconds(3_600)
  /// How long a stream has to stand to count as a good one: less than any proxy lets an idle one live.
  static let goodAge = Duration.seconds(5)
  /// What a panel may ask for; the first one holds where it asks for nothing.
  static let intervals = Duration.seconds(1)...Duration.seconds(60)

  /// The longest wait for a stream that stood for a while before.
  static let longestUntilReturn = Duration.seconds(3)
  /// How often something else in its place is taken for a page of maintenance.
  private static let patience = 20

  private var backoff = Backoff()
  private var wasGood = false
  private var interval = intervals.lowerBound
  /// Whether the stream was ever there.
  private(set) var wasOpen = false

  /// Takes note of a stream that opened, and tells whether it was there before.
  mutating func open() -> Bool {
    defer { wasOpen = true }
    return wasOpen
  }

  /// Takes note of how long the panel wants to be left alone.
  mutating func hear(milliseconds: Int) {
    interval = min(max(.milliseconds(milliseconds), Self.intervals.lowerBound), Self.intervals.upperBound)
  }

  /// The pause after a stream that stood for as long as `age`.
  mutating func pause(after end: LineStreamEnd, age: Duration, random: Double) -> (Duration, until: Wake) {
    switch end {
    case .absent where !wasOpen: return (Self.absence, until: .none)
    case .absent where wasGood && backoff.failures < Self.patience: return (untilReturn(random), until: .recovery)
    case .absent: return (backoff.fail(interval: interval, random: random), until: .nextRead)
    case .ended:
      if age >= Self.goodAge {
        backoff.succeed()
        wasGood = true
      }
      return (backoff.fail(interval: interval, random: random), until: .recovery)
    case .failed(let failure) where wasGood && failure.retryAfter == nil && Self.mayPass(failure.kind):
      return (untilReturn(random), until: .recovery)
    case .failed(let failure):
      let wait = backoff.fail(interval: interval, retryAfter: failure.retryAfter, random: random)
      return (wait, until: failure.retryAfter == nil ? .recovery : .none)
    }
  }

  private mutating func untilReturn(_ random: Double) -> Duration {
    let longest = max(Self.longestUntilReturn, interval) * (0.8 + 0.4 * random)
    return min(backoff.fail(interval: interval, random: random), longest)
  }

  /// Whether the panel may be away for a while, and is not only unwilling.
  private static func mayPass(_ kind: HTTPFailure.Kind) -> Bool {
    switch kind {
    case .unreachable, .status(500...): true
    case .insecure, .status, .refused, .cancelled: false
    }
  }
}
