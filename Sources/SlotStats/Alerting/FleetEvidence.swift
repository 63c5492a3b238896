#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
import Synchronization

/// What a judged reading knows: of a source with minutes each of the last steps, of any other source now alone.
///
/// A rule of minutes, which is one without a window where the source has minutes, is judged by the last hour as it was at
/// each step. Its mark does not cool: how long a rule goes on is for the rule to say. A rule of another window is judged
/// by that window's own sample. Where nobody has counted for a quarter of an hour, nothing is known. `missing` without a window is of the day, as only a longer silence makes a slot missing.
package struct FleetEvidence: RuleEvidence, Sendable {
  package let instant: Date

  private let reading: FleetReading
  private let fleet: JudgedFleet
  private let trust: TrustWord
  private let recent: RecentJudge?
  /// The row of ``fleet`` that each slot of the reading has.
  private let rows: [Int]
  private let finest: StatsWindow
  private let steps = JudgedSteps()

  /// The last step whose sample of an hour lies within what a source gives.
  private static let reach = RecentReading.minutesBack - RecentSample.hour
  /// The last step for which it is known whether the minutes of ``AlertCondition/quiet`` were reported.
  private static let quietReach = UInt32.bitWidth - QuietRule.minutes

  /// What `reading` knows.
  /// - Parameters:
  ///   - reading: the reading; targets are places of its slots.
  ///   - fleet: the same, judged by any window, with every slot.
  ///   - trust: whether it can be believed. While it is lost, stale or awaited, nothing is known but that.
  package init(_ reading: FleetReading, judged fleet: JudgedFleet, trust: TrustWord) {
    self.reading = reading
    self.fleet = fleet
    self.trust = trust
    instant = reading.generatedAt
    recent = reading.recent.map { RecentJudge($0) }
    finest = StatsWindow.allCases.first { reading.series[$0] != nil } ?? .standard
    var rows = [Int](repeating: -1, count: reading.slots.count)
    for (row, place) in fleet.order.enumerated() where rows.indices.contains(place) { rows[place] = row }
    self.rows = rows
  }

  package func reach(of test: AlertTest) -> Int {
    guard isTrusted, isOfMinutes(test) else { return 0 }
    switch test.condition {
    case .critical, .warning, .overUsual: return Self.reach
    case .quiet: return Self.quietReach
    // Which jobs are overdue is known of now alone.
    case .stalled, .missing, .stale, .lost: return 0
    }
  }

  package func holds(_ test: AlertTest, _ target: AlertTarget, stepsBack step: Int) -> Bool? {
    if test.condition.isOfSource || target == .source { return sourceHolds(test.condition) }
    guard isTrusted, let series = series(of: target), series.ownState != .unread else { return nil }
    if series.ownState == .off { return false }
    if test.condition != .missing, let recent, isOfMinutes(test), let minutes = minutes(of: target) {
      guard recent.isCounted(minutesAgo: step) else { return nil }
      return holds(test, target, series.recent, recent, minutes, step)
    }
    return step == 0 ? holds(test, target, series) : nil
  }

  private func isOfMinutes(_ test: AlertTest) -> Bool {
    recent != nil && (test.window == nil || test.window == .minute)
  }

  // MARK: The source

  private var isTrusted: Bool { trust != .lost && trust != .stale && trust != .wait }

  private func sourceHolds(_ condition: AlertCondition) -> Bool? {
    guard trust != .wait else { return nil }
    return switch condition {
    case .stale: trust == .stale
    case .lost: trust == .lost
    default: nil
    }
  }

  // MARK: What a target has

  private func series(of target: AlertTarget) -> JudgedSeries? {
    switch target {
    case .slot(let place):
      guard rows.indices.contains(place), rows[place] >= 0 else { return nil }
      return fleet.slots[rows[place]].series
    case .all: return fleet.global
    case .source: return nil
    }
  }

  private func minutes(of target: AlertTarget) -> RecentSeries? {
    switch target {
    case .slot(let place): reading.recent.map { $0.bySlot[reading.slots[place].id] ?? RecentSeries() }
    case .all: reading.recent?.global
    case .source: nil
    }
  }

  private func thresholds(of target: AlertTarget) -> Thresholds {
    if case .slot(let place) = target { fleet.rules[slot: reading.slots[place].id] } else { fleet.rules.standard }
  }

  // MARK: Minutes

  private func holds(
    _ test: AlertTest, _ target: AlertTarget, _ sample: RecentSample?, _ judge: RecentJudge, _ minutes: RecentSeries,
    _ step: Int
  ) -> Bool? {
    let thresholds = thresholds(of: target)
    if test.condition == .overUsual {
      let comparison =
        step == 0 && sample != nil
        ? sample?.comparison : judge.comparison(minutes, minutesAgo: step, by: thresholds)
      return comparison.map { OverUsual.holds($0.sample, usual: $0.rest, factor: test.factor) }
    }
    if let sample {
      // What the last minutes are at worst is known without a look at each.
      if step <= RecentSample.cooling, !test.condition.canHold(atWorst: sample.state) { return false }
      if step == 0, !sample.isCooling { return test.condition.holds(in: sample.state) }
    }
    let state = steps.state(of: target, step, unpacking: { judge.unpacked(minutes) }) { counted in
      judge.state(minutes, counted, minutesAgo: step, by: thresholds)
    }
    return test.condition.holds(in: state)
  }

  // MARK: Other windows

  private func holds(_ test: AlertTest, _ target: AlertTarget, _ shown: JudgedSeries) -> Bool? {
    let standard: StatsWindow = test.condition == .missing && reading.series[.day] != nil ? .day : finest
    let window = test.window ?? standard
    guard let series = window == fleet.window ? shown : judged(target, by: window) else { return nil }
    if series.ownState == .unread { return nil }
    if test.condition == .overUsual {
      return OverUsual.holds(series.judged, usual: series.usual, factor: test.factor)
    }
    return test.condition.holds(in: series.ownState)
  }

  /// The series of a window that the fleet was not judged by; `nil` where the source does not have it.
  private func judged(_ target: AlertTarget, by window: StatsWindow) -> JudgedSeries? {
    guard let all = reading.series[window] else { return nil }
    var (metrics, isRead) = (all.global.metrics, true)
    if case .slot(let place) = target {
      let id = reading.slots[place].id
      metrics = all.bySlot[id]?.metrics ?? []
      isRead = reading.gaps.isKnown(id, in: window)
    }
    return JudgedSeries(
      metrics: metrics, window: window, currentStart: window.bucketStart(containing: reading.generatedAt),
      isRead: isRead, thresholds: thresholds(of: target))
  }
}

extension AlertCondition {
  /// Whether it holds of what is in this state by one sample.
  func holds(in state: SlotState) -> Bool {
    switch self {
    case .critical: state == .critical
    case .warning: state == .critical || state == .warning
    case .stalled: state == .stalled
    case .missing: state == .missing
    case .quiet: state == .quiet
    case .overUsual, .stale, .lost: false
    }
  }

  /// Whether it may hold at some instant while the gravest state at any was this one.
  func canHold(atWorst state: SlotState) -> Bool {
    let least: SlotState =
      switch self {
      case .critical: .critical
      case .warning: .warning
      case .stalled: .stalled
      default: .quiet
      }
    return state.gravity <= least.gravity
  }
}

/// The states of one target at the steps that were looked at: rules ask for the same ones one after another.
private final class JudgedSteps: Sendable {
  private struct Known {
    var target: AlertTarget?
    var states: [SlotState?] = []
    /// The target's minutes, once they were needed.
    var counted: Counted?
  }

  private let known = Mutex(Known())

  /// The state at a step, judged once, by the minutes of the target, unpacked once.
  func state(
    of target: AlertTarget, _ step: Int, unpacking: () -> Counted, judge: (Counted) -> SlotState
  ) -> SlotState {
    let (before, unpacked) = known.withLock { known -> (SlotState?, Counted?) in
      if known.target != target {
        known.target = target
        known.counted = nil
        known.states.removeAll(keepingCapacity: true)
      }
      while known.states.count <= step { known.states.append(nil) }
      return (known.states[step], known.counted)
    }
    if let before { return before }
    let counted = unpacked ?? unpacking()
    let state = judge(counted)
    known.withLock { known in
      guard known.target == target else { return }
      known.counted = counted
      if known.states.indices.contains(step) { known.states[step] = state }
    }
    return state
  }
}
