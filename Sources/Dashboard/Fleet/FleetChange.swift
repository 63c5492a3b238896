import FoundationEssentials
import SlotStats

/// What was counted between two successive readings, for all slots together and for each that changed.
package struct FleetChange: Equatable, Sendable {
  /// Runs and failures that came between two readings.
  package struct Delta: Hashable, Sendable {
    /// Ended jobs.
    package var runs = 0
    /// Ended jobs that did not succeed.
    package var failures = 0

    /// Adds `other`, saturating.
    package static func += (left: inout Delta, right: Delta) {
      left.runs = left.runs.addingReportingOverflow(right.runs).overflow ? .max : left.runs + right.runs
      left.failures =
        left.failures.addingReportingOverflow(right.failures).overflow ? .max : left.failures + right.failures
    }
  }

  /// All slots together.
  package var global: Delta
  /// The slots whose counters rose; others are left out.
  package var slots: [Slot.ID: Delta]
  /// The slots whose counters fell by more than a late correction: somebody set them back.
  package var resets: Set<Slot.ID>
  /// Whether all slots together fell so: everything was set back.
  package var isReset = false
  /// The slots whose state is worse than before, by window: they crossed a threshold.
  package var worsened: [StatsWindow: [Slot.ID]] = [:]
  /// The slots that were marked and are no longer, by window.
  package var calmed: [StatsWindow: [Slot.ID]] = [:]

  /// The slots that the newer reading does not have any more.
  package var gone: [Slot.ID]

  /// Nothing changed.
  package init() {
    global = Delta()
    slots = [:]
    resets = []
    gone = []
  }

  /// Compares two readings of one source.
  ///
  /// The bucket that was current in the older reading is compared with itself, and buckets that began since count whole,
  /// so that midnight neither loses nor invents a run.
  package init(from old: Fleet, to new: Fleet) {
    let window = Self.comparedWindow(old.reading)
    let since = old[window].currentStart
    let all = Self.delta(old[window].global, new[window].global, since: since)
    global = all?.delta ?? Delta()
    isReset = all?.reset == .everything
    slots = [:]
    resets = []
    gone = new.hasSlots(of: old) ? [] : old.reading.slots.map(\.id).filter { new.place(of: $0, in: window) == nil }
    for slot in new.candidates(after: old, by: window) {
      guard let before = old.slot(slot.id, in: window), before.series.metrics != slot.series.metrics,
        before.isKnown, slot.isKnown, old.reading.gaps.old[window]?[slot.id] == nil,
        let (delta, reset) = Self.delta(before.series, slot.series, since: since)
      else { continue }
      if reset != nil { resets.insert(slot.id) }
      if delta != Delta() { slots[slot.id] = delta }
    }
    // All slots together fell with the one that was set back or left: what came is what came to each.
    if !resets.isEmpty || !gone.isEmpty || all?.reset != nil {
      global = slots.values.reduce(into: Delta()) { $0 += $1 }
    }
    for window in old.judgedWindows.intersection(new.judgedWindows) { compareStates(from: old, to: new, in: window) }
  }

  /// The window whose buckets tell what came: days, or what there is where no day is reported.
  private static func comparedWindow(_ reading: FleetReading) -> StatsWindow {
    let windows = [StatsWindow.standard] + StatsWindow.allCases.reversed()
    return windows.first { reading.series[$0]?.global.metrics.isEmpty == false } ?? .standard
  }

  private mutating func compareStates(from old: Fleet, to new: Fleet, in window: StatsWindow) {
    for slot in new.candidates(after: old, by: window) {
      guard let before = old.slot(slot.id, in: window), before.isKnown, slot.isKnown else { continue }
      let (past, present) = (before.series.state, slot.series.state)
      if present.severity > past.severity { worsened[window, default: []].append(slot.id) }
      if past.isMarked, !present.isMarked { calmed[window, default: []].append(slot.id) }
    }
  }

  /// What came between two states of one series; `nil` where the newer one reports nothing since `since`.
  private static func delta(
    _ old: JudgedSeries, _ new: JudgedSeries, since: Date
  ) -> (delta: Delta, reset: Reset?)? {
    let before = sum(old.metrics, since: since)
    guard new.metrics.contains(where: { $0.periodStart >= since }) else { return nil }
    let after = sum(new.metrics, since: since)
    let reset = Reset(from: before, to: after)
    let base = reset?.base(of: before) ?? before
    let runs = max(0, after.totalRuns - base.totalRuns)
    // A run that is counted as a failure afterwards is no new run.
    return (Delta(runs: runs, failures: min(runs, max(0, after.failureCount - base.failureCount))), reset)
  }

  private static func sum(_ metrics: [StatsMetric], since: Date) -> StatsCounters {
    StatsSummary(metrics.reversed().prefix { $0.periodStart >= since }).counters
  }
}

/// What was set back between two readings. A late correction takes back a few, or moves them from one counter to another;
/// a reset takes back more than half of what was counted.
private enum Reset: Equatable {
  /// All counters.
  case everything
  /// Some of them, while the others went on.
  case counters([WritableKeyPath<StatsCounters, Int>])

  /// The least number that a counter alone has to lose: what is smaller is corrected.
  private static let least = 5

  init?(from before: StatsCounters, to after: StatsCounters) {
    if after.totalRuns < before.totalRuns / 2 || after.ingestCount < before.ingestCount / 2 {
      self = .everything
      return
    }
    // What was only moved is still there.
    guard after.totalRuns < before.totalRuns else { return nil }
    let fallen = StatsCounters.keys.map(\.path).filter { path in
      let (old, new) = (before[keyPath: path], after[keyPath: path])
      return new < old / 2 && old - new >= Self.least
    }
    if fallen.isEmpty { return nil }
    self = .counters(fallen.map { $0 })
  }

  /// What counting began at afterwards.
  func base(of before: StatsCounters) -> StatsCounters {
    guard case .counters(let fallen) = self else { return .zero }
    var base = before
    for path in fallen { base[keyPath: path] = 0 }
    return base
  }
}

extension JudgedSlot {
  /// Whether anything was read of it: what is not known cannot be compared.
  fileprivate var isKnown: Bool { series.state != .unread }
}
