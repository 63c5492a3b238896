#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A handover as entries of a word and a sentence: what a screen and a text show alike. Names, notes and marks came from
/// outside; whoever shows them neutralises them.
package struct HandoverWords {
  /// One entry.
  package struct Entry: Hashable, Sendable {
    /// What stands before it: when, or what it is about; empty where it goes on with the entry above.
    package let label: String
    /// The sentence.
    package let text: String

    /// An entry.
    package init(_ label: String, _ text: String) { (self.label, self.text) = (label, text) }
  }

  private let handover: Handover

  /// The words of a handover.
  package init(_ handover: Handover) { self.handover = handover }

  /// All of it.
  package var entries: [Entry] { incidents + rest }

  /// What is not an incident; also that there was none.
  package var rest: [Entry] {
    none
      + [
        section("acknowledged", handover.acknowledgements.map(acknowledged)),
        section("marked", handover.marks.map { "\(time($0.at)) \($0.text)" }),
        section("not trusted", handover.blind.map(blind)),
        section("notice", handover.notices),
      ].flatMap(\.self) + [present] + worst + [Entry("not known", "cause; what was retried")]
  }

  private func section(_ label: String, _ texts: [String]) -> [Entry] {
    texts.enumerated().map { Entry($0 == 0 ? label : "", $1) }
  }

  // MARK: Head

  /// `prod, 28 Nov 2026 21:14 UTC, LIVE, last event 2 s ago`.
  package var title: String {
    let date = CivilDate(handover.instant)
    let age = handover.now.newestEventAt.map {
      ", " + AgeText.lastEvent(secondsAgo: handover.instant.timeIntervalSince($0))
    }
    return "\(handover.source), \(date.dayAndMonth) \(date.year) \(date.time) UTC, "
      + handover.now.trust.rawValue.uppercased() + (age ?? "")
  }

  /// `the last 8h, from 13:14, judged by minute`: what it tells of.
  package var spanWords: String {
    let span = DurationText.text(seconds: Int(handover.instant.timeIntervalSince(handover.range.lowerBound)))
    return "the last \(span), from \(time(handover.range.lowerBound)), \(judgedWords)"
  }

  private var judgedWords: String {
    guard let newest = handover.parts.last else { return "of which nothing is kept" }
    let words = "judged by \(newest.grain.window.rawValue)"
    if !newest.grain.window.isWithinDay { return words + ": this source has no hours" }
    guard handover.parts.count > 1, let older = handover.parts.first else { return words }
    return "\(words), before \(time(newest.range.lowerBound)) by \(older.grain.window.rawValue)"
  }

  // MARK: Incidents

  /// That there was no incident, or that nobody knows.
  private var none: [Entry] {
    if !handover.incidents.isEmpty { return [] }
    return [Entry("incidents", handover.parts.isEmpty ? "not known" : "none by these rules")]
  }

  private var incidents: [Entry] {
    handover.incidents.flatMap { incident in
      let lines = [head(incident), figures(incident), rule(incident)].filter { !$0.isEmpty }
      return section(span(incident), lines)
    }
  }

  /// `20:42–21:05`, `since 20:42`, `before 13:14–15:02`, `since before 13:14`.
  package func span(_ incident: Incident) -> String {
    let before = incident.isFromBefore ? "before " : ""
    let from = before + time(incident.from)
    return incident.to.map { "\(from)–\(time($0))" } ?? "since \(from)"
  }

  /// `4 of 30 slots: slot-004 slot-011 slot-019 slot-026, provider errors 55 of 58`.
  package func head(_ incident: Incident) -> String {
    [who(incident), what(incident)].filter { !$0.isEmpty }.joined(separator: ", ")
  }

  /// The most slots that are named.
  private static let mostNamed = 12

  /// `4 of 30 slots: slot-004 slot-011`; one slot with its name.
  package func who(_ incident: Incident) -> String {
    if incident.isOfAll { return "all slots together" }
    let slots = incident.parts.compactMap(\.slot).sorted { $0.id < $1.id }
    if slots.count == 1 { return slots[0].name == slots[0].id ? slots[0].id : "\(slots[0].id) \(slots[0].name)" }
    let provider = incident.providerID.map { " of \($0)" } ?? ""
    let named = slots.prefix(Self.mostNamed).map(\.id).joined(separator: " ")
    let more = slots.count > Self.mostNamed ? " and \(slots.count - Self.mostNamed) more" : ""
    return
      "\(NumberText.count(slots.count)) of \(NumberText.count(handover.slotCount)) slots\(provider): \(named)\(more)"
  }

  /// `provider errors 55 of 58`, or what else was wrong.
  package func what(_ incident: Incident) -> String {
    let counters = incident.counters
    switch incident.sort {
    case .failing:
      guard let kind = incident.leadingKind else { return "failing" }
      let (own, all) = (kind.count(in: counters), counters.shownFailures)
      return "\(kind.label) \(NumberText.count(own)) of \(NumberText.count(all))"
    case .quiet: return "quiet: \(NumberText.count(counters.totalRuns)) runs in it"
    case .stalled:
      return
        "nothing finished: \(NumberText.count(counters.ingestCount)) came in, \(NumberText.count(counters.totalRuns)) ended"
    case .missing: return "not reported"
    }
  }

  /// `35.2% failed (58/165), usual 1.8%, 55 over usual; peak 92.0% (23/25) in 15 min from 20:50; over`.
  package func figures(_ incident: Incident) -> String {
    guard incident.sort == .failing else { return incident.to == nil ? "goes on" : "over" }
    let counters = incident.counters
    var text = ratio(counters, "failed")
    if let usual = incident.usual {
      let over = Int(max(0, Double(counters.shownFailures) - incident.expected).rounded())
      text += ", usual \(percent(usual))%, \(NumberText.count(over)) over usual"
    }
    if let peak = incident.peak {
      let span = DurationText.text(seconds: Int(peak.seconds))
      text += "; peak \(ratio(peak.counters, "")) in \(span) from \(time(peak.start))"
    }
    return text + (incident.to == nil ? "; still failing" : "; over")
  }

  /// `rule "critical", runbook https://…`: by what it was found.
  package func rule(_ incident: Incident) -> String {
    let rules = incident.rules.map { handover.rules[$0] }
    let names = rules.map { "\"\($0.name)\"" }.joined(separator: ", ")
    let books = Set(rules.compactMap(\.runbook)).sorted().joined(separator: " ")
    return "rule\(rules.count == 1 ? "" : "s") \(names)" + (books.isEmpty ? "" : ", runbook \(books)")
  }

  private func ratio(_ counters: StatsCounters, _ word: String) -> String {
    let counts = "\(NumberText.count(counters.shownFailures))/\(NumberText.runs(counters))"
    return "\(NumberText.percent(counters))%\(word.isEmpty ? "" : " " + word) (\(counts))"
  }

  private func percent(_ ratio: Double) -> String {
    NumberText.percent(failures: Int((ratio * 1e6).rounded()), runs: 1_000_000)
  }

  // MARK: The rest

  /// `slot-007 critical, acknowledged by ann until 30 Nov 09:00, #231`.
  package func acknowledged(_ entry: Acknowledgement) -> String {
    let since = entry.seen.map { ", \($0.rawValue) since" } ?? ""
    return "\(entry.slotID ?? "all slots together") \(entry.state.rawValue)\(since), \(entry.words)"
  }

  /// `20:22–21:02 no events for 40 min, usual 750 runs`.
  package func blind(_ span: BlindSpan) -> String {
    let length = AgeText.text(seconds: span.range.upperBound.timeIntervalSince(span.range.lowerBound))
    let times = "\(time(span.range.lowerBound))–\(time(span.range.upperBound))"
    switch span.reason {
    case .nobodyCounted: return "\(times) nobody counted for \(length)"
    case .silence(let usual):
      return "\(times) no runs for \(length), usual \(NumberText.count(Int(min(usual.rounded(), 1e15))))"
    }
  }

  private var present: Entry {
    let fleet = handover.now.fleet
    let states = SlotState.allCases.compactMap { state -> String? in
      let count = fleet.slots.count { $0.series.state == state }
      return count == 0 ? nil : "\(NumberText.count(count)) \(state.countedName)"
    }
    return Entry("now", states.isEmpty ? "no slots" : states.joined(separator: ", "))
  }

  /// The most marked slots that are named.
  private static let mostWorst = 5

  /// A line for each of the worst marked slots.
  private var worst: [Entry] {
    let marked = handover.now.fleet.slots.filter(\.series.state.isMarked)
    let ordered = marked.sorted { $0.series.state.gravity < $1.series.state.gravity }
    let lines = ordered.prefix(Self.mostWorst).map(state)
    let left = marked.count - lines.count
    return (lines + (left > 0 ? ["and \(NumberText.count(left)) more that are marked"] : [])).map { Entry("", $0) }
  }

  /// `slot-004 critical: last hour 39.1% (18/46), today 2.0% (22/1,091)`.
  package func state(_ slot: JudgedSlot) -> String {
    let (series, window) = (slot.series, handover.now.fleet.window)
    let recent = series.recent.map { "\($0.spanWords) \($0.ratioWords), " } ?? ""
    return "\(slot.id) \(series.state.rawValue): \(recent)\(window.facts.currentName) \(ratio(series.judged, ""))"
  }

  /// `20:42`, with its date on another day than that of the handover.
  package func time(_ instant: Date) -> String {
    let (date, today) = (CivilDate(instant), CivilDate(handover.instant))
    return date.isoDate == today.isoDate ? date.time : "\(date.dayAndMonth) \(date.time)"
  }
}
