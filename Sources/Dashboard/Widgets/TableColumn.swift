import SlotStats

/// A column of the slots table, as data.
struct TableColumn {
  /// What a column shows.
  enum ID: Hashable, Sendable {
    case title, provider, recent, ratio, failed, runs, usual, success, timeouts, providerErrors, errors, cancelled,
      ingest, open
    case bars, otherBars
  }

  let id: ID
  /// What stands above it; the title and the bars have headings of their own.
  let heading: String
  /// How the sort order is named after it.
  let sortLabel: String
  /// The least width on a screen under 120 columns, and from 120 on.
  let width: (compact: Int, roomy: Int)
  /// The blanks before it.
  let gap: Int

  private init(_ id: ID, _ heading: String, by sortLabel: String, _ compact: Int, _ roomy: Int? = nil, gap: Int = 1) {
    self.id = id
    self.heading = heading
    self.sortLabel = sortLabel
    width = (compact, roomy ?? compact)
    self.gap = gap
  }

  /// All columns, from left to right. The ratio's last column holds its arrow; the runs are followed by `2d` or `3d`.
  static let all: [TableColumn] = [
    TableColumn(.title, "", by: "id", 20, gap: 0),
    TableColumn(.provider, "provider", by: "provider", 14),
    TableColumn(.recent, "now%", by: "now%", 6),
    TableColumn(.ratio, "fail%", by: "fail%", 6),
    TableColumn(.failed, "failed", by: "failed", 6),
    TableColumn(.runs, "runs", by: "runs", 8, 9),
    TableColumn(.usual, "usual", by: "usual", 5, 6, gap: 0),
    TableColumn(.success, "success", by: "success", 7),
    TableColumn(.timeouts, "tmout", by: "timeouts", 5),
    TableColumn(.providerErrors, "prov", by: "provider errors", 4, 5),
    TableColumn(.errors, "err", by: "worker errors", 3, 4),
    TableColumn(.cancelled, "canc", by: "cancelled", 4),
    TableColumn(.ingest, "ingest", by: "ingest", 6),
    TableColumn(.open, "open", by: "open", 4),
    TableColumn(.bars, "", by: "", 15),
    TableColumn(.otherBars, "", by: "", 9),
  ]

  /// What an 80-column screen has.
  static let base: [ID] = [
    .title, .recent, .ratio, .runs, .usual, .timeouts, .providerErrors, .errors, .cancelled, .bars,
  ]
  /// What wider screens add, one after the other.
  static let extras: [ID] = [.failed, .open, .provider, .otherBars, .success, .ingest]
  /// What narrower screens lose, one after the other.
  static let losses: [ID] = [.cancelled, .errors, .usual, .bars, .providerErrors, .timeouts]
}

extension TableColumn.ID {
  /// How the sort order is named after this column.
  var sortLabel: String { TableColumn.all.first { $0.id == self }?.sortLabel ?? "" }

  /// Whether its values are texts, sorted from A.
  var isText: Bool { self == .title || self == .provider }

  /// Whether rows can stand in its order.
  var isSortable: Bool { self != .bars && self != .otherBars }

  /// What this column counts in `counters`; `nil` for a column that is no count.
  func count(in counters: StatsCounters) -> Int? {
    switch self {
    case .failed: counters.shownFailures
    case .runs: counters.totalRuns
    case .success: counters.success
    case .timeouts: counters.timeouts
    case .providerErrors: counters.providerErrors
    case .errors: counters.errors
    case .cancelled: counters.cancelled
    case .ingest: counters.ingestCount
    case .open: counters.open
    case .title, .provider, .recent, .ratio, .usual, .bars, .otherBars: nil
    }
  }

  /// The counters that this column cannot do without.
  var needed: CounterSet {
    switch self {
    case .success, .runs: .success
    case .timeouts: .timeouts
    case .providerErrors: .providerErrors
    case .errors: .errors
    case .cancelled: .cancelled
    case .ingest: .ingestCount
    case .open: [.ingestCount, .success]
    case .title, .provider, .recent, .ratio, .failed, .usual, .bars, .otherBars: []
    }
  }

  /// The number that rows are sorted by, largest first; `nil` where there is none.
  func number(in series: JudgedSeries, scope: StatsScope) -> Double? {
    let counters = series.counters(scope)
    switch self {
    case .recent: return series.recent?.counters.failureRatio
    case .ratio: return counters.failureRatio
    case .usual: return scope == .current ? series.usual : series.current?.failureRatio
    default: return count(in: counters).map(Double.init)
    }
  }
}

extension JudgedSeries {
  /// The numbers that a row shows.
  func counters(_ scope: StatsScope) -> StatsCounters { scope == .current ? judged : range }
}
