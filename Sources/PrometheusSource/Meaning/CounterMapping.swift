import SlotStats

/// What the counters of a server mean: which selectors make up each of ours, and which labels tell whose they are.
package struct CounterMapping: Hashable, Sendable {
  /// How the series of one slot become one count.
  package enum Aggregate: String, CaseIterable, Hashable, Sendable {
    /// They are parts.
    case sum
    /// They repeat one shared total.
    case max
  }

  /// The selectors by the names of our counters; the others are unknown.
  package var counters: [String: SelectorSum]
  /// The label whose value is the slot.
  package var slotLabel: String
  /// The label that tells who does the work, and the one that tells the slot's name.
  package var providerLabel: String?, nameLabel: String?
  /// How series become a count.
  package var aggregate = Aggregate.sum
  /// Whether a job that is tried again counts each time.
  package var countsAttempts = false

  /// A mapping.
  package init(
    counters: [String: SelectorSum], slotLabel: String, providerLabel: String? = nil, nameLabel: String? = nil,
    aggregate: Aggregate = .sum, countsAttempts: Bool = false
  ) {
    self.counters = counters
    self.slotLabel = slotLabel
    self.providerLabel = providerLabel
    self.nameLabel = nameLabel
    self.aggregate = aggregate
    self.countsAttempts = countsAttempts
  }

  /// The names of our counters.
  package static let names = StatsCounters.keys.map(\.name)

  /// The counters that there are no selectors for.
  package var unknown: CounterSet {
    Self.names.enumerated().reduce(into: []) { unknown, counter in
      if counters[counter.element] == nil { unknown.insert(CounterSet(place: counter.offset)) }
    }
  }

  /// Each selector once, in the order of our counters.
  package var selectors: [MetricSelector] {
    var found: [MetricSelector] = []
    for name in Self.names {
      for term in counters[name]?.terms ?? [] where !found.contains(term.selector) { found.append(term.selector) }
    }
    return found
  }

  /// The labels that counts are told apart by.
  package var labels: [String] { [slotLabel] + [providerLabel, nameLabel].compactMap(\.self) }

  /// The same for series that `match` fits too.
  package func narrowed(by match: String?) -> CounterMapping {
    var mapping = self
    mapping.counters = counters.mapValues { sum in sum.mapped { $0.narrowed(by: match) } }
    return mapping
  }

  /// The same with errors whose `label` fits the regular expression `pattern` counted as provider errors.
  package func movingErrors(_ label: String, fitting pattern: String) -> CounterMapping {
    guard let errors = counters["errors"] else { return self }
    var mapping = self
    let value = MetricSelector.quoted(pattern)
    mapping.counters["provider_errors"] = errors.mapped { $0.narrowed(by: "\(label)=~\(value)") }
    mapping.counters["errors"] = errors.mapped { $0.narrowed(by: "\(label)!~\(value)") }
    return mapping
  }
}
