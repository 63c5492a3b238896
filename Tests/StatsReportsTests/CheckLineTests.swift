import Foundation
import SlotStats
import Testing

@testable import StatsReports

@Suite struct CheckLineTests {
  /// A slot with a sample of today, and perhaps one of yesterday.
  private func slot(_ id: String, _ failed: Int, of runs: Int, yesterday: (Int, Int)? = nil) -> (Slot, [StatsMetric]) {
    var metrics = yesterday.map { [SmallFleet.bucket(ago: 1, ok: $0.1 - $0.0, provider: $0.0)] } ?? []
    metrics.append(SmallFleet.bucket(ok: runs - failed, provider: failed))
    return (Slot(id: id), metrics)
  }

  private func line(_ slots: [(Slot, [StatsMetric])], slot id: String? = nil) -> CheckLine {
    let subject = SmallFleet.subject(slots)
    return id.map { CheckLine(subject, slot: $0) } ?? CheckLine(subject)
  }

  @Test func writesTheLineOfTheDesignedScreen() {
    let slots = [
      slot("slot-001", 6, of: 42), slot("slot-003", 5, of: 43), slot("slot-004", 8, of: 41),
      slot("slot-006", 5, of: 30), slot("slot-007", 13, of: 36), slot("slot-008", 3, of: 25),
      slot("slot-009", 3, of: 18, yesterday: (1, 9)), slot("slot-010", 3, of: 59), slot("slot-011", 16, of: 30),
    ]
    let line = CheckLine(
      SmallFleet.subject(slots, global: [SmallFleet.bucket(ok: 333, timeouts: 69, open: 3)]))
    #expect(line.status == .critical)
    #expect(
      line.text == """
        SLOTWATCH CRITICAL - 3 critical, 4 warning: slot-011 53.3% (16/30), slot-007 36.1% (13/36), slot-004 19.5% \
        (8/41) - all 17.2% (69/402) day 2026-11-19, data 5 s old | ratio=17.16%;;;0;100 ratio_low=13.79%;5;10;0;100 \
        runs=402;;;0 failed=69;;;0 open=3;;;0 slots_critical=3;;;0 slots_warning=4;;;0
        """)
  }

  @Test func whatNobodyCountsHasNoValue() {
    func text(_ unknown: CounterSet) -> String {
      var bucket = SmallFleet.bucket(ok: 90, provider: 10)
      bucket.counters.unknown = unknown
      return CheckLine(SmallFleet.subject([(Slot(id: "a"), [bucket])], global: [bucket])).text
    }
    #expect(text([]).contains(" runs=100;;;0 failed=10;;;0 open=0;;;0 "))
    #expect(text(.ingestCount).contains(" runs=100;;;0 failed=10;;;0 slots_"))
    #expect(!text(.success).contains("runs=") && !text(.success).contains("open="))
    #expect(!text(.failures).contains("failed="))
  }

  @Test func judgesSeveralSlotsAndTheWorstWins() {
    let subject = SmallFleet.subject([
      slot("a", 12, of: 110), slot("b", 0, of: 900), slot("c", 50, of: 60), slot("d", 1, of: 900),
    ])
    let both = CheckLine(subject, slots: ["a", "b"])
    #expect(both.status == .warning)
    #expect(both.text.hasPrefix("SLOTWATCH WARNING - 1 warning: a 10.9% (12/110)"))
    #expect(
      both.text.hasSuffix(
        " | slots_critical=0;;;0 slots_warning=1;;;0 a_ratio=10.91%;;;0;100 a_ratio_low=6.35%;5;10;0;100 "
          + "b_ratio=0.00%;;;0;100 b_ratio_low=0.00%;5;10;0;100"))
    #expect(CheckLine(subject, slots: ["b", "c"]).status == .critical)
    #expect(CheckLine(subject, slots: ["b", "d"]).text.hasPrefix("SLOTWATCH OK - 2 ok"))
    #expect(CheckLine(subject, slots: ["a", "a"]).text == CheckLine(subject, slot: "a").text)
    #expect(CheckLine(subject, slots: ["b", "none"]).status == .unknown)
  }

  @Test func warnsWithoutACriticalSlot() {
    let line = line([slot("a", 12, of: 110), slot("b", 0, of: 900)])
    #expect(line.status == .warning)
    #expect(line.text.hasPrefix("SLOTWATCH WARNING - 1 warning: a 10.9% (12/110) - all 1.2% (12/1010) day 2026-11-19,"))
  }

  @Test func namesCriticalSlotsBeforeWarnings() {
    // Few runs make a wide interval: the higher ratio is only a warning.
    let line = line([slot("high", 5, of: 24), slot("low", 80, of: 500), slot("fine", 0, of: 9000)])
    #expect(line.text.hasPrefix("SLOTWATCH CRITICAL - 1 critical, 1 warning: low 16.0% (80/500), high 20.8% (5/24) - "))
  }

  @Test func saysWhenOnlyAllTogetherAreOver() {
    let line = line((0..<30).map { slot("s\($0)", 3, of: 30) })
    #expect(line.status == .warning)
    #expect(line.text.hasPrefix("SLOTWATCH WARNING - all slots together - all 10.0% (90/900) day"))
    #expect(line.text.hasSuffix("slots_critical=0;;;0 slots_warning=0;;;0"))
  }

  @Test func countsStatesWhereNothingIsWrong() {
    let line = line([
      slot("a", 1, of: 90), slot("b", 0, of: 3), (Slot(id: "c"), []), (Slot(id: "d", isActive: false), []),
    ])
    #expect(line.status == .ok)
    #expect(
      line.text.hasPrefix(
        "SLOTWATCH OK - 1 ok, 1 with too few runs to judge, 1 idle, 1 off - all 1.1% (1/93) day 2026-11-19, "))
  }

  @Test func eventsThatEndedBeforeTheShownRangeAreNotWell() {
    let slots = [(Slot(id: "c"), []), (Slot(id: "d", isActive: false), [])] as [(Slot, [StatsMetric])]
    let silent = CheckLine(SmallFleet.subject(slots, newestEventAge: 20 * 86_400))
    #expect(silent.status == .unknown)
    #expect(
      silent.text.hasPrefix(
        "SLOTWATCH UNKNOWN - 1 idle, 1 off - all no runs (0/0 3d), nothing reported for 14 days, day 2026-11-19, "))
    // A snapshot may list slots that never had anything to do, and one that is off is not waited for.
    #expect(line(slots).status == .ok)
    #expect(CheckLine(SmallFleet.subject([slots[1]], newestEventAge: 20 * 86_400)).status == .ok)
  }

  @Test func saysWhereTooFewRunsAllowNoJudgement() {
    let fleet = line([slot("a", 1, of: 3)])
    #expect(fleet.status == .ok)
    #expect(
      fleet.text.hasPrefix(
        "SLOTWATCH OK - 1 with too few runs to judge - all 33.3% (1/3 3d) too few runs to judge, day 2026-11-19,"))
    let single = line([slot("a", 1, of: 3)], slot: "a")
    #expect(single.text.hasPrefix("SLOTWATCH OK - a 33.3% (1/3 3d) too few runs to judge, day 2026-11-19,"))
  }

  @Test func warnsOfAStalledSlot() {
    let slots = [(Slot(id: "stuck"), [SmallFleet.bucket(ok: 30, open: 70)]), slot("b", 0, of: 400)]
    let line = line(slots)
    #expect(line.status == .warning)
    #expect(line.text.hasPrefix("SLOTWATCH WARNING - 1 warning: stuck 0.0% (0/30) stalled, 70 of 100 open - all 0.0%"))
    #expect(line.text.contains("open=70;;;0"))
  }

  @Test func judgesOneSlotAlone() {
    let slots = [slot("a", 6, of: 20), slot("b", 400, of: 500)]
    let line = line(slots, slot: "a")
    #expect(line.status == .critical)
    #expect(
      line.text == """
        SLOTWATCH CRITICAL - a 30.0% (6/20) day 2026-11-19, data 5 s old | ratio=30.00%;;;0;100 \
        ratio_low=14.54%;5;10;0;100 runs=20;;;0 failed=6;;;0 open=0;;;0
        """)
  }

  @Test func leavesOutWhatHasNoValue() {
    let line = line([(Slot(id: "a"), []), (Slot(id: "d", isActive: false), [])], slot: "d")
    #expect(line.status == .ok)
    #expect(
      line.text.hasPrefix(
        "SLOTWATCH OK - d off, not judged, day 2026-11-19, data 5 s old | runs=0;;;0 failed=0;;;0 open=0;;;0"))
  }

  @Test(arguments: [
    ("idle", [], "idle idle, no runs (0/0 3d), day 2026-11-19, data 5 s old"),
    ("fine", [SmallFleet.bucket(ok: 30)], "fine 0.0% (0/30) day 2026-11-19, data 5 s old"),
  ])
  func isOkWithoutAVerdictAgainstTheSlot(id: String, metrics: [StatsMetric], text: String) {
    let line = line([(Slot(id: id), metrics)], slot: id)
    #expect(line.status == .ok)
    #expect(line.text.hasPrefix("SLOTWATCH OK - \(text) | "))
  }

  @Test func absenceIsNeverOK() {
    let gone = (Slot(id: "gone"), [SmallFleet.bucket(ago: 5, ok: 30)])
    let one = line([gone], slot: "gone")
    #expect(one.status == .unknown)
    #expect(one.text.hasPrefix("SLOTWATCH UNKNOWN - gone missing, no runs (0/0 3d), day 2026-11-19, data 5 s old | "))
    let among = line([gone, slot("a", 0, of: 50)])
    #expect(among.status == .unknown && among.text.contains("1 missing (gone)"))
    #expect(line([gone, slot("a", 40, of: 50)]).status == .critical)
    #expect(line([]).status == .unknown)
    #expect(line([slot("a", 0, of: 50), (Slot(id: "off", isActive: false), gone.1)]).status == .ok)
  }

  @Test func doesNotKnowASlotThatIsNotThere() {
    let line = line([slot("a", 0, of: 50)], slot: "nope|\n")
    #expect(line.status == .unknown)
    #expect(line.text == "SLOTWATCH UNKNOWN - No slot \"nope¦ \" in \"stats.json\", slotwatch report lists the slots.")
  }

  @Test(arguments: [
    (301, "SLOTWATCH UNKNOWN - data 5 min old in \"stats.json\", the source has stopped."),
    (-90, "SLOTWATCH UNKNOWN - data 90 s ahead of the clock in \"stats.json\", set the clocks right."),
  ])
  func doesNotKnowFromStaleData(age: TimeInterval, text: String) {
    let subject = SmallFleet.subject([slot("a", 90, of: 100)], age: age)
    #expect(CheckLine(subject).status == .unknown)
    #expect(CheckLine(subject).text == text)
    #expect(CheckLine(subject, slot: "a").status == .unknown)
  }

  @Test func aSaturatedSumHasTheRatioThatItsTextTells() {
    let half = StatsCounters(success: .max, timeouts: .max, ingestCount: .max)
    let text = line([(Slot(id: "half"), [StatsMetric(.day, start: SmallFleet.today, counters: half)])]).text
    #expect(text.contains("50.0% (9223372036854775807/9223372036854775807+)"), "\(text)")
    #expect(text.contains("| ratio=50.00%;;;0;100 "), "\(text)")
  }

  @Test func aWrongClockIsCalledAWrongClock() {
    let line = CheckLine(SmallFleet.subject([slot("a", 0, of: 100)], age: 7_200, clockLead: -7_195))
    #expect(line.status == .unknown)
    #expect(line.text.contains("data 2 h old in \"stats.json\", the source's clock is behind, set the clocks right."))
    #expect(!line.text.contains("stopped"))
  }

  @Test func takesTheSourcesRefreshIntervalAsItsMeasure() {
    let slots = [slot("a", 0, of: 100)]
    #expect(CheckLine(SmallFleet.subject(slots, refreshInterval: 600, age: 1200)).status == .ok)
    #expect(CheckLine(SmallFleet.subject(slots, refreshInterval: 10, age: 21)).status == .unknown)
    #expect(CheckLine(SmallFleet.subject(slots, staleAfter: 30, refreshInterval: 10, age: 21)).status == .ok)
  }

  @Test func saysWhenTheLastEventCameOfASourceThatKnows() {
    let slots = [slot("a", 0, of: 100)]
    let text = CheckLine(SmallFleet.subject(slots, newestEventAge: 130)).text
    #expect(text.contains("day 2026-11-19, last event 2 min ago | "))
    let silent = CheckLine(SmallFleet.subject(slots, staleAfter: 120, newestEventAge: 130))
    #expect(silent.status == .unknown)
    #expect(silent.text.contains("last event 2 min ago in \"stats.json\", look at what publishes events"))
    #expect(CheckLine(SmallFleet.subject(slots, staleAfter: 131, newestEventAge: 130)).status == .ok)
  }

  @Test func keepsNamesFromEndingTheTextOrTheLine() {
    let text = line([slot("a|b\u{301}\n|\u{301}=1;2", 50, of: 100)]).text
    #expect(text.unicodeScalars.count { $0 == "|" } == 1)
    #expect(!text.unicodeScalars.contains("\n"))
  }

  @Test func quotesNamesOfSlotsWhereTheyNeedIt() {
    let ids = ["a b", "it's", "a=b", "a = b", "a;b|c", "eu::web", "plain"]
    let slots = ids.map { slot($0, 0, of: 100) } + [(Slot(id: "idle"), [])]
    let data = CheckLine(SmallFleet.subject(slots), slots: slots.map(\.0.id)).text.split(separator: "|").last ?? ""
    let labels = [
      "'a b_ratio'=0", " it’s_ratio=0", " a:b_ratio=0", "'a : b_ratio'=0", " a,b¦c_ratio=0", " eu:web_ratio=0",
      " plain_ratio=0",
    ]
    for label in labels { #expect(data.contains(label), "\(data)") }
    #expect(!data.contains("idle") && !data.contains("=U"))
  }

  // MARK: What monitoring systems keep

  /// Slots with ids of 128 characters.
  private func long(_ count: Int, failed: Int = 40) -> [(Slot, [StatsMetric])] {
    (0..<count).map { slot("slot-\(1000 + $0)-" + String(repeating: "語", count: 118), failed, of: 100) }
  }

  @Test func hasNoSemicolonInItsText() {
    for line in [line([slot("a;b", 40, of: 50), slot("c", 0, of: 50)]), line([slot("a;b", 0, of: 50)]), line([])] {
      #expect(!line.text.prefix { $0 != "|" }.contains(";"), "\(line.text)")
    }
    #expect(!CheckLine.unknown("No source; give one").text.contains(";"))
  }

  @Test(arguments: [CheckLine.Limit.usual, .brief], [0, 40]) func staysWithinItsLimit(
    limit: CheckLine.Limit, failed: Int
  ) {
    for count in [1, 2, 9, 60] {
      let slots = long(count, failed: failed)
      for ids in [[], slots.map(\.0.id)] {
        let line = CheckLine(SmallFleet.subject(slots), slots: ids, limit: limit)
        #expect(line.text.utf8.count <= limit.rawValue)
        #expect(line.status == (failed == 0 ? .ok : .critical))
        #expect(line.text.contains("runs=") || line.text.contains("slots_critical="))
      }
    }
    #expect(CheckLine.unknown(String(repeating: "語", count: 9_000), limit: limit).text.hasSuffix("…"))
    #expect(CheckLine.unknown(String(repeating: "語", count: 9_000), limit: limit).text.utf8.count <= limit.rawValue)
  }

  @Test func cutsWholeSlotsAndKeepsTheWorst() {
    let slots = (0..<60).map { slot("slot-\(100 + $0)", $0 == 41 ? 90 : 0, of: 100) }
    let line = CheckLine(SmallFleet.subject(slots), slots: slots.map(\.0.id), limit: .brief).text
    #expect(line.utf8.count > 900)
    let data = line.split(separator: "|").last?.split(separator: " ") ?? []
    #expect(data[2].hasPrefix("slot-141_ratio=90.00%") && data[3].hasPrefix("slot-141_ratio_low="))
    #expect(data.allSatisfy { $0.split(separator: ";", omittingEmptySubsequences: false).count >= 4 })
    let kept = (data.count - 2) / 2
    #expect(line.contains("data 5 s old … \(60 - kept) slots left out | slots_critical=1;;;0 "), "\(line)")
    #expect(!CheckLine(SmallFleet.subject(slots), slots: ["slot-100", "slot-101"], limit: .brief).text.contains("…"))
  }

  // MARK: What is left out

  @Test func leavesOutSlotsThatAreIgnored() throws {
    let globs = try ["sick*", "gone"].map { try #require(SlotGlob($0)) }
    let gone = (Slot(id: "gone"), [SmallFleet.bucket(ago: 5, ok: 30)])
    let subject = SmallFleet.subject([slot("sick-1", 40, of: 50), gone, slot("a", 0, of: 9_000)])
    #expect(CheckLine(subject).status == .critical)
    let line = CheckLine(subject, ignoring: globs)
    #expect(line.status == .ok)
    #expect(line.text.hasPrefix("SLOTWATCH OK - 1 ok, 2 ignored - all 0.4% (40/9050) day "), "\(line.text)")
    #expect(line.text.hasSuffix(" slots_critical=0;;;0 slots_warning=0;;;0"))
    // Whoever asks for a slot is answered.
    #expect(CheckLine(subject, slots: ["sick-1"], ignoring: globs).status == .critical)
    #expect(
      CheckLine(subject, ignoring: [try #require(SlotGlob("a"))]).text.contains("sick-1 80.0% (40/50), 1 ignored"))
  }

  @Test func allSlotsTogetherStayWhereAllAreIgnored() throws {
    let all = [try #require(SlotGlob("*"))]
    #expect(CheckLine(SmallFleet.subject([slot("a", 40, of: 50)]), ignoring: all).status == .critical)
    let fine = CheckLine(SmallFleet.subject([slot("a", 0, of: 50)]), ignoring: all)
    #expect(fine.status == .ok && fine.text.hasPrefix("SLOTWATCH OK - no slots, 1 ignored - all 0.0% (0/50)"))
    #expect(CheckLine(SmallFleet.subject([]), ignoring: all).status == .unknown)
    let gone = SmallFleet.subject([(Slot(id: "a"), [SmallFleet.bucket(ago: 9, ok: 100)])])
    #expect(CheckLine(gone, ignoring: all).status == .unknown)
  }

  @Test func namesBucketsThatWereLeftOut() {
    let notice = "left out: 2 buckets begin after the data, first 2026-11-20 at $.windows.day.slots[\"a;|\"]"
    let subject = SmallFleet.subject([slot("a", 0, of: 50)], notice: notice)
    let wanted =
      "data 5 s old, left out: 2 buckets begin after the data, first 2026-11-20 at $.windows.day.slots[\"a,¦\"] |"
    #expect(CheckLine(subject).text.contains(wanted))
    #expect(CheckLine(subject, slot: "a").text.contains(wanted))
  }

  @Test func marksSumsThatMayHaveBeenMore() {
    let huge = StatsMetric(
      .day, start: SmallFleet.today, counters: StatsCounters(success: .max, errors: 5, ingestCount: .max))
    let text = line([(Slot(id: "a"), [huge])], slot: "a").text
    #expect(text.contains("a <0.1% (5/9223372036854775807+) day"), "\(text)")
    #expect(text.contains("runs=9223372036854775807;;;0 failed=5;;;0"))
  }

  @Test func writesThresholdsAsTheyWereGiven() throws {
    let thresholds = try #require(Thresholds(warning: 0.075, critical: 0.07 * 3, minRuns: 20))
    let text = CheckLine(SmallFleet.subject([slot("a", 1, of: 100)], thresholds: ThresholdRules(thresholds))).text
    #expect(text.contains("ratio_low=0.17%;7.5;21;0;100"))
  }

  @Test func judgesASlotByItsOwnThresholds() throws {
    let own = try #require(Thresholds(warning: 0.4, critical: 0.6, minRuns: 20))
    let subject = SmallFleet.subject(
      [slot("a", 50, of: 100), slot("b", 0, of: 900)], thresholds: ThresholdRules(.standard, overrides: ["a": own]))
    #expect(CheckLine(subject, slot: "a").status == .warning)
    #expect(CheckLine(subject, slot: "a").text.contains(";40;60;0;100"))
    #expect(CheckLine(subject, slot: "b").text.contains(";5;10;0;100"))
    #expect(CheckLine(subject).status == .warning)
    #expect(CheckLine(subject).text.contains(";5;10;0;100"))
  }

  @Test func namesTheWeek() {
    let metrics = [SmallFleet.bucket(.week, ok: 100)]
    let text = CheckLine(SmallFleet.subject([(Slot(id: "a"), metrics)], window: .week)).text
    #expect(text.contains("all 0.0% (0/100) week 2026-11-16, data 5 s old"))
  }

  @Test func whatWasNotReadIsNeverOKAndNamed() {
    var reading = SmallFleet.reading(
      [slot("a", 0, of: 900), (Slot(id: "b"), [])], notice: "1 of 2 slots not read: /api/stats/b: is | wrong")
    func line(_ ids: [String]? = nil) -> CheckLine {
      let subject = ReportSubject(
        reading, window: .day, scope: .current, thresholds: .standard, source: "p", label: "p", staleAfter: nil,
        now: SmallFleet.generatedAt)
      return ids.map { CheckLine(subject, slots: $0) } ?? CheckLine(subject)
    }
    reading.gaps = ReadGaps(old: [.day: ["b": ReadGaps.Old(readAt: nil, cause: "/api/stats/b: is | wrong")]])
    #expect(line().status == .unknown)
    #expect(line().text.hasPrefix("SLOTWATCH UNKNOWN - 1 ok, 1 not read (b)"))
    #expect(line().text.contains("1 of 2 slots not read: /api/stats/b: is ¦ wrong | ratio="))
    #expect(line(["b"]).status == .unknown)
    #expect(line(["a"]).status == .ok)
  }
}
