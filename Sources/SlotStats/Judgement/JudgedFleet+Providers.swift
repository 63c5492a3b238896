#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension JudgedFleet {
  /// The slots of each provider together, each as one judged series, worst first.
  public func providers() -> [JudgedProvider] {
    var sums: [String: [StatsCounters?]] = [:]
    for place in slots.indices {
      let provider = slots[place].slot.providerID ?? ""
      slots[place].series.add(to: &sums[provider, default: Array(repeating: nil, count: starts.count)], of: self)
    }
    return judgedProviders(sums)
  }

  /// The same, where `known` are those of `earlier`, which differs in these rows alone: what its slots counted is taken
  /// away and what they count now added.
  package func providers(from known: [JudgedProvider], of earlier: JudgedFleet, rows: [(old: Int, new: Int)])
    -> [JudgedProvider]
  {
    guard starts == earlier.starts else { return providers() }
    var sums: [String: [StatsCounters?]] = [:]
    for provider in known {
      provider.series.add(to: &sums[provider.id, default: Array(repeating: nil, count: starts.count)], of: self)
    }
    for (old, new) in rows {
      let (before, now) = (earlier.slots[old], slots[new])
      let provider = now.slot.providerID ?? ""
      guard before.slot.providerID ?? "" == provider, var sum = sums[provider],
        before.series.exchange(for: now.series, in: &sum, of: self)
      else { return providers() }
      sums[provider] = sum
    }
    return judgedProviders(sums)
  }

  /// The slots at these places together, as one judged series.
  package func together(_ places: some Sequence<Int>) -> JudgedSeries {
    var sums = [StatsCounters?](repeating: nil, count: starts.count)
    for place in places { slots[place].series.add(to: &sums, of: self) }
    return judgedSum(sums)
  }

  /// The series of sums, one for each of ``starts``; `nil` where nothing is reported.
  private func judgedSum(_ buckets: [StatsCounters?]) -> JudgedSeries {
    let metrics = zip(starts, buckets).compactMap { start, counters in
      counters.map { StatsMetric(window, start: start, counters: $0) }
    }
    return JudgedSeries(metrics: metrics, window: window, currentStart: currentStart, thresholds: thresholds)
  }

  private func judgedProviders(_ sums: [String: [StatsCounters?]]) -> [JudgedProvider] {
    let judged = sums.map { JudgedProvider(id: $0, series: judgedSum($1)) }
    return worstFirst(judged.count, series: { judged[$0].series }, id: { judged[$0].id }).map { judged[$0] }
  }
}

extension JudgedSeries {
  /// Adds the shown buckets to `sums`, one for each of `fleet`'s starts; `nil` stays where nothing is reported.
  fileprivate func add(to sums: inout [StatsCounters?], of fleet: JudgedFleet) {
    for metric in metrics {
      guard let index = fleet.index(of: metric), sums.indices.contains(index) else { continue }
      sums[index] = (sums[index] ?? .zero) + metric.counters
    }
  }

  /// Takes the shown buckets away from `sums`, in which they are, and adds those of `other`.
  /// - Returns: `false` where that cannot be done: a bucket is not reported any more, or a sum has reached its most.
  fileprivate func exchange(for other: JudgedSeries, in sums: inout [StatsCounters?], of fleet: JudgedFleet) -> Bool {
    let reported = Set(other.metrics.map(\.periodStart))
    for metric in metrics {
      guard let index = fleet.index(of: metric) else { continue }
      guard sums.indices.contains(index), reported.contains(metric.periodStart),
        let rest = sums[index]?.subtracting(metric.counters)
      else { return false }
      sums[index] = rest
    }
    other.add(to: &sums, of: fleet)
    return true
  }
}

extension JudgedFleet {
  /// The place of a bucket among the shown ones; `nil` where it is none of them.
  fileprivate func index(of metric: StatsMetric) -> Int? {
    let age = Int((currentStart.timeIntervalSince(metric.periodStart) / window.length).rounded())
    return (0..<starts.count).contains(age) ? starts.count - 1 - age : nil
  }
}

extension StatsCounters {
  /// What is left without `part`; `nil` where a counter has reached its most, and where `part` is no part of it.
  fileprivate func subtracting(_ part: StatsCounters) -> StatsCounters? {
    var rest = self
    for (_, path) in Self.keys {
      guard self[keyPath: path] < .max, self[keyPath: path] >= part[keyPath: path] else { return nil }
      rest[keyPath: path] -= part[keyPath: path]
    }
    return rest
  }
}
