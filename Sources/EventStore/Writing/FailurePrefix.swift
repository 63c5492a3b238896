import StatsFormats

/// The beginning of a failure's reason: as much of it as decides between events that share an instant, an id and a slot.
/// The reasons that are counted apart are shorter, so that nothing behind it can tell one of them from another text.
struct FailurePrefix: Equatable, Comparable {
  /// No reason, which comes before every other one.
  static let none = FailurePrefix(high: 0, low: 0)
  /// The reasons that have counters of their own.
  static let cancelled = FailurePrefix("cancelled".utf8)
  static let providerError = FailurePrefix("provider_error".utf8)
  /// How many bytes it has at most. One more, and a job's row would take it for an id.
  static let maxBytes = 15

  private let high: UInt64
  private let low: UInt64

  private init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }

  /// The prefix of these bytes.
  init(_ bytes: some Collection<UInt8>) {
    var words: (high: UInt64, low: UInt64) = (0, 0)
    for (place, byte) in bytes.prefix(Self.maxBytes).enumerated() {
      if place < 8 {
        words.high |= UInt64(byte) << (56 - 8 * place)
      } else {
        words.low |= UInt64(byte) << (120 - 8 * place)
      }
    }
    (high, low) = words
  }

  /// The prefix of an event's reason, where the event says that its job failed and its counter does not tell why.
  init(of record: EventRecord, in texts: [UInt8]) {
    let text = record.failureReason
    guard record.kind == .failed || record.kind == .failedByTimeout, text.count > 0 else {
      self = .none
      return
    }
    self.init(texts[Int(text.start)..<Int(text.start) + Int(text.count)])
  }

  static func < (left: FailurePrefix, right: FailurePrefix) -> Bool {
    left.high != right.high ? left.high < right.high : left.low < right.low
  }

  /// Its bytes, without those that are 0 at the end.
  var bytes: [UInt8] {
    withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { bytes in
      var kept = bytes[...]
      while kept.last == 0 { kept.removeLast() }
      return Array(kept)
    }
  }
}
