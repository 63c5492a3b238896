/// Some of the counters; each has the place that ``StatsCounters/keys`` gives it.
public struct CounterSet: OptionSet, Hashable, Sendable {
  /// A bit for each counter.
  public let rawValue: UInt8

  /// The counters of these bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Jobs that ended well.
  public static let success = CounterSet(rawValue: 1)
  /// Jobs that ran out of time.
  public static let timeouts = CounterSet(rawValue: 1 << 1)
  /// Jobs that the provider refused or failed.
  public static let providerErrors = CounterSet(rawValue: 1 << 2)
  /// Jobs that somebody called off.
  public static let cancelled = CounterSet(rawValue: 1 << 3)
  /// Jobs that failed in the worker itself.
  public static let errors = CounterSet(rawValue: 1 << 4)
  /// Jobs received.
  public static let ingestCount = CounterSet(rawValue: 1 << 5)

  /// Those of jobs that did not end well.
  public static let failures: CounterSet = [.timeouts, .providerErrors, .cancelled, .errors]

  /// The counter at a place of ``StatsCounters/keys``.
  public init(place: Int) { self.init(rawValue: 1 << UInt8(place)) }

  /// The names that the counters have in documents, in the order of ``StatsCounters/keys``.
  public var names: [String] {
    StatsCounters.keys.enumerated().compactMap { contains(CounterSet(place: $0)) ? $1.name : nil }
  }

  /// Whether a failure ratio means anything where these counters are unknown.
  var allowsRatio: Bool { !contains(.success) && !isSuperset(of: .failures) }
}

/// What nobody can know of a bucket who sees samples of counters alone: why its counts may be too low.
public struct CountDoubts: OptionSet, Hashable, Sendable {
  /// A bit for each doubt.
  public let rawValue: UInt8

  /// The doubts of these bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// A counter was set back: what it counted between its last sample and that is lost.
  public static let restarted = CountDoubts(rawValue: 1)
  /// A counter was large when it was first seen: nobody knows when it counted that.
  public static let firstSeenLarge = CountDoubts(rawValue: 1 << 1)

  private static let reasons: [(doubt: CountDoubts, words: String)] = [
    (.restarted, "a counter restarted; jobs between its last sample and that are not in it"),
    (.firstSeenLarge, "a counter was first seen with a large value, which is left out"),
  ]

  /// The reasons in words; `nil` where the counts are whole.
  public var words: String? {
    isEmpty ? nil : Self.reasons.filter { contains($0.doubt) }.map(\.words).joined(separator: "; ")
  }
}

extension StatsCounters {
  /// The counters by the names that they have in documents, in the order of ``keys``; `nil` for an unknown one.
  public var known: [(name: String, value: Int?)] {
    Self.keys.enumerated().map { place, key in
      (key.name, unknown.contains(CounterSet(place: place)) ? nil : self[keyPath: key.path])
    }
  }

  /// Jobs received and not yet ended; `nil` where nobody knows how many came in, or how many succeeded.
  public var knownOpen: Int? { unknown.isDisjoint(with: [.ingestCount, .success]) ? open : nil }

  /// Whether nothing was counted, as far as anybody knows.
  package var isEmpty: Bool { totalRuns == 0 && ingestCount == 0 }
}
