/// What a slot, or all slots together, is judged to be. The first that holds, in the order off, missing, critical,
/// warning, stalled, idle, few, ok.
public enum SlotState: String, CaseIterable, Sendable {
  /// The failure ratio is surely at or over the critical threshold.
  case critical
  /// The failure ratio is surely at or over the warning threshold.
  case warning
  /// At least 20 jobs, and more than half of those received, are still open: a warning.
  case stalled
  /// Judged, and nothing is wrong.
  case ok
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

  /// Whether an operator should look: critical, warning or stalled.
  public var isMarked: Bool { self == .critical || self == .warning || self == .stalled }

  /// 0 ok, 1 warning, 2 critical, as monitoring plugins count.
  public var severity: Int {
    switch self {
    case .critical: 2
    case .warning, .stalled: 1
    case .ok, .few, .missing, .idle, .off, .unread: 0
    }
  }

  /// The place among other rows: judged ones together first, then few, missing, idle, off, unread.
  var rank: Int {
    switch self {
    case .critical, .warning, .stalled, .ok: 0
    case .few: 1
    case .missing: 2
    case .idle: 3
    case .off: 4
    case .unread: 5
    }
  }
}
