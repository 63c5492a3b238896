import SlotStats
import StatsFormats

/// Whose a count is, as labels tell.
package struct CountOwner: Hashable, Sendable {
  package var slot: Slot.ID
  package var name: String?
  package var provider: String?

  /// What the slot of series without its label is called.
  package static let none = "(none)"

  package init(slot: Slot.ID, name: String? = nil, provider: String? = nil) {
    self.slot = slot
    self.name = name
    self.provider = provider
  }

  /// The owner of a series; a label that is empty is not there.
  init(_ labels: [String: String], by mapping: CounterMapping) {
    func value(_ label: String?) -> String? {
      label.flatMap { labels[$0] }.flatMap { $0.isEmpty ? nil : String($0.unicodeScalars.prefix(Slot.maxIDLength)) }
    }
    slot = value(mapping.slotLabel) ?? Self.none
    name = value(mapping.nameLabel)
    provider = value(mapping.providerLabel)
  }
}

/// What one selector saw: a count for each bucket, by its start in seconds since 1970, and owner that had samples in it.
package struct CountedTerm: Hashable, Sendable {
  /// A count with its doubts.
  package struct Count: Hashable, Sendable {
    package var value: Double
    package var doubts: CountDoubts

    package init(value: Double, doubts: CountDoubts = []) {
      self.value = value
      self.doubts = doubts
    }
  }

  package private(set) var buckets: [Int: [CountOwner: Count]] = [:]
  /// How many restarts there were in each bucket that had any, less those for which it was found what they set back.
  package private(set) var restarts: [Int: Double] = [:]
  private var isSum = true

  package init() {}

  /// Reads the answer to a ``BucketQuery`` of a window: samples lie at the ends of buckets.
  package init(_ answer: QueryAnswer, _ window: StatsWindow, by mapping: CounterMapping) {
    isSum = mapping.aggregate == .sum
    for series in answer.series {
      let owner = CountOwner(series.labels, by: mapping)
      let part = series.labels[BucketQuery.partLabel].flatMap(BucketQuery.Part.init)
      for sample in series.samples where sample.value.isFinite && abs(sample.time) < 1e12 {
        add(sample.value, part, to: Int(sample.time.rounded()) - Int(window.length), owner)
      }
    }
  }

  /// The spans of buckets in which restarts set back what is not in the counts.
  package func spansToMend(_ window: StatsWindow) -> [Range<Int>] {
    Spans(restarts.filter { $0.value > 0 }.keys.map { $0..<$0 + Int(window.length) }).all
  }

  /// Takes the counts of buckets with restarts from an answer that has what they set back.
  package mutating func mend(with other: CountedTerm) {
    for start in restarts.keys {
      guard let mended = other.buckets[start] else { continue }
      let doubts = (buckets[start] ?? [:]).mapValues(\.doubts)
      buckets[start] = mended
      for (owner, doubts) in doubts { buckets[start]?[owner]?.doubts.formUnion(doubts) }
      restarts[start, default: 0] += other.restarts[start] ?? 0
    }
  }

  private mutating func add(_ value: Double, _ part: BucketQuery.Part?, to start: Int, _ owner: CountOwner) {
    var count = buckets[start]?[owner] ?? Count(value: 0)
    switch part {
    case nil: count.value += value
    case .restarts:
      guard value > 0 else { return }
      restarts[start, default: 0] += value
      count.doubts.insert(.restarted)
    case .found:
      restarts[start, default: 0] -= value
      return
    case .first:
      if isSum { count.value -= value }
      if value > 0 { count.doubts.insert(.firstSeenLarge) }
    }
    buckets[start, default: [:]][owner] = count
  }
}

extension CounterMapping {
  /// Our counters of each bucket and owner that any selector saw. A selector that saw nothing of one that another saw
  /// counts 0.
  package func counters(_ terms: [MetricSelector: CountedTerm]) -> [Int: [CountOwner: StatsCounters]] {
    var result: [Int: [CountOwner: StatsCounters]] = [:]
    let starts = Set(terms.values.flatMap(\.buckets.keys))
    for start in starts {
      let owners = Set(terms.values.flatMap { $0.buckets[start]?.keys.map { $0 } ?? [] })
      result[start] = Dictionary(
        uniqueKeysWithValues: owners.map { owner in
          (owner, counters { terms[$0]?.buckets[start]?[owner] })
        })
    }
    return result
  }

  private func counters(_ count: (MetricSelector) -> CountedTerm.Count?) -> StatsCounters {
    var counters = StatsCounters(unknown: unknown)
    for (name, path) in StatsCounters.keys {
      guard let sum = self.counters[name] else { continue }
      var value = 0.0
      for term in sum.terms {
        guard let part = count(term.selector) else { continue }
        value += term.isTakenOff ? -part.value : part.value
        counters.doubts.formUnion(part.doubts)
      }
      // What is taken off may be ahead of what it is taken off from.
      counters[keyPath: path] = value > 0 ? Int(exactly: min(value.rounded(), 9e18)) ?? 0 : 0
    }
    return counters
  }
}
