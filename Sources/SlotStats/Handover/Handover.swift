#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What one shift leaves to the next: what was wrong and is, what is known of it, and how far the data can be trusted.
/// Nothing of it is a cause.
package struct Handover: Sendable {
  /// How things are at the end.
  package struct Present: Sendable {
    /// All slots, judged.
    package let fleet: JudgedFleet
    /// Whether the reading can be believed.
    package let trust: TrustWord
    /// When the newest event happened, of a source that knows its events.
    package let newestEventAt: Date?
    /// The instant, up to which people's notes and marks belong to it: they may be newer than the data.
    package let at: Date

    /// As given.
    package init(fleet: JudgedFleet, trust: TrustWord, newestEventAt: Date?, at: Date) {
      (self.fleet, self.trust, self.newestEventAt, self.at) = (fleet, trust, newestEventAt, at)
    }
  }

  /// What the source is called.
  package let source: String
  /// What could not be read for it, and why; may hold text from outside.
  package var notices: [String] = []
  /// The while that it tells of; it ends with the instant that the data describes.
  package let range: Range<Date>
  /// By which buckets the while was judged, ascending.
  package let parts: [ReplayPart]
  /// The rules that were replayed.
  package let rules: [AlertRule]
  /// What was wrong, by the time it began.
  package let incidents: [Incident]
  /// When data does not tell how things were, by time.
  package let blind: [BlindSpan]
  /// What somebody knew of and noted, with its end.
  package let acknowledgements: [Acknowledgement]
  /// What was marked in that while, by time.
  package let marks: [Mark]
  /// How things are now.
  package let now: Present

  /// The instant that the data describes.
  package var instant: Date { range.upperBound }
  /// How many slots there are.
  package var slotCount: Int { now.fleet.slots.count }

  /// How far before the while it is looked for what had begun by then, in seconds.
  package static let lookedBack: TimeInterval = 86_400

  /// What is to be handed over.
  /// - Parameters:
  ///   - history: what the source keeps of the while and of ``lookedBack`` before it.
  ///   - span: the length of the while in seconds.
  ///   - rules: the rules by which incidents are found.
  ///   - thresholds: by what slots are judged.
  ///   - now: how things are.
  ///   - source: what the source is called.
  ///   - acknowledgements: those that there are.
  ///   - marks: those that there are.
  ///   - progress: is told how many slots are done.
  /// - Throws: what cannot be read.
  package init(
    _ history: FleetHistory, span: TimeInterval, rules: [AlertRule], thresholds: ThresholdRules, now: Present,
    source: String, acknowledgements: AcknowledgementBook, marks: [Mark] = [], progress: (Int) -> Void = { _ in }
  ) async throws {
    let end = history.range.upperBound
    range = end.addingTimeInterval(-span)..<end
    let plan = ReplayPlan(history)
    parts = plan.recent.filter { $0.range.upperBound > end.addingTimeInterval(-span) }
    (self.rules, self.now, self.source) = (rules, now, source)
    var found: [SlotIncident] = []
    try await history.forEachSeries(progress: progress) { subject, slot, past, series in
      let replay = RuleReplay(rules, plan: plan, thresholds: thresholds)
      let stretches = replay.stretches(of: subject, series)
      guard !stretches.isEmpty else { return }
      let search = IncidentSearch(
        history: past, slot: slot, subject: subject, rules: rules, thresholds: thresholds.own(subject),
        known: history.range)
      found += search.incidents(stretches)
    }
    let begin = range.lowerBound
    let told = found.filter { ($0.to.map { $0 > begin } ?? true) && $0.isWorthTelling(rules) }
    incidents = Incident.grouped(told)
    blind = BlindSpan.all(in: history.global, plan: plan, range: range)
    self.acknowledgements = acknowledgements.all.filter { $0.at <= now.at && !$0.hasEnded(before: begin) }
    self.marks = marks.filter { $0.at >= begin && $0.at <= now.at }.sorted { $0.at < $1.at }
  }
}
