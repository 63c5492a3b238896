#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Counters by the minute, of one slot or of all together, packed: a minute in which nothing was counted takes no room,
/// any other one some eight bytes.
///
/// Minutes are numbered from 1970-01-01 00:00 UTC on.
public struct MinuteCounts: Hashable, Sendable {
  /// One minute with what was counted in it.
  public struct Minute: Hashable, Sendable {
    /// Its number.
    public let number: Int
    /// What was counted in it; not all zero.
    public let counters: StatsCounters

    /// A minute.
    public init(number: Int, counters: StatsCounters) {
      self.number = number
      self.counters = counters
    }
  }

  private var first = 0
  private var last: Int?
  /// The distance from the minute before, then each counter: seven bits a byte, the lowest first, the eighth says that more
  /// follow.
  private var bytes: [UInt8] = []
  /// The counters that the source does not have.
  private var unknown: CounterSet = []

  /// No minute.
  public init() {}

  /// The minutes of a series by the minute, ascending.
  public init(_ metrics: some Sequence<StatsMetric>) {
    for metric in metrics { append(Self.number(metric.periodStart), metric.counters) }
  }

  /// The number of the minute that contains an instant.
  public static func number(_ instant: Date) -> Int { Int((instant.timeIntervalSince1970 / 60).rounded(.down)) }

  /// When a minute begins.
  public static func start(_ number: Int) -> Date { Date(timeIntervalSince1970: Double(number) * 60) }

  /// Whether nothing was counted in any minute.
  public var isEmpty: Bool { last == nil }

  /// Adds a minute behind the others; one that is not, and one without counts, is left out.
  public mutating func append(_ number: Int, _ counters: StatsCounters) {
    guard !counters.isEmpty, last.map({ number > $0 }) ?? true else { return }
    unknown.formUnion(counters.unknown)
    if last == nil { first = number }
    append(UInt64(number - (last ?? number)))
    for (_, path) in StatsCounters.keys { append(UInt64(max(counters[keyPath: path], 0))) }
    last = number
  }

  /// Takes out the minutes from this number on.
  public mutating func removeMinutes(from number: Int) {
    guard let last, last >= number else { return }
    let kept = minutes(in: .min...(number - 1))
    self = MinuteCounts()
    for minute in kept { append(minute.number, minute.counters) }
  }

  private mutating func append(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  /// The minutes of a range of numbers, ascending.
  public func minutes(in range: ClosedRange<Int>) -> [Minute] {
    guard let last, range.overlaps(first...last) else { return [] }
    var found: [Minute] = []
    bytes.withUnsafeBufferPointer { bytes in
      var place = 0
      func next() -> Int {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
          let byte = bytes[place]
          place += 1
          value |= UInt64(byte & 0x7F) << shift
          if byte < 0x80 { return Int(truncatingIfNeeded: value) }
          shift += 7
        }
      }
      var number = first
      while place < bytes.count {
        number += next()
        let counters = StatsCounters(
          success: next(), timeouts: next(), providerErrors: next(), cancelled: next(), errors: next(),
          ingestCount: next(), unknown: unknown)
        if number > range.upperBound { return }
        if number >= range.lowerBound { found.append(Minute(number: number, counters: counters)) }
      }
    }
    return found
  }
}
