import SlotStats

/// The counters of up to 60 neighbouring buckets of one slot, as a row holds them.
///
/// A bucket is written as its place and its six counters, each in groups of seven bits, the lowest first. Buckets
/// whose counters are all 0 are left out: a count that moved away leaves nothing behind.
struct RollupBlock {
  /// What is counted: the places of ``StatsCounters/keys``, the last two unused.
  typealias Counters = SIMD8<Int64>

  static let maxBuckets = 60
  static let counters = 6
  /// The place of ``StatsCounters/ingestCount``.
  static let ingest = 5

  private var buckets = [Counters](repeating: .zero, count: maxBuckets)

  /// Forgets all counts.
  mutating func clear() {
    for place in buckets.indices { buckets[place] = .zero }
  }

  /// Adds to a bucket; no counter falls below 0.
  mutating func add(_ change: Counters, at place: Int) {
    buckets[place] = pointwiseMax(buckets[place] &+ change, .zero)
  }

  /// Takes the counters of a row.
  mutating func load(_ bytes: UnsafeRawBufferPointer) {
    Self.read(bytes) { buckets[$0] = $1 }
  }

  /// The row's bytes; empty where nothing is counted.
  func write(to bytes: inout [UInt8]) {
    bytes.removeAll(keepingCapacity: true)
    for (place, counters) in buckets.enumerated() where counters != .zero {
      bytes.append(UInt8(place))
      for index in 0..<Self.counters {
        var rest = UInt64(bitPattern: counters[index])
        while rest >= 0x80 {
          bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
          rest >>= 7
        }
        bytes.append(UInt8(rest))
      }
    }
  }

  /// Hands out the buckets of a row, by place; stops where the bytes make no sense.
  @inline(__always)
  static func read(_ bytes: UnsafeRawBufferPointer, _ body: (Int, Counters) -> Void) {
    var index = 0
    while index < bytes.count {
      let place = Int(bytes[index])
      index += 1
      guard place < maxBuckets else { return }
      var counters = Counters.zero
      for counter in 0..<Self.counters {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        repeat {
          guard index < bytes.count, shift < 64 else { return }
          value |= UInt64(bytes[index] & 0x7F) << shift
          shift += 7
          index += 1
        } while bytes[index - 1] & 0x80 != 0
        counters[counter] = Int64(clamping: value)
      }
      body(place, counters)
    }
  }
}

extension StatsCounters {
  /// The counters of a row.
  @inline(__always)
  init(_ counters: RollupBlock.Counters) {
    self.init(
      success: Int(counters[0]), timeouts: Int(counters[1]), providerErrors: Int(counters[2]),
      cancelled: Int(counters[3]), errors: Int(counters[4]), ingestCount: Int(counters[5]))
  }
}
