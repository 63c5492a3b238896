#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a replay of rules over the past of a whole fleet found.
package struct ReplayResult: Sendable {
  /// The rules that were replayed.
  package let rules: [AlertRule]
  /// By which buckets each was judged, ascending; none for a rule of which nothing kept tells.
  package let parts: [[ReplayPart]]
  /// When they would have fired, by the time they fired, then by rules.
  package let stretches: [AlertStretch]
  /// What was asked about, up to the end of what is known.
  package let range: Range<Date>
  /// For how many seconds of it somebody counted.
  package let knownSeconds: TimeInterval

  /// As given.
  package init(
    rules: [AlertRule], parts: [[ReplayPart]], stretches: [AlertStretch], range: Range<Date>,
    knownSeconds: TimeInterval
  ) {
    (self.rules, self.parts, self.range, self.knownSeconds) = (rules, parts, range, knownSeconds)
    self.stretches = stretches.sorted { ($0.firedAt, $0.rule) < ($1.firedAt, $1.rule) }
  }

  /// How often something happens in a week that came `count` times while somebody counted; `nil` where nobody did.
  package func perWeek(_ count: Int) -> Double? {
    knownSeconds > 0 ? Double(count) * StatsWindow.week.length / knownSeconds : nil
  }

  /// The stretches of rules that page.
  package var pages: [AlertStretch] { stretches.filter { rules[$0.rule].severity == .page } }

  /// What came of one rule, by its place.
  package func total(ofRuleAt place: Int) -> RuleTotal {
    RuleTotal(stretches.filter { $0.rule == place }, until: range.upperBound)
  }
}

/// What came of one rule in a replay.
package struct RuleTotal: Hashable, Sendable {
  /// How often it fired.
  package let alerts: Int
  /// For how many slots; all slots together are one.
  package let subjects: Int
  /// For how many seconds it fired in the middle of all times; `nil` where it never did.
  package let medianSeconds: TimeInterval?
  /// For how many seconds it fired at most.
  package let longestSeconds: TimeInterval?

  /// What came of the rule of some stretches.
  package init(_ stretches: [AlertStretch], until end: Date) {
    let seconds = stretches.map { $0.seconds(until: end) }.sorted()
    alerts = stretches.count
    subjects = Set(stretches.map(\.subject)).count
    medianSeconds = seconds.isEmpty ? nil : (seconds[(seconds.count - 1) / 2] + seconds[seconds.count / 2]) / 2
    longestSeconds = seconds.last
  }
}

extension FleetHistory {
  /// Replays rules over every active slot and all together.
  /// - Parameters:
  ///   - replays: the rules, with what is judged by; each is replayed over each slot while that one is in hand.
  ///   - progress: is told how many slots are done.
  /// - Returns: what each of `replays` found.
  /// - Throws: what cannot be read.
  package func replay(
    _ replays: [RuleReplay], progress: (Int) -> Void = { _ in }
  ) async throws -> [ReplayResult] {
    var found = replays.map { _ in [AlertStretch]() }
    try await forEachSeries(progress: progress) { subject, _, _, series in
      for (place, replay) in replays.enumerated() { found[place] += replay.stretches(of: subject, series) }
    }
    return zip(replays, found).map { replay, stretches in
      ReplayResult(
        rules: replay.rules, parts: replay.rules.map { replay.plan.parts(of: $0.test) }, stretches: stretches,
        range: range, knownSeconds: knownSeconds(replay.plan))
    }
  }

  /// Goes through the past of all slots together, and then of every active slot; one is in hand at a time.
  /// - Parameters:
  ///   - progress: is told how many slots are done.
  ///   - body: gets whom it is about, the slot if it is one, what is kept of it, and the same to be judged.
  /// - Throws: what cannot be read.
  func forEachSeries(
    progress: (Int) -> Void, _ body: (AlertSubject, Slot?, SlotHistory, SeriesReplay) -> Void
  ) async throws {
    let reported = SeriesReplay.Reported(global)
    body(.all, nil, global, SeriesReplay(global, reported))
    for (done, slot) in slots.enumerated() where slot.isActive {
      try Task.checkCancellation()
      progress(done)
      let past = try await history(of: slot.id)
      body(.slot(slot.id), slot, past, SeriesReplay(past, reported))
    }
  }

  /// For how long somebody counted, in all parts together.
  private func knownSeconds(_ plan: ReplayPlan) -> TimeInterval {
    let all = SeriesReplay(global, SeriesReplay.Reported(global))
    return plan.recent.reduce(0) { sum, part in
      let steps = all.steps(part, by: .standard)
      return sum
        + steps.judgements.indices.reduce(0) { sum, place in
          steps.judgements[place] == nil ? sum : sum + steps.end(place).timeIntervalSince(steps.start(place))
        }
    }
  }
}
