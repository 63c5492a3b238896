/// The last hour of a slot, or of all together, judged: what a day is too long to show.
///
/// The sample is the last ``hour`` minutes up to the data's instant. While it is too small to be judged it grows back in steps
/// of ``step`` to ``most`` minutes. It is judged by the same rule and thresholds as any other sample, and against the same
/// clock hours of the days before.
public struct RecentSample: Hashable, Sendable {
  /// What was counted in the sample.
  public let counters: StatsCounters
  /// How many minutes it spans, the unfinished one included: 60 to 360.
  public let minutes: Int
  /// What was counted in the clock hours that the sample overlaps, on the 13 days before.
  public let usualCounters: StatsCounters
  /// What it is judged to be; while it is cooling, what it was.
  public let state: SlotState
  /// Whether the mark is of one of the last ten minutes, and does not hold now.
  public let isCooling: Bool
  /// Whether there are enough runs or failures for a judgement.
  public let isJudged: Bool
  /// The runs of the last 15 finished minutes, and how many are usual; `nil` where nothing is usual.
  public let pace: Pace?
  /// The open jobs, of a source that knows them.
  public let open: OpenJobs?

  /// How many jobs ended in the last 15 finished minutes, beside what is usual at this time of day.
  public struct Pace: Hashable, Sendable {
    /// The runs.
    public let runs: Int
    /// The mean of the days before.
    public let usual: Double
  }

  /// The minutes of the smallest sample.
  public static let hour = 60
  /// By how many minutes a sample grows at a time.
  public static let step = 15
  /// The minutes of the largest sample.
  public static let most = 360
  /// For how many whole minutes a mark goes on after its rule held last.
  public static let cooling = 10

  package var comparison: SampleComparison { SampleComparison(sample: counters, rest: usualCounters) }

  /// The 95 % interval of the failure ratio; `nil` without runs.
  public var interval: WilsonInterval? { comparison.interval }
  /// The usual failure ratio of this time of day, 0…1; `nil` under 20 runs.
  public var usual: Double? { comparison.usual }
  /// Whether the interval lies wholly above or below ``usual``.
  public var trend: JudgedSeries.Trend? { comparison.trend }
  /// The failures beyond what is usual; `nil` where nothing is usual.
  public var failuresOverUsual: Double? { comparison.failuresOverUsual }
  /// The kind that adds most to ``failuresOverUsual``, or the most frequent one where nothing is usual.
  public var leadingKind: FailureKind? { comparison.leadingKind }
}
