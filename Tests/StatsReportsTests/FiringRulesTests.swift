import Foundation
import SlotStats
import Testing

@testable import StatsReports

@Suite struct FiringRulesTests {
  private func alert(
    _ name: String, _ subject: AlertSubject, _ severity: AlertSeverity = .page, isFiring: Bool = true
  ) -> ActiveAlert {
    let rule = AlertRule(
      name: name, when: subject == .source ? .stale : .critical, scope: subject == .all ? .all : .slots(.every),
      severity: severity)
    let since = SmallFleet.generatedAt
    return ActiveAlert(
      rule: rule, subject: subject, phase: isFiring ? .firing(since: since) : .pending(since: since), began: since)
  }

  private let fine = [(Slot(id: "a"), [SmallFleet.bucket(ok: 100)]), (Slot(id: "b"), [SmallFleet.bucket(ok: 100)])]

  private func line(_ alerts: ActiveAlert..., slots: [Slot.ID] = [], ignoring: [SlotGlob] = []) -> CheckLine {
    CheckLine(SmallFleet.subject(fine), slots: slots, ignoring: ignoring, firing: FiringRules(alerts))
  }

  @Test func aPageIsCriticalAndANoticeAWarning() {
    let page = line(alert("down", .slot("a")))
    #expect(page.status == .critical)
    #expect(page.text.hasPrefix("SLOTWATCH CRITICAL - 2 ok - firing: down (a) - all "), "\(page.text)")
    let notice = line(alert("down", .all, .notice))
    #expect(notice.status == .warning)
    #expect(notice.text.hasPrefix("SLOTWATCH WARNING - 2 ok - firing: down (all slots together) - all "))
  }

  @Test func onlyWhatFiresCounts() {
    #expect(line(alert("down", .slot("a"), isFiring: false)) == line())
  }

  @Test func theWorseOfBothCounts() {
    let sick = SmallFleet.subject(SmallFleet.mixed)
    let line = CheckLine(sick, firing: FiringRules([alert("down", .slot("b-sick"), .notice)]))
    #expect(line.status == .critical)
  }

  @Test func namesPagesFirstAndAFewOfEach() {
    let alerts =
      [alert("n", .slot("z"), .notice), alert("p", .slot("a")), alert("p", .slot("b"))]
      + (1...5).map { alert("q", .slot("s\($0)")) } + [alert("x", .slot("a"), .notice), alert("y", .source, .notice)]
    #expect(FiringRules(alerts).words == "firing: p (a, b), q (s1, s2, s3 and 2 more), n (z) and 2 more rules")
  }

  @Test func whatIsNotJudgedDoesNotCount() throws {
    let glob = try #require(SlotGlob("a"))
    #expect(line(alert("down", .slot("a")), ignoring: [glob]).status == .ok)
    #expect(line(alert("down", .slot("a")), slots: ["b"]).status == .ok)
    #expect(line(alert("down", .slot("b")), slots: ["b"]).status == .critical)
    #expect(line(alert("old", .source), slots: ["b"]).status == .critical)
  }

  @Test func whatIsAcknowledgedDoesNotCount() {
    var subject = SmallFleet.subject(SmallFleet.mixed)
    var book = AcknowledgementBook()
    for id in ["b-sick", nil] {
      book.add(
        Acknowledgement(
          of: id, note: "known", by: "ann", at: subject.now, until: .recovery,
          trouble: Trouble(state: .critical, low: 0.2, high: 0.9, kind: .providerErrors), window: .day))
    }
    subject.acknowledge(book)
    let rules = FiringRules([alert("down", .slot("b-sick")), alert("all", .all)])
    #expect(CheckLine(subject, firing: rules) == CheckLine(subject))
  }

  @Test func aRuleIsMoreThanNothingKnown() {
    let unknown = CheckLine.unknown("gone", firing: FiringRules([alert("lost", .source, .notice)]))
    #expect((unknown.status, unknown.text) == (.warning, "SLOTWATCH WARNING - gone - firing: lost"))
    let old = SmallFleet.subject(fine, age: 86_400)
    #expect(CheckLine(old).status == .unknown)
    #expect(CheckLine(old, firing: FiringRules([alert("stale", .source)])).status == .critical)
  }

  @Test func namesFromOutsideEndNoLine() {
    #expect(line(alert("a|b;c\nd", .slot("a"))).text.contains("firing: a¦b,c"))
    #expect(!line(alert("a|b\nd", .slot("a"))).text.contains("\n"))
  }

  @Test func whereItIsNotKnownWhatFiresNothingIsOK() {
    #expect(CheckLine(SmallFleet.subject(fine), isBlind: true).status == .unknown)
    #expect(CheckLine(SmallFleet.subject(SmallFleet.mixed), isBlind: true).status == .critical)
  }
}
