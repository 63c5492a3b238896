/// What a slot, or all slots together, is judged to be. The first that holds, in the order off, missing, critical, warning,
/// stalled, quiet, idle, few, ok.
public enum SlotState: String, CaseIterable, Sendable {
  /// The failure ratio is surely at or over the critical threshold.
  case critical
  /// The failure ratio is surely at or over the warning threshold.
  case warning
  /// Jobs come in and are not worked off: a warning. At least 20 of a sample, more than half of those received, are still
  /// open; or some have been open for unusually long; or nothing has ended lately.
  case stalled
  /// Surely fewer jobs end than usual at this time of day: a warning. Only where a source has minutes.
  case quiet
  /// Judged, and nothing is wrong.
  case ok
  /// A failing day, or week, whose last hour is surely better: it is over. Only where a source has minutes.
  case over
  /// Too few runs and too few failures to judge.
  case few
  /// Reported before, but in none of the newest buckets that a judged sample may span.
  case missing
  /// No runs in the judged sample, or never a bucket.
  case idle
  /// Not active: never judged.
  case off
  /// Nothing was read of it yet, or its reading failed: nothing is known of it. Only where a source is read slot by
  /// slot.
  case unread

  /// Whether an operator should look: critical, warning, stalled or quiet.
  public var isMarked: Bool { Self.marked.contains(self) }

  /// 0 ok, 1 warning, 2 critical, as monitoring plugins count.
  public var severity: Int {
    switch self {
    case .critical: 2
    case .warning, .stalled, .quiet: 1
    case .ok, .over, .few, .missing, .idle, .off, .unread: 0
    }
  }

  /// The marked states, the gravest first.
  package static let marked: [SlotState] = [.critical, .warning, .stalled, .quiet]

  /// The place among the marked states, 0 for the gravest; behind them for any other.
  package var gravity: Int { Self.marked.firstIndex(of: self) ?? Self.marked.count }

  /// The graver one of both; this one where neither is marked.
  package func graver(_ other: SlotState) -> SlotState { other.gravity < gravity ? other : self }

  /// The place among other rows: judged ones together first, then few, missing, idle, off, unread.
  var rank: Int {
    switch self {
    case .critical, .warning, .stalled, .quiet, .ok, .over: 0
    case .few: 1
    case .missing: 2
    case .idle: 3
    case .off: 4
    case .unread: 5
    }
  }

  /// What a sample of something active is by its counters alone.
  static func ofSample(_ sample: StatsCounters, by thresholds: Thresholds) -> SlotState {
    let isTooFew = thresholds.isTooFew(sample)
    if !isTooFew, let low = WilsonInterval(of: sample)?.low {
      if low >= thresholds.critical { return .critical }
      if low >= thresholds.warning { return .warning }
    }
    if sample.open >= Thresholds.minStalledOpen, sample.open > sample.ingestCount / 2 { return .stalled }
    if sample.totalRuns == 0 { return .idle }
    return isTooFew ? .few : .ok
  }
}
