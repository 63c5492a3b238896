import Foundation
import Testing

@testable import SlotStats

@Suite struct AcknowledgementTests {
  private static let made = Date(timeIntervalSince1970: 1_795_098_725)

  /// What was acknowledged: critical, 20 to 30 %, timeouts.
  private static let then = Trouble(state: .critical, low: 0.2, high: 0.3, kind: .timeouts)

  private static func entry(
    _ slotID: Slot.ID? = "a", until end: Acknowledgement.End = .at(made + 3_600), _ trouble: Trouble = then,
    seen: Acknowledgement.Sighting? = nil, at: Date = made, window: StatsWindow? = .day
  ) -> Acknowledgement {
    Acknowledgement(
      of: slotID, note: "known", by: "ann", at: at, until: end, trouble: trouble, window: window, seen: seen)
  }

  /// One row of the table: what was acknowledged, what is there now, and how it stands.
  struct Row: Sendable, CustomTestStringConvertible {
    var name: String
    var state = SlotState.critical
    var high: Double? = 0.3
    var kind: FailureKind? = .timeouts
    var until = Acknowledgement.End.at(made + 3_600)
    var seen: Acknowledgement.Sighting?
    var window: StatsWindow? = .day
    var now: Trouble
    var after: TimeInterval = 60
    var stands: AcknowledgementStanding

    var testDescription: String { name }
  }

  private static func trouble(
    _ state: SlotState = .critical, low: Double? = 0.2, kind: FailureKind? = .timeouts
  ) -> Trouble {
    Trouble(state: state, low: low, high: low.map { $0 + 0.1 }, kind: kind)
  }

  private static let rows: [Row] = [
    Row(name: "the same goes on", now: trouble(), stands: .holds(nil)),
    Row(name: "it is better, and still marked", now: trouble(.warning, low: 0.06), stands: .holds(nil)),
    Row(name: "a moment before its end", now: trouble(), after: 3_599.9, stands: .holds(nil)),
    Row(name: "at its end", now: trouble(), after: 3_600, stands: .ended(.expired, nil)),
    Row(name: "a clock that jumped far ahead", now: trouble(), after: 1e9, stands: .ended(.expired, nil)),
    Row(name: "a clock that was set back", now: trouble(), after: -1e9, stands: .holds(nil)),
    Row(name: "without an end", until: .recovery, now: trouble(), after: 1e9, stands: .holds(nil)),
    Row(name: "well, first seen", now: trouble(.ok, low: 0), stands: .holds(.recovered)),
    Row(name: "well, seen before", seen: .recovered, now: trouble(.ok, low: 0), stands: .holds(nil)),
    Row(
      name: "well, and that was its end", until: .recovery, now: trouble(.ok), stands: .ended(.recovered, .recovered)),
    Row(
      name: "well, and that was its end before", until: .recovery, seen: .recovered, now: trouble(.ok),
      stands: .ended(.recovered, nil)),
    Row(
      name: "recovered, fails again", seen: .recovered, now: trouble(.warning, low: 0.06),
      stands: .ended(.failsAgain, nil)),
    Row(
      name: "recovered, fails again, without an end", until: .recovery, seen: .recovered, now: trouble(),
      stands: .ended(.failsAgain, nil)),
    Row(
      name: "recovered, gone missing", seen: .recovered, now: trouble(.missing, low: nil),
      stands: .ended(.failsAgain, nil)),
    Row(name: "worse before, as it was now", seen: .worse, now: trouble(), stands: .ended(.wasWorse, nil)),
    Row(name: "worse before, well now", seen: .worse, now: trouble(.ok), stands: .ended(.wasWorse, nil)),
    Row(name: "a low end just at the high end", now: trouble(low: 0.3), stands: .holds(nil)),
    Row(name: "a low end above the high end", now: trouble(low: 0.3001), stands: .ended(.higher, .worse)),
    Row(name: "another kind leads", now: trouble(kind: .errors), stands: .ended(.otherKind, .worse)),
    Row(name: "no kind leads any more", now: trouble(kind: nil), stands: .holds(nil)),
    Row(name: "no kind led", kind: nil, now: trouble(kind: .errors), stands: .holds(nil)),
    Row(name: "a warning turns critical", state: .warning, now: trouble(), stands: .ended(.graver, .worse)),
    Row(name: "what hung fails", state: .stalled, now: trouble(.warning, low: 0.06), stands: .ended(.graver, .worse)),
    Row(name: "what failed hangs", state: .warning, now: trouble(.stalled, low: 0, kind: .errors), stands: .holds(nil)),
    Row(
      name: "what was missing hangs", state: .missing, now: trouble(.stalled, low: 0), stands: .ended(.graver, .worse)),
    Row(
      name: "hangs on, with failures of another kind", state: .stalled, high: 0.01,
      now: trouble(.stalled, low: 0.03, kind: .errors), stands: .holds(nil)),
    Row(name: "gone missing", now: trouble(.missing, low: nil), stands: .holds(nil)),
    Row(name: "judged by another window", window: .hour, now: trouble(low: 0.9, kind: .errors), stands: .holds(nil)),
    Row(name: "a window that nobody said", window: nil, now: trouble(low: 0.9), stands: .ended(.higher, .worse)),
  ]

  @Test(arguments: rows) func holdsUntilItsTimeIsOverOrItRecoveredAndFailsOrIsWorse(row: Row) {
    let then = Trouble(state: row.state, low: 0.1, high: row.high, kind: row.kind)
    let entry = Self.entry(until: row.until, then, seen: row.seen, window: row.window)
    #expect(entry.standing(for: row.now, by: .day, at: Self.made + row.after) == row.stands)
  }

  @Test(arguments: [SlotState.few, .idle, .off, .unread, .missing])
  func whatCannotBeJudgedIsNeitherARecoveryNorWorse(state: SlotState) {
    let now = Trouble(state: state, low: 0.9, high: 1, kind: .errors)
    for end in [Acknowledgement.End.recovery, .at(Self.made + 3_600)] {
      #expect(Self.entry(until: end).standing(for: now, by: .day, at: Self.made) == .holds(nil))
    }
  }

  @Test(arguments: [(22, 20, true), (34, 20, true), (36, 20, false), (45, 20, false), (5, 0, false), (4, 1, true)])
  func anotherKindEndsItOnlyWhereItSurelyLeads(errors: Int, timeouts: Int, holds: Bool) {
    let counters = StatsCounters(success: 20, timeouts: timeouts, errors: errors)
    let now = Trouble(Judging.series(counters))
    #expect(now.kind == .errors)
    let entry = Self.entry("a", until: .recovery, Trouble(state: .critical, low: 0.2, high: 0.9, kind: .timeouts))
    #expect(entry.standing(for: now, by: .day, at: Self.made).holds == holds)
  }

  @Test func theKindOfATroubleIsTheMostFrequentOneEvenWhereNothingIsUnusual() {
    let counters = StatsCounters(success: 60, timeouts: 30, errors: 10, ingestCount: 100)
    let series = Judging.series(counters, counters)
    #expect(series.leadingKind == nil)
    #expect(Trouble(series).kind == .timeouts)
    #expect(Trouble(Judging.series(Judging.counters(0, of: 100))).kind == nil)
  }

  @Test func onlyATroubleCanBeAcknowledged() {
    let troubles = SlotState.allCases.filter(\.isTrouble)
    #expect(Set(troubles).isSuperset(of: [.critical, .warning, .stalled, .missing]))
    #expect(Set(troubles).isDisjoint(with: [.ok, .few, .idle, .off, .unread]))
  }

  @Test func aBookHasOneOfEachSlotInTheOrderOfIDs() {
    var book = AcknowledgementBook()
    for id in ["b", nil, "a", "B", "b"] { book.add(Self.entry(id, until: .recovery)) }
    #expect(book.all.map(\.slotID) == [nil, "B", "a", "b"])
    let withdrawn = [book.withdraw("a"), book.withdraw("a"), book.withdraw(nil)]
    #expect(withdrawn == [true, false, true])
    #expect(book.all.map(\.slotID) == ["B", "b"])
  }

  @Test func whatEndedAMonthAgoLeavesWithTheNextOne() {
    var book = AcknowledgementBook()
    book.add(Self.entry("old", until: .at(Self.made + 3_600)))
    book.add(Self.entry("endless", until: .recovery))
    book.add(Self.entry("next", at: Self.made + 30 * 86_400))
    #expect(book.count == 3)
    book.add(Self.entry("next", at: Self.made + 30 * 86_400 + 3_601))
    #expect(book.all.map(\.slotID) == ["endless", "next"])
  }

  @Test func aBookIsBounded() {
    var book = AcknowledgementBook()
    for number in 0..<AcknowledgementBook.maxCount {
      book.restore(Self.entry("\(number)", until: .recovery))
    }
    let hadRoom = [book.add(Self.entry("one more")), book.add(Self.entry("7"))]
    #expect(hadRoom == [false, true])
    #expect(book["one more"] == nil && book["7"]?.until == .at(Self.made + 3_600))
  }

  @Test func aSightingOfAnEarlierAcknowledgementIsPassedOver() {
    var book = AcknowledgementBook()
    book.add(Self.entry("a"))
    let noted = [
      book.note(AcknowledgementSighting(of: "a", madeAt: Self.made - 1, seen: .worse)),
      book.note(AcknowledgementSighting(of: "b", madeAt: Self.made, seen: .worse)),
      book.note(AcknowledgementSighting(of: "a", madeAt: Self.made, seen: .recovered)),
      book.note(AcknowledgementSighting(of: "a", madeAt: Self.made, seen: .worse)),
    ]
    #expect(noted == [false, false, true, false])
    #expect(book["a"]?.hasRecovered == true)
  }

  @Test func inAFleetThoseOfATroubleThereIsAreInForce() {
    let sick = Judging.counters(30, of: 100)
    let fleet = JudgedFleet(
      Judging.reading([
        (Slot(id: "held"), [sick]), (Slot(id: "worse"), [sick]), (Slot(id: "well"), [Judging.counters(0, of: 100)]),
        (Slot(id: "new"), [sick]), (Slot(id: "idle"), []),
      ]), window: .day, thresholds: .standard)
    let trouble = Trouble(state: .critical, low: 0.2, high: 0.4, kind: .timeouts)
    var book = AcknowledgementBook()
    #expect(book.outcome(in: fleet, at: Self.made) == AcknowledgementBook.Outcome())
    for id in ["held", "well", "idle", "gone"] { book.add(Self.entry(id, until: .recovery, trouble)) }
    book.add(Self.entry("worse", until: .recovery, Trouble(state: .warning, low: 0.05, high: 0.1, kind: .timeouts)))
    let outcome = book.outcome(in: fleet, at: Self.made)
    #expect(outcome.inForce.keys.compactMap { $0 } == ["held"])
    #expect(
      Set(outcome.sightings) == [
        AcknowledgementSighting(of: "worse", madeAt: Self.made, seen: .worse),
        AcknowledgementSighting(of: "well", madeAt: Self.made, seen: .recovered),
      ])
  }

  @Test func itsTextsAreBoundedInUnicodeScalars() {
    var entry = Self.entry(String(repeating: "s", count: 128))
    entry.note = String(repeating: "ü", count: 500)
    entry.by = String(repeating: "a", count: 128)
    #expect(entry.problem == nil)
    entry.note += "\n"
    #expect(entry.problem == "note has 501 characters; it has at most 500")
    entry.by = ""
    #expect(entry.problem == "by is \"\"; it has 1 to 128 characters")
    entry.slotID = ""
    #expect(entry.problem == "slot has 0 characters; a slot id has 1 to 128")
  }

  @Test func saysWhoUntilWhenAndWhy() {
    var entry = Self.entry()
    #expect(entry.words == "acknowledged by ann until 19 Nov 15:32, known")
    #expect(entry.end(offset: 3_600) == "until 19 Nov 16:32")
    (entry.until, entry.note) = (.recovery, "")
    #expect(entry.words == "acknowledged by ann until it recovers")
  }
}
