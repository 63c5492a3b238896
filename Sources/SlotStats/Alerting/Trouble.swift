/// What is wrong with a slot, or with all slots together, as far as it can be acknowledged and can get worse.
public struct Trouble: Hashable, Sendable {
  /// What it is judged to be.
  public var state: SlotState
  /// The low end of the 95 % interval of the judged failure ratio, 0…1; `nil` without runs.
  public var low: Double?
  /// The high end of it.
  public var high: Double?
  /// The kind of most of the failures; `nil` without any.
  public var kind: FailureKind?
  /// The counters that the kinds are told by; `nil` where only ``kind`` is known.
  public var counters: StatsCounters?

  /// A trouble of these figures.
  public init(
    state: SlotState, low: Double?, high: Double?, kind: FailureKind?, counters: StatsCounters? = nil
  ) {
    self.state = state
    self.low = low
    self.high = high
    self.kind = kind
    self.counters = counters
  }

  /// What a judged series says, measured by the sample that its state is of. Its kind is the most frequent one, not the
  /// one that adds most to what is usual: where a slot fails as it always does, that one changes by chance.
  public init(_ series: JudgedSeries) {
    let recent = series.isOfRecent && series.state.isMarked ? series.recent : nil
    let (interval, judged) = recent.map { ($0.interval, $0.counters) } ?? (series.interval, series.judged)
    let kinds = FailureKind.allCases.filter { $0.count(in: judged) > 0 }
    self.init(
      state: series.state, low: interval?.low, high: interval?.high,
      kind: kinds.max { $0.count(in: judged) < $1.count(in: judged) }, counters: judged)
  }

  /// Whether ``kind`` surely leads over another one: their counts differ by more than twice the standard deviation that
  /// the difference of two equal Poisson counts has, √(a + b). Without counters it does.
  func leads(over other: FailureKind) -> Bool {
    guard let kind, kind != other else { return false }
    guard let counters else { return true }
    let (own, others) = (Double(kind.count(in: counters)), Double(other.count(in: counters)))
    return own - others > 2 * (own + others).squareRoot()
  }
}

extension SlotState {
  /// Whether it is a trouble that can be acknowledged: a marked slot, or one that is missing.
  public var isTrouble: Bool { isMarked || self == .missing }

  /// Whether it says that a slot is well: it was judged, and nothing is wrong.
  var isRecovery: Bool { !isMarked && !Self.unjudged.contains(self) }

  /// The states that say nothing of how well a slot is.
  private static let unjudged: Set<SlotState> = [.few, .missing, .idle, .off, .unread]

  /// How grave a trouble is among others.
  var troubleGravity: Int { Self.gravities[self] ?? (isMarked ? 1 : 0) }

  /// Other marks are less grave than these; a slot that is missing less than any mark.
  private static let gravities: [SlotState: Int] = [.critical: 4, .warning: 3, .stalled: 2]

  /// Whether the failure ratio is what it is marked for, so that the kind of the failures matters.
  var isOfFailures: Bool { self == .critical || self == .warning }
}
