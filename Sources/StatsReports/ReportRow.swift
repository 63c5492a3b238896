import SlotStats

/// The numbers of one series as a row of a report for people, every cell as text.
struct ReportRow {
  /// What the row is judged to be; `nil` for a row that is not judged.
  let state: SlotState?
  /// The failure ratio in percent.
  let percent: String
  /// The failure ratio of the last hour in percent, with its trend.
  let recent: String
  /// Where the judged ratio lies against what is usual: `↑`, `↓` or nothing.
  let trend: String
  /// Failures and runs.
  let failed: String, runs: String
  /// `2d` where the numbers span several buckets.
  let span: String
  /// What is usual; in the scope of the whole range the current bucket's ratio.
  let reference: String
  /// Failures by kind, in the order of ``kinds``.
  let kinds: [String]
  /// Jobs received and not ended; nothing for none.
  let open: String
  /// What the numbers do not tell.
  let note: String

  /// The kinds in the order of the columns.
  static let kinds: [FailureKind] = [.timeouts, .providerErrors, .errors, .cancelled]

  /// The row of a judged series, in the subject's scope.
  init(_ series: JudgedSeries, _ words: ReportWords) {
    let isRange = words.subject.scope == .range
    let numbers = isRange ? series.range : series.judged
    let current = isRange ? NumberText.percent(series.current ?? .zero) : nil
    self.init(
      numbers: numbers, state: series.state, trend: isRange ? "" : Self.trend(series),
      span: isRange ? "" : words.subject.fleet.window.span(series.judgedBuckets),
      recent: series.state == .off ? "" : series.recent.map(Self.recent) ?? "",
      reference: series.state == .off ? "" : current ?? Self.usual(series), open: series.open, note: words.note(series))
  }

  /// The row of all slots over the whole range, or over the judged sample where rows are of the range.
  init(range series: JudgedSeries) {
    self.init(
      numbers: series.range, state: nil, trend: "", span: "", recent: "", reference: "", open: 0, note: "")
  }

  private init(
    numbers: StatsCounters, state: SlotState?, trend: String, span: String, recent: String, reference: String,
    open: Int, note: String
  ) {
    let hasRuns = numbers.totalRuns > 0
    self.state = state
    self.trend = trend
    self.recent = recent
    self.span = hasRuns ? span : ""
    self.reference = reference
    self.note = note
    percent = NumberText.percent(numbers)
    failed = hasRuns ? NumberText.count(numbers.shownFailures) : NumberText.none
    runs = hasRuns ? NumberText.runs(numbers) : NumberText.none
    kinds = Self.kinds.map {
      hasRuns ? NumberText.count($0.count(in: numbers), in: numbers, of: $0.counter) : ""
    }
    self.open = open > 0 ? NumberText.count(open) : ""
  }

  private static func trend(_ series: JudgedSeries) -> String { sign(series.trend) }

  private static func recent(_ recent: RecentSample) -> String {
    NumberText.percent(recent.counters) + sign(recent.trend)
  }

  private static func sign(_ trend: JudgedSeries.Trend?) -> String {
    switch trend {
    case .above: "↑"
    case .below: "↓"
    case nil: ""
    }
  }

  private static func usual(_ series: JudgedSeries) -> String {
    series.usual == nil ? "" : NumberText.percent(series.rest)
  }
}
