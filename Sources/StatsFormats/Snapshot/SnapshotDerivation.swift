import FoundationEssentials
import SlotStats

/// Makes a document of the rows that were given: leaves out what lies ahead, folds weeks, adds slots up.
struct SnapshotDerivation {
  let roster: SnapshotRoster
  /// The rows of each window that the document has.
  var rows: [StatsWindow: SnapshotRows]
  let generatedAt: Date

  consuming func document(refreshInterval: TimeInterval?) -> SnapshotDocument {
    let order = roster.order
    let (roster, generatedAt) = (roster, generatedAt)
    let leftOut = StatsWindow.allCases.compactMap { window in
      rows[window]?.leaveOut(after: generatedAt, roster, order)
    }
    deriveWeeks()
    for window in StatsWindow.allCases {
      guard let given = rows[window], given.global?.isEmpty != false else { continue }
      rows[window]?.global = Self.sum(given.bySlot)
    }
    return SnapshotDocument(
      generatedAt: generatedAt, refreshInterval: refreshInterval, slots: roster.slots,
      series: rows.mapValues { series($0, order) }, leftOut: leftOut)
  }

  private func series(_ rows: SnapshotRows, _ order: [Int]) -> SnapshotDocument.Series {
    var bySlot: [Slot.ID: [StatsMetric]] = Dictionary(minimumCapacity: order.count)
    for index in order { bySlot[roster.ids[index]] = rows.slot(index) }
    return SnapshotDocument.Series(global: rows.global ?? [], bySlot: bySlot)
  }

  // MARK: Weeks from days

  private mutating func deriveWeeks() {
    guard let days = rows[.day] else { return }
    var weeks = rows[.week] ?? SnapshotRows(.week)
    defer { rows[.week] = weeks }
    // Before its first day the document knows nothing, so a week that began earlier would be partial.
    let starts = ([days.global] + days.bySlot).compactMap { $0?.first?.periodStart }
    guard let earliest = starts.min() else { return }
    if weeks.global?.isEmpty != false, let global = days.global, !global.isEmpty {
      weeks.global = Self.weeks(of: global, notBefore: earliest)
    }
    for index in roster.ids.indices where weeks.slot(index).isEmpty && !days.slot(index).isEmpty {
      weeks.set(Self.weeks(of: days.slot(index), notBefore: earliest), slot: index)
    }
  }

  private static func weeks(of days: [StatsMetric], notBefore earliest: Date) -> [StatsMetric] {
    var weeks: [StatsMetric] = []
    for day in days {
      if let last = weeks.last, day.periodStart < last.periodEnd {
        weeks[weeks.count - 1].counters += day.counters
      } else {
        let start = StatsWindow.week.bucketStart(containing: day.periodStart)
        weeks.append(StatsMetric(.week, start: start, counters: day.counters))
      }
    }
    return weeks.filter { $0.periodStart >= earliest }
  }

  // MARK: All slots together

  private static func sum(_ series: [[StatsMetric]?]) -> [StatsMetric] {
    var sum: [StatsMetric] = []
    var indices: [Date: Int] = [:]
    for case .some(let metrics) in series {
      // Most slots have the same periods: the next one of the sum is usually the one.
      var guess = 0
      for metric in metrics {
        if guess >= sum.count || sum[guess].periodStart != metric.periodStart {
          guess = indices[metric.periodStart] ?? sum.count
        }
        if guess == sum.count {
          indices[metric.periodStart] = guess
          sum.append(metric)
        } else {
          sum[guess].counters += metric.counters
        }
        guess += 1
      }
    }
    return sum.sorted { $0.periodStart < $1.periodStart }
  }
}

extension SnapshotRows {
  /// The rows of a slot; none where the document does not say.
  func slot(_ index: Int) -> [StatsMetric] { index < bySlot.count ? bySlot[index] ?? [] : [] }

  /// Sets the rows of a slot.
  mutating func set(_ metrics: [StatsMetric], slot index: Int) {
    while bySlot.count <= index { bySlot.append(nil) }
    bySlot[index] = metrics
  }

  /// Takes out the buckets that begin after `instant`.
  mutating func leaveOut(
    after instant: Date, _ roster: SnapshotRoster, _ order: [Int]
  ) -> SnapshotDocument.LeftOut? {
    var leftOut: SnapshotDocument.LeftOut?
    func cut(_ metrics: inout [StatsMetric]?, _ step: @autoclosure () -> String) {
      guard let last = metrics?.last, last.periodStart > instant, var kept = metrics else { return }
      let end = kept.firstIndex { $0.periodStart > instant } ?? kept.endIndex
      var sum =
        leftOut
        ?? SnapshotDocument.LeftOut(
          window: window, count: 0, place: "$.windows.\(window.rawValue).\(step())", periodStart: kept[end].periodStart)
      sum.count += kept.count - end
      leftOut = sum
      kept.removeSubrange(end...)
      metrics = kept
    }
    cut(&global, "global")
    for index in order where index < bySlot.count {
      cut(&bySlot[index], "slots" + JSONPlace.step(roster.ids[index], isQuoted: true))
    }
    return leftOut
  }
}
