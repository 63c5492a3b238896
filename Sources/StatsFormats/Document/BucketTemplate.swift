import Glibc
import SlotStats

/// A bucket as it was written, without its counters: its instants and every byte between the counters. The same bucket of
/// the next slot is nearly always written alike, so its bytes are compared with those, which were read and found good,
/// rather than read again.
struct BucketTemplate {
  private struct Part {
    /// How many bytes stand before the counter.
    var length: Int
    /// The key of the counter, as in ``SeriesMemory/metricKeys``; ``closing`` for the bytes after the last one.
    var key: Int
  }

  private static let closing = -1
  private static let mostDigits = 18
  /// A longer one is not kept: there are thousands of places.
  private static let mostBytes = 1_024

  /// The bytes before the counters, and after the last, one after the other.
  private var bytes: [UInt8] = []
  private var parts: [Part] = []
  /// The most bytes that such a bucket has, and one more.
  private var room = 1
  /// The bucket, without its counters; `nil` until it has been read to its end and found good.
  private var bucket: StatsMetric?
  private var window = StatsWindow.standard
  /// How many objects and arrays it stood in.
  private var depth = 0
  /// Where the bytes begin that are not noted yet.
  private var mark = 0

  // MARK: Noting how one is written

  /// A bucket begins.
  mutating func begin(_ scanner: JSONScanner) {
    bytes.removeAll(keepingCapacity: true)
    parts.removeAll(keepingCapacity: true)
    (depth, room, bucket, mark) = (scanner.depth, 1, nil, scanner.cursor)
  }

  /// The cursor is at a counter.
  mutating func beginCounter(of key: Int, _ scanner: JSONScanner) {
    note(scanner, key)
    room += Self.mostDigits
  }

  /// The cursor is after a counter.
  mutating func endCounter(_ scanner: JSONScanner) { mark = scanner.cursor }

  /// The cursor is after the bucket, which is `bucket` of `window`.
  mutating func finish(_ scanner: JSONScanner, _ bucket: StatsMetric, of window: StatsWindow) {
    note(scanner, Self.closing)
    if bytes.count > Self.mostBytes { return }
    self.window = window
    self.bucket = bucket
    self.bucket?.counters = .zero
  }

  private mutating func note(_ scanner: JSONScanner, _ key: Int) {
    let literal = scanner.slice(mark..<scanner.cursor)
    bytes += literal
    parts.append(Part(length: literal.count, key: key))
    room += literal.count
  }

  // MARK: Reading another one

  /// The bucket at the cursor, and where it ends; `nil` where it is written otherwise, also for one that is to be refused.
  @inline(__always)
  func read(_ scanner: JSONScanner, of window: StatsWindow) -> (bucket: StatsMetric, end: Int)? {
    guard var bucket, self.window == window, scanner.depth == depth, scanner.count - scanner.cursor >= room else {
      return nil
    }
    let end = bytes.withUnsafeBufferPointer { bytes in
      parts.withUnsafeBufferPointer { parts -> Int? in
        var cursor = scanner.cursor
        guard var literal = bytes.baseAddress else { return nil }
        for part in parts {
          guard memcmp(scanner.base + cursor, literal, part.length) == 0 else { return nil }
          cursor &+= part.length
          literal += part.length
          if part.key == Self.closing { break }
          guard let value = Self.number(scanner.base, &cursor) else { return nil }
          bucket.counters[metricKey: part.key] = value
        }
        return cursor
      }
    }
    return end.map { (bucket, $0) }
  }

  /// The whole number at the cursor, of up to 18 digits; what follows it is for the next comparison to see.
  @inline(__always)
  private static func number(_ base: UnsafePointer<UInt8>, _ cursor: inout Int) -> Int? {
    let start = cursor
    let limit = start &+ mostDigits
    var value = 0
    while cursor < limit, case let digit = base[cursor] &- 0x30, digit <= 9 {
      value = value &* 10 &+ Int(digit)
      cursor &+= 1
    }
    return cursor > start && (base[start] != 0x30 || cursor == start &+ 1) ? value : nil
  }
}

extension StatsCounters {
  /// The counter of a key of ``SeriesMemory/metricKeys``.
  subscript(metricKey key: Int) -> Int {
    @inline(__always) get {
      switch key {
      case 2: success
      case 3: timeouts
      case 4: providerErrors
      case 5: cancelled
      case 6: errors
      default: ingestCount
      }
    }
    @inline(__always) set {
      switch key {
      case 2: success = newValue
      case 3: timeouts = newValue
      case 4: providerErrors = newValue
      case 5: cancelled = newValue
      case 6: errors = newValue
      default: ingestCount = newValue
      }
    }
  }
}
