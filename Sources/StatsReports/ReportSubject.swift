import FoundationEssentials
import SlotStats

/// What a report tells of: one judged reading by one window, with where it comes from and whether it can be believed.
package struct ReportSubject: Sendable {
  /// The source as a machine would name it again, such as `data/panel.snapshot.json`. Holds no secret.
  package let source: String
  /// The source as a heading names it, such as `panel.snapshot.json`.
  package let label: String
  /// The judged statistics.
  package private(set) var fleet: JudgedFleet
  /// Whether the numbers of rows belong to the judged sample or to the whole shown range.
  package let scope: StatsScope
  /// The instant that the data describes.
  package let generatedAt: Date
  /// When the source was read, by the wall clock.
  package let readAt: Date
  /// When the newest event happened, of a source that knows its events and has one.
  package let newestEventAt: Date?
  /// How far the source's own clock is ahead, in seconds, where it is known to be wrong; negative where it is behind.
  let clockLead: TimeInterval?
  /// Whether the data can be believed: `live` or `stale`.
  package let trust: Trust
  /// The wall clock.
  package let now: Date
  /// How long ago the data's instant is, in seconds, where the report is of the past; `nil` where it is of now.
  package let pastAge: TimeInterval?
  /// What a person should know of the data, in one line that may hold text from outside.
  package private(set) var notice: String?
  /// The acknowledgements that are in force, by slot; the key `nil` is all slots together.
  package private(set) var acknowledgements: [Slot.ID?: Acknowledgement] = [:]
  /// What the newest failures of slots say, of those that it was read of.
  package var messages: [Slot.ID: FailureMessages] = [:]

  /// Judges `reading` for a report. `staleAfter` is the age in seconds that was chosen as too old; `nil` leaves it to
  /// the source. A report of the past is told by the clock of then.
  package init(
    _ reading: FleetReading, window: StatsWindow, scope: StatsScope, thresholds: ThresholdRules, source: String,
    label: String, staleAfter: TimeInterval?, now: Date, isPast: Bool = false
  ) {
    self.source = source
    self.label = label
    self.scope = scope
    pastAge = isPast ? now.timeIntervalSince(reading.generatedAt) : nil
    let now = isPast ? reading.generatedAt : now
    self.now = now
    fleet = JudgedFleet(reading, window: window, thresholds: thresholds)
    generatedAt = reading.generatedAt
    readAt = reading.readAt
    newestEventAt = reading.newestEventAt
    clockLead = reading.clockLead
    notice = reading.notice
    trust = Trust(
      now: now, generatedAt: reading.generatedAt, staleAfter: StaleAfter(chosen: staleAfter, of: reading),
      silence: Silence(reading, fleet.global.recent))
  }

  /// The worst of all slots together and of each that is not acknowledged.
  var worstState: SlotState {
    fleet.slots.reduce(isAcknowledged(nil) ? .ok : fleet.global.state) { worst, slot in
      isAcknowledged(slot.id) ? worst : worst.graver(slot.series.state)
    }
  }

  /// Whether the source has minutes, and so tells of the last hour.
  package var hasRecent: Bool { fleet.minute != nil }

  /// Whether the source has a slot of this id.
  package func hasSlot(_ id: Slot.ID) -> Bool { fleet.slots.contains { $0.id == id } }

  /// Leaves out all slots but these; all slots together stay what they were.
  package mutating func keep(_ ids: Set<Slot.ID>) { fleet = fleet.keeping { ids.contains($0.id) } }

  /// Leaves out the slots whose ids are so; all slots together stay what they were.
  mutating func leaveOut(_ isLeftOut: (Slot.ID) -> Bool) { fleet = fleet.keeping { !isLeftOut($0.id) } }

  /// Takes what of `book` is in force now as acknowledged: it leaves the verdict and the counts.
  package mutating func acknowledge(_ book: AcknowledgementBook) {
    acknowledgements = book.outcome(in: fleet, at: now).inForce
  }

  /// Adds to what a person should know.
  package mutating func add(notice more: String) { notice = notice.map { "\($0); \(more)" } ?? more }

  /// The seconds from the data's instant to now; 0 for data from the future.
  package var dataAge: TimeInterval { max(0, now.timeIntervalSince(generatedAt)) }

  /// `data 5 s old`; of a source that knows its events, `last event 5 s ago`.
  var ageWords: String {
    if let pastAge { return "\(AgeText.text(seconds: pastAge)) ago" }
    if let newestEventAt { return AgeText.lastEvent(secondsAgo: now.timeIntervalSince(newestEventAt)) }
    return "data \(AgeText.text(seconds: dataAge)) old"
  }

  /// `LIVE`, and `PAST` of what is past.
  var trustWords: String { pastAge == nil ? trust.word.rawValue.uppercased() : "PAST" }

  /// The slots by id, in the order of code points: what other programs sort texts by.
  var slotsByID: [JudgedSlot] { fleet.slots.sorted { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) } }
}
