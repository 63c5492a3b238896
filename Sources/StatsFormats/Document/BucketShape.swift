import Glibc
import SlotStats

/// How a bucket was written: the bytes around its values. Nearly all buckets of a document are written alike, so the next
/// one's bytes are compared with those, which were read and found good, rather than read again.
struct BucketShape {
  private struct Part {
    /// How many bytes stand before the value.
    var length: Int
    /// The key of the value, as in ``SeriesMemory/metricKeys``; ``closing`` for the bytes after the last one.
    var key: Int
  }

  private static let closing = -1
  private static let instantKeys = 0...1
  private static let instantLength = SeriesMemory.KnownInstant.length
  private static let mostDigits = 18

  /// The bytes before the values, and after the last, one after the other.
  private var bytes: [UInt8] = []
  private var parts: [Part] = []
  /// The most bytes that such a bucket has, and a word more.
  private var room = 0
  private var isComplete = false
  /// How many objects and arrays it stood in.
  private var depth = 0
  /// Where the bytes begin that are not noted yet.
  private var mark = 0

  // MARK: Noting how one is written

  /// A bucket begins.
  mutating func begin(at offset: Int, _ depth: Int) {
    self.depth = depth
    bytes.removeAll(keepingCapacity: true)
    parts.removeAll(keepingCapacity: true)
    (room, isComplete, mark) = (8, false, offset)
  }

  /// The cursor is at a value.
  mutating func beginValue(of key: Int, _ scanner: JSONScanner) {
    note(scanner, key)
    room += Self.instantKeys.contains(key) ? Self.instantLength : Self.mostDigits + 1
  }

  /// The cursor is after a value.
  mutating func endValue(_ scanner: JSONScanner) { mark = scanner.cursor }

  /// The cursor is after the bucket.
  mutating func finish(_ scanner: JSONScanner) {
    note(scanner, Self.closing)
    isComplete = Self.instantKeys.allSatisfy { key in parts.contains { $0.key == key } }
  }

  private mutating func note(_ scanner: JSONScanner, _ key: Int) {
    let literal = scanner.slice(mark..<scanner.cursor)
    bytes += literal
    parts.append(Part(length: literal.count, key: key))
    room += literal.count
  }

  // MARK: Reading another one

  /// The counters of a bucket that is written so, with these instants, and where it ends; `nil` for any other.
  @inline(__always)
  func read(
    _ scanner: JSONScanner, start: (UInt64, UInt64, UInt64), end: (UInt64, UInt64, UInt64)
  ) -> (counters: StatsCounters, end: Int)? {
    guard isComplete, scanner.depth == depth, scanner.count - scanner.cursor >= room else { return nil }
    var counters = StatsCounters.zero
    var cursor = scanner.cursor
    let isAlike = bytes.withUnsafeBufferPointer { bytes in
      guard var literal = bytes.baseAddress else { return false }
      for part in parts {
        guard memcmp(scanner.base + cursor, literal, part.length) == 0 else { return false }
        cursor += part.length
        literal += part.length
        switch part.key {
        case 0, 1:
          let words = (scanner.word(at: cursor), scanner.word(at: cursor + 8), scanner.word(at: cursor + 14))
          guard words == (part.key == 0 ? start : end) else { return false }
          cursor += Self.instantLength
        case Self.closing: break
        default:
          guard let value = Self.number(scanner.base, &cursor) else { return false }
          counters[metricKey: part.key] = value
        }
      }
      return true
    }
    return isAlike ? (counters, cursor) : nil
  }

  /// The whole number at the cursor, of up to 18 digits; what follows it is for the next comparison to see.
  @inline(__always)
  private static func number(_ base: UnsafePointer<UInt8>, _ cursor: inout Int) -> Int? {
    let start = cursor
    var value = 0
    while case let digit = base[cursor] &- 0x30, digit <= 9 {
      value = value &* 10 &+ Int(digit)
      cursor += 1
      if cursor - start > mostDigits { return nil }
    }
    return cursor > start && (base[start] != 0x30 || cursor == start + 1) ? value : nil
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
