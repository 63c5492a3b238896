import FoundationEssentials
import SlotStats

/// One event in the form in which many of them are read, grouped and counted: fixed in size, its texts elsewhere.
///
/// It means something only beside the ``EventSlots`` that its slot is numbered by, and the bytes its texts lie in.
package struct EventRecord: Hashable, Sendable {
  /// Bytes of a text that are kept elsewhere.
  package struct Text: Hashable, Sendable {
    /// The first byte.
    package var start: Int32
    /// How many bytes; −1 where there is no text.
    package var count: Int32

    /// No text, which is not the empty text.
    package static let none = Text(start: 0, count: -1)
  }

  /// What tells this event from the others of its job.
  package var id: EventID
  /// The job it happened to.
  package var jobID: EventID
  /// When it happened, in nanoseconds since 1970.
  package var occurredAt: Int64
  /// The number of its slot, from 0.
  package var slot: Int32
  /// What happened.
  package var kind: EventKind
  /// How long the provider took in milliseconds; −1 where the event does not say.
  package var latencyMilliseconds: Int
  /// A text for people.
  package var message: Text
  /// The reason of a failure as the worker gave it.
  package var failureReason: Text

  /// An event whose values are still to be filled in.
  static let blank = EventRecord(
    id: EventID(high: 0, low: 0), jobID: EventID(high: 0, low: 0), occurredAt: 0, slot: 0, kind: .received,
    latencyMilliseconds: -1, message: .none, failureReason: .none)

  /// Nanoseconds of a second.
  package static let second: Int64 = 1_000_000_000
  /// Nanoseconds of a UTC day.
  package static let day: Int64 = 86_400 * second

  /// The nanoseconds since 1970 of an instant. `Date` is as fine as a quarter of a microsecond in this century: what
  /// was written in microseconds comes back as it was, and no instant moves into another second.
  package static func nanoseconds(_ instant: Date) -> Int64 {
    let since1970 = min(max(instant.timeIntervalSince1970, -9.2e9), 9.2e9)
    let whole = since1970.rounded(.down)
    let microseconds = min(((since1970 - whole) * 1e6).rounded(), 999_999)
    return Int64(whole) * second + Int64(microseconds) * 1_000
  }

  /// The instant of these nanoseconds since 1970.
  package static func date(_ nanoseconds: Int64) -> Date {
    let (seconds, rest) = nanoseconds.flooredDivision(by: second)
    return Date(timeIntervalSince1970: Double(seconds) + Double(rest) / 1e9)
  }
}

extension Int64 {
  /// The quotient rounded down, and what is left, from 0.
  @inline(__always)
  package func flooredDivision(by divisor: Int64) -> (quotient: Int64, rest: Int64) {
    let (quotient, rest) = quotientAndRemainder(dividingBy: divisor)
    return rest < 0 ? (quotient - 1, rest + divisor) : (quotient, rest)
  }
}
