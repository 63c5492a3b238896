import FoundationEssentials
import SlotStats

/// The words of reports for people: when, what sample, what state.
struct ReportWords {
  let subject: ReportSubject
  private var fleet: JudgedFleet { subject.fleet }

  init(_ subject: ReportSubject) { self.subject = subject }

  /// `today`, `this week`; once the wall clock has left the bucket `on 19 Nov`, `in the week from 16 Nov`.
  var currentBucket: String {
    let isNow = fleet.window.bucketStart(containing: subject.now) == fleet.currentStart
    let start = CivilDate(fleet.currentStart).dayAndMonth
    if isNow { return fleet.window.facts.currentName }
    switch fleet.window {
    case .minute, .hour: return "in the \(fleet.window.rawValue) from \(start) \(CivilDate(fleet.currentStart).time)"
    case .day: return "on \(start)"
    case .week: return "in the week from \(start)"
    }
  }

  /// The bucket as the head of a column: `today`, `19 Nov`, `week`.
  var currentColumn: String {
    switch fleet.window {
    case .day:
      fleet.window.bucketStart(containing: subject.now) == fleet.currentStart
        ? "today" : CivilDate(fleet.currentStart).dayAndMonth
    case .minute, .hour, .week: fleet.window.rawValue
    }
  }

  /// The judged sample of a series: ``currentBucket``, or `in 2 days`.
  func sample(_ series: JudgedSeries) -> String {
    series.judgedBuckets == 1 ? currentBucket : "in \(buckets(series.judgedBuckets))"
  }

  /// `14 days`, `8 weeks`.
  func buckets(_ count: Int) -> String { fleet.window.counted(count) }

  /// `14 days`, `8 weeks`: the shown range.
  var range: String { buckets(fleet.window.shownBuckets) }

  /// How far the current bucket has come: `Thu 19 Nov 00:00–14:32 UTC, 61% of the day`.
  var progress: String {
    let start = CivilDate(fleet.currentStart)
    let end = CivilDate(subject.generatedAt)
    let elapsed = subject.generatedAt.timeIntervalSince(fleet.currentStart) / fleet.window.length
    let share = "\(min(99, Int((elapsed * 100).rounded())))% of the \(fleet.window.rawValue)"
    let from = "\(start.weekdayName) \(start.dayAndMonth)"
    switch fleet.window {
    case .minute, .hour, .day: return "\(from) \(start.time)–\(end.time) UTC, \(share)"
    case .week: return "\(from) – \(end.weekdayName) \(end.dayAndMonth) \(end.time) UTC, \(share)"
    }
  }

  /// `data 5 s old`, or by how much it is ahead of the clock.
  var age: String {
    if case .dataAhead(let seconds) = subject.trust.reason {
      return "data \(AgeText.text(seconds: seconds)) ahead of the clock"
    }
    return "data \(AgeText.text(seconds: subject.dataAge)) old"
  }

  /// `2d`, `3w` where a sample spans several buckets; else nothing.
  static func span(_ series: JudgedSeries, window: StatsWindow) -> String {
    series.judgedBuckets == 1 ? "" : "\(series.judgedBuckets)\(window.initial)"
  }

  /// What numbers do not tell of a row: stalled, missing, idle, off; else nothing.
  func note(_ series: JudgedSeries) -> String {
    switch series.state {
    case .stalled: "stalled, \(Self.open(series))"
    case .missing: "missing\(lastSeen(series, "reported") { _ in true } ?? "")"
    case .idle: lastSeen(series, "run") { $0.totalRuns > 0 }.map { "idle" + $0 } ?? "idle for \(range)"
    case .off: "off\(lastSeen(series, "run") { $0.totalRuns > 0 } ?? "")"
    case .unread: "not read"
    case .critical, .warning, .ok, .few: ""
    }
  }

  /// `267 of 461 open`: of the jobs received in the judged sample.
  static func open(_ series: JudgedSeries) -> String {
    "\(NumberText.count(series.open)) of \(NumberText.count(series.judged.ingestCount)) open"
  }

  /// How a bucket is named by its start: `19 Nov`, `14:05`.
  private static func label(_ start: Date, _ window: StatsWindow) -> String {
    let date = CivilDate(start)
    return window.isWithinDay ? date.time : date.dayAndMonth
  }

  private func lastSeen(_ series: JudgedSeries, _ what: String, _ counts: (StatsCounters) -> Bool) -> String? {
    series.metrics.last { counts($0.counters) }.map { ", last \(what) \(Self.label($0.periodStart, fleet.window))" }
  }
}

extension SlotState {
  /// The mark of the state in text reports; nothing for ok.
  var mark: String {
    switch self {
    case .critical: "!!"
    case .warning, .stalled: "!"
    case .ok: ""
    case .few: "?"
    case .missing: "–"
    case .idle: "·"
    case .off: "×"
    case .unread: "…"
    }
  }

  /// How many slots are in this state, in words.
  func counted(_ count: Int) -> String {
    self == .few ? "\(NumberText.grouped(count)) few runs" : "\(NumberText.grouped(count)) \(rawValue)"
  }
}

extension FailureKind {
  /// The kind in one word.
  var word: String {
    switch self {
    case .timeouts: "timeouts"
    case .providerErrors: "provider"
    case .errors: "worker"
    case .cancelled: "cancelled"
    }
  }
}

extension JudgedFleet {
  /// How many slots are in each state, in the order of ``SlotState/allCases``; states without slots are left out.
  var stateCounts: [(state: SlotState, count: Int)] {
    var counts: [SlotState: Int] = [:]
    for slot in slots { counts[slot.series.state, default: 0] += 1 }
    return SlotState.allCases.compactMap { state in counts[state].map { (state, $0) } }
  }
}
