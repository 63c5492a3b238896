import FoundationEssentials
import SlotStats
import TerminalUI

/// The words of reports for people: when, what sample, what state.
struct ReportWords {
  let subject: ReportSubject
  private var fleet: JudgedFleet { subject.fleet }

  init(_ subject: ReportSubject) { self.subject = subject }

  /// `today`, `this week`; once the wall clock has left the bucket `on 19 Nov`, `in the week from 16 Nov`.
  var currentBucket: String {
    let start = CivilDate(fleet.currentStart).dayAndMonth
    if fleet.isCurrent(at: subject.now) { return fleet.window.facts.currentName }
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
      fleet.isCurrent(at: subject.now) ? fleet.window.facts.currentName : CivilDate(fleet.currentStart).dayAndMonth
    case .minute, .hour, .week: fleet.window.rawValue
    }
  }

  /// The judged sample of a series: ``currentBucket``, or `in 2 days`.
  func sample(_ series: JudgedSeries) -> String {
    series.judgedBuckets == 1 ? currentBucket : "in \(fleet.window.counted(series.judgedBuckets))"
  }

  /// `14 days`, `8 weeks`: the shown range.
  var range: String { fleet.window.shownRange }

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

  /// `data 5 s old`, `last event 5 s ago`, or by how much it is ahead of the clock.
  var age: String {
    if case .dataAhead(let seconds) = subject.trust.reason {
      return "data \(AgeText.text(seconds: seconds)) ahead of the clock"
    }
    return subject.ageWords
  }

  /// What numbers do not tell of a row: stalled, missing, idle, off; else nothing.
  func note(_ series: JudgedSeries) -> String {
    switch series.state {
    case .stalled:
      "stalled, \(series.recent?.openWords(at: subject.generatedAt) ?? Self.open(series))"
    case .quiet: series.recent?.paceWords.map { "quiet, " + $0 } ?? "quiet"
    case .over: series.recent.map { "over: \($0.spanWords) \($0.ratioWords)" } ?? "over"
    case .missing: "missing\(lastSeen(series, "reported") { _ in true } ?? "")"
    case .idle: lastSeen(series, "run") { $0.totalRuns > 0 }.map { "idle" + $0 } ?? "idle for \(range)"
    case .off: "off\(lastSeen(series, "run") { $0.totalRuns > 0 } ?? "")"
    case .unread: "not read"
    case .critical, .warning: series.isOfRecent ? series.recent.map { "\($0.spanWords) \($0.ratioWords)" } ?? "" : ""
    case .ok, .few: ""
    }
  }

  /// The last hour of all slots together, where that has to be spoken of, and what is usual then; else nothing.
  func verdicts(_ fleet: JudgedFleet) -> [String] {
    guard fleet.speaksOfRecent, let recent = fleet.global.recent else { return [] }
    let usual = recent.usual == nil ? [] : ["usual \(NumberText.percent(recent.usualCounters))%"]
    let own = fleet.global.judged
    let today = own.totalRuns > 0 ? ["\(sample(fleet.global)) \(NumberText.percent(own))%"] : []
    return ["\(recent.spanWords) \(recent.ratioWords) failed"] + usual + today
  }

  /// `4 of 30 rising: slot-026 slot-019 …`, all of one provider where it is so.
  func rising(_ rising: FailureContributors.Rising) -> String {
    let names = rising.ids.prefix(4).map { TerminalText.neutralised($0) }
    let more = rising.ids.count > names.count ? " …" : ""
    let provider = rising.provider.map { provider in
      let share = provider.count == rising.ids.count ? "all" : NumberText.count(provider.count)
      return ", \(share) \(TerminalText.neutralised(provider.id))"
    }
    return "\(NumberText.count(rising.ids.count)) of \(NumberText.count(rising.of)) rising: "
      + names.joined(separator: " ") + more + (provider ?? "")
  }

  /// `267 of 461 open`: of the jobs received in the judged sample.
  static func open(_ series: JudgedSeries) -> String {
    NumberText.open(series.open, of: series.judged.ingestCount)
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
  /// How many slots are in this state: `3 critical`, `1 few runs`; every digit, since a report has room.
  func counted(_ count: Int) -> String { NumberText.grouped(count) + " " + countedName }
}

extension JudgedFleet {
  /// How many slots are in each state, in the order of ``SlotState/allCases``; states without slots are left out.
  var stateCounts: [(state: SlotState, count: Int)] {
    var counts: [SlotState: Int] = [:]
    for slot in slots { counts[slot.series.state, default: 0] += 1 }
    return SlotState.allCases.compactMap { state in counts[state].map { (state, $0) } }
  }
}
