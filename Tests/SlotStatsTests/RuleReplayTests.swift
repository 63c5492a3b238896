import Foundation
import SlotStatsTesting
import Testing

@testable import SlotStats

@Suite struct RuleReplayTests {
  private static let minutes: TimeInterval = 60

  private func replay(
    _ past: WrittenPast, last seconds: TimeInterval = 14 * 86_400, _ rules: [AlertRule] = AlertRule.standard
  ) async throws -> ReplayResult {
    let history = past.fleet(last: seconds)
    let replay = RuleReplay(rules, plan: ReplayPlan(history), thresholds: .standard)
    return try await history.replay([replay])[0]
  }

  private func one(_ other: @escaping WrittenPast.Count) -> WrittenPast {
    WrittenPast(slots: [(Slot(id: "a"), WrittenPast.usual(other))])
  }

  private static let critical = [AlertRule(name: "c", when: .critical, holdSeconds: 300, severity: .page)]

  /// Everything fails from so many minutes ago to so many.
  private func outage(_ range: Range<Int>) -> WrittenPast {
    one { range.contains($0) ? WrittenPast.counters(1, of: 1) : nil }
  }

  // MARK: Steps

  @Test func everyMinuteIsJudgedAsADashboardWouldHave() {
    let past = one { ago in
      switch ago {
      case 100..<130: WrittenPast.counters(1, of: 1)
      case 200..<260: WrittenPast.counters(0, of: 0, ingest: 1)
      default: nil
      }
    }
    let history = past.history(of: past.slots[0].count)
    let replay = SeriesReplay(history, SeriesReplay.Reported(history))
    let part = ReplayPart(.minutes, from: WrittenPast.at(400), to: WrittenPast.now)!
    let steps = replay.steps(part, by: .standard)
    var found: Set<SlotState> = []
    for (place, judgement) in steps.judgements.enumerated() {
      let instant = steps.end(place).addingTimeInterval(30)
      let series = RecentSeries(minutes: history[.minute], hours: history[.hour], at: instant)
      let reported = RecentReading.reported(history[.minute].map { MinuteCounts.number($0.periodStart) }, at: instant)
      let judge = RecentJudge(RecentReading(global: series, bySlot: [:], reported: reported, at: instant))
      #expect(judgement?.state == judge.state(series, minutesAgo: 1, by: .standard), "\(place)")
      let comparison = judge.comparison(series, minutesAgo: 1, by: .standard)
      #expect(judgement?.sample == comparison.sample && judgement?.usual == comparison.rest, "\(place)")
      if let judgement { found.insert(judgement.state) }
    }
    #expect(found.isSuperset(of: [.ok, .critical, .stalled, .quiet]))
  }

  @Test func whatCameLaterChangesNoStep() {
    let before = outage(500..<530)
    let after = one { ago in
      if (500..<530).contains(ago) { return WrittenPast.counters(1, of: 1) }
      return ago < 400 ? WrittenPast.counters(1, of: 1) : nil
    }
    func steps(_ past: WrittenPast) -> [StepJudgement?] {
      let history = past.history(of: past.slots[0].count)
      let part = ReplayPart(.minutes, from: WrittenPast.at(600), to: WrittenPast.at(400))!
      return SeriesReplay(history, SeriesReplay.Reported(history)).steps(part, by: .standard).judgements
    }
    #expect(steps(before) == steps(after))
  }

  // MARK: Stretches

  @Test func tellsWhenARuleWouldHaveFiredAndForHowLong() async throws {
    let result = try await replay(outage(600..<640), Self.critical)
    let found = try #require(result.stretches.first)
    #expect(result.stretches.count == 1 && found.subject == .slot("a") && found.window == .minute)
    // Of the 60 jobs of an hour 7 must have failed, and then for five minutes more.
    let began = WrittenPast.at(640).timeIntervalSince(found.began) / -Self.minutes
    #expect((9...13).contains(began), "\(began)")
    #expect(found.firedAt.timeIntervalSince(found.began) == 300)
    let ended = try #require(found.endedAt)
    #expect(ended > WrittenPast.at(600) && ended < WrittenPast.at(530))
  }

  @Test func aFlickerFiresNothing() async throws {
    // Some minutes over the threshold, and under it again before the rule's five.
    let flicker = one { ago in
      if (600..<612).contains(ago) { return WrittenPast.counters(1, of: 1) }
      return (588..<600).contains(ago) ? WrittenPast.counters(0, of: 20) : nil
    }
    let atOnce = [AlertRule(name: "c", when: .critical, severity: .page)]
    #expect(try await replay(flicker, atOnce).stretches.count == 1)
    #expect(try await replay(flicker, Self.critical).stretches.isEmpty)
  }

  @Test func whatStillFiresHasNoEnd() async throws {
    let found = try #require(try await replay(outage(1..<40), Self.critical).stretches.first)
    #expect(found.endedAt == nil)
    #expect(found.seconds(until: WrittenPast.now) > 15 * Self.minutes)
  }

  @Test func aGapInTheMiddleNeitherFiresNorResolves() async throws {
    func past(gap: Range<Int>) -> WrittenPast {
      let count = WrittenPast.usual { (500..<700).contains($0) ? WrittenPast.counters(1, of: 1) : nil }
      let torn: WrittenPast.Count = { gap.contains($0) ? nil : count($0) }
      return WrittenPast(slots: [(Slot(id: "a"), torn)])
    }
    let whole = try await replay(past(gap: 0..<0), Self.critical)
    let torn = try await replay(past(gap: 560..<620), Self.critical)
    #expect(whole.stretches.count == 1 && torn.stretches.count == 1)
    #expect(torn.stretches.first?.firedAt == whole.stretches.first?.firedAt)
    #expect(torn.knownSeconds < whole.knownSeconds)
  }

  @Test func hoursTellOfWhatMinutesNoLongerDo() async throws {
    let fourDays = 4 * 1_440
    let result = try await replay(outage(fourDays..<fourDays + 120), Self.critical)
    let found = try #require(result.stretches.first)
    #expect(result.stretches.count == 1 && found.window == .hour)
    #expect(abs(found.began.timeIntervalSince(WrittenPast.at(fourDays + 120))) <= 3_600)
    #expect(result.parts[0].map(\.grain) == [.hours, .minutes])
    #expect(result.parts[0][0].range.upperBound == result.parts[0][1].range.lowerBound)
  }

  @Test func whatFiresAcrossThemIsOne() async throws {
    let edge = 42 * 60
    let result = try await replay(outage(edge - 200..<edge + 200), Self.critical)
    #expect(result.stretches.count == 1)
    #expect(result.stretches.first?.window == .hour && result.stretches.first?.endedAt != nil)
  }

  @Test func aSourceOfDaysIsJudgedByThem() async throws {
    var past = outage(3 * 1_440..<6 * 1_440)
    past.windows = [.day]
    let result = try await replay(past, Self.critical)
    let found = try #require(result.stretches.first)
    #expect(result.stretches.count == 1 && found.window == .day)
    #expect(result.parts[0].map(\.grain) == [.own(.day)])
  }

  @Test func aSourcesOwnConditionsAreNotKept() async throws {
    let result = try await replay(outage(1..<2), [AlertRule(name: "l", when: .lost)])
    #expect(result.parts == [[]] && result.stretches.isEmpty)
  }

  @Test func aYoungSourceIsJudgedFromItsFirstMinute() async throws {
    var past = outage(1..<60)
    past.days = 1
    past.slots[0].count = { $0 > 180 ? nil : WrittenPast.counters($0 <= 60 ? 1 : 0, of: 1) }
    let result = try await replay(past, Self.critical)
    #expect(result.stretches.count == 1 && result.parts[0].map(\.grain) == [.minutes])
  }

  // MARK: Totals

  @Test func countsPagesAWeekOfTheTimeThatIsKnown() async throws {
    let day = 1_440
    let result = try await replay(
      one { ago in
        [3 * day, 6 * day, 9 * day].contains { ($0..<$0 + 180).contains(ago) } ? WrittenPast.counters(1, of: 1) : nil
      }, Self.critical + [AlertRule(name: "n", when: .critical)])
    #expect(result.pages.count == 3)
    let weeks = try #require(result.perWeek(3))
    #expect(abs(weeks - 1.5) < 0.05)
    let total = result.total(ofRuleAt: 0)
    #expect(total.alerts == 3 && total.subjects == 1)
    #expect(try #require(total.medianSeconds) >= 7_200)
  }

  @Test func slotsThatARuleDoesNotLookAtAreLeftOut() async throws {
    var past = outage(600..<640)
    past.slots.append((Slot(id: "b"), past.slots[0].count))
    past.slots.append((Slot(id: "c", isActive: false), past.slots[0].count))
    let rule = AlertRule(
      name: "c", when: .critical, scope: .slots(SlotSelection(included: [], excluded: [try #require(SlotGlob("a"))])))
    #expect(try await replay(past, [rule]).stretches.map(\.subject) == [.slot("b")])
    let all = [AlertRule(name: "c", when: .critical, scope: .all)]
    #expect(try await replay(past, all).stretches.map(\.subject) == [.all])
  }

  // MARK: Tuning

  @Test func neighboursFireMoreOrLess() async throws {
    let past = one { ago in (600..<640).contains(ago) ? WrittenPast.counters(ago % 4 == 0 ? 1 : 0, of: 1) : nil }
    let history = past.fleet(last: 14 * 86_400)
    let plan = ReplayPlan(history)
    let tuned = try await RuleTuning.tune(
      AlertRule.standard, over: history, plan: plan, thresholds: .standard)
    #expect(tuned.map(\.rule) == [0, 1, 2, 3, 4])
    let critical = tuned[0].rows
    #expect(critical.count == 12 && critical.count { $0.choice.isCurrent } == 1)
    func alerts(_ scale: Double, _ hold: Int) -> Int? {
      critical.first { $0.choice.thresholdScale == scale && $0.choice.rule.holdSeconds == hold }?.total.alerts
    }
    #expect(alerts(2, 300) == 0 && (alerts(0.5, 300) ?? 0) >= 1)
    #expect((alerts(0.5, 0) ?? 0) >= (alerts(0.5, 600) ?? 0))
    let current = try await history.replay([RuleReplay(AlertRule.standard, plan: plan, thresholds: .standard)])[0]
    for tuned in tuned {
      #expect(tuned.rows.first { $0.choice.isCurrent }?.total == current.total(ofRuleAt: tuned.rule))
    }
    #expect(tuned[1].rows.contains { $0.choice.rule.test.factor == 3 })
  }
}
