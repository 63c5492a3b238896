#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Looks at one reading of a source after another by rules: what a server, a check and a dashboard do alike.
package struct RuleObserver: Sendable {
  /// One look: a judged reading, and what is known by it.
  package struct Look: Sendable {
    /// The judged reading.
    package let fleet: JudgedFleet
    /// What rules were asked by.
    package let evidence: FleetEvidence
    fileprivate let version: UInt64
    fileprivate let minute: Int
    fileprivate let trust: TrustWord

    /// Whether the source could not be read.
    package var isLost: Bool { trust == .lost }
  }

  /// What decides; its state is that of the last look.
  package private(set) var evaluator: RuleEvaluator
  /// The slots of the last look, in the order of the reading.
  package private(set) var slots: [Slot.ID] = []
  private var places: [Slot.ID: Int] = [:]
  private var seen: Look?
  private var hasNewSlots = false

  /// An observer that has seen nothing yet.
  package init(_ rules: [AlertRule]) { evaluator = RuleEvaluator(rules) }

  /// Looks at a reading. What cannot have changed since the last look is not looked at.
  /// - Parameters:
  ///   - reading: the reading.
  ///   - judged: the same, judged by any window, with every slot; asked for where it is needed.
  ///   - trust: whether it can be believed; where it is lost, all but that is a gap.
  ///   - wall: the wall clock.
  ///   - uptime: the monotonic clock, from wherever it begins.
  /// - Returns: what was looked at, perhaps at an earlier look.
  @discardableResult package mutating func look(
    at reading: FleetReading, judged: () -> JudgedFleet, trust: TrustWord, wall: Date, uptime: Duration
  ) -> Look {
    let minute = MinuteCounts.number(reading.generatedAt)
    let isSame = seen.map { $0.version == reading.version && $0.minute == minute && $0.trust == trust } ?? false
    if let seen, isSame, !evaluator.hasPending { return seen }
    let fleet = judged()
    take(reading.slots)
    let evidence = FleetEvidence(reading, judged: fleet, trust: trust)
    _ = evaluator.evaluate(
      evidence, changed: isSame ? [] : changed(in: reading, minute, trust), wall: wall, uptime: uptime)
    let look = Look(
      fleet: fleet, evidence: evidence, version: reading.version, minute: minute, trust: trust)
    seen = look
    return look
  }

  /// Goes on with what another one knew when it last looked, before the first look at a reading with `slots`.
  package mutating func restore(_ memory: [AlertMemory], of slots: [Slot], savedAt: Date, wall: Date, uptime: Duration)
  {
    take(slots)
    evaluator.restore(memory, savedAt: savedAt, wall: wall, uptime: uptime)
  }

  /// The patterns that fit no slot and that were not told of before.
  package mutating func unmatchedGlobs() -> [UnmatchedGlob] {
    guard hasNewSlots else { return [] }
    hasNewSlots = false
    return evaluator.unmatchedGlobs()
  }

  /// What a rule looks at, of an alert about this slot, or about all together or the source; `nil` where it is not there.
  package func target(of rule: AlertRule, slotID: Slot.ID?) -> AlertTarget? {
    guard let slotID else { return rule.test.condition.isOfSource ? .source : .all }
    return places[slotID].map { .slot(at: $0) }
  }

  private mutating func take(_ slots: [Slot]) {
    let ids = slots.map(\.id)
    guard ids != self.slots else { return }
    evaluator.watch(ids)
    self.slots = ids
    hasNewSlots = true
    places = Dictionary(zip(ids, ids.indices)) { first, _ in first }
  }

  /// The places of the slots that may differ from those of the last look; `nil` for all.
  private func changed(in reading: FleetReading, _ minute: Int, _ trust: TrustWord) -> [Int]? {
    guard let seen, let difference = reading.difference, difference.since == seen.version, seen.minute == minute,
      seen.trust == trust
    else { return nil }
    return difference.slots.compactMap { places[$0] }
  }
}

extension RuleEvaluator {
  /// Whether anything is pending, or may end with time alone.
  fileprivate var hasPending: Bool { watches.contains { $0.firedAt == nil || !$0.seen.holds } }
}

extension UnmatchedGlob {
  /// `rule "night" fits no slot with "slot-9*"`; what stands in it was written by people and is to be neutralised.
  package var words: String { "rule \"\(rule)\" fits no slot with \"\(glob)\"" }
}
