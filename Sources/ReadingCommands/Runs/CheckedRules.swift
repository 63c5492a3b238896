import FoundationEssentials
import SlotStats
import StateFiles
import StatsReports
import Synchronization

/// The rules of the configuration at one check: which fire, and what a person should know of them.
struct CheckedRules: Sendable {
  /// What came of it.
  struct Outcome: Sendable {
    /// The rules that fire.
    var firing = FiringRules()
    /// What is to be told in the line.
    var notices: [String] = []
    /// Whether it cannot be known of some rule for how long it has held: then nothing says that all is well.
    var isBlind = false
  }

  /// The rules; none where the configuration has none.
  let rules: [AlertRule]
  /// Where it is remembered for how long they have held; `nil` for nowhere.
  let file: RuleMemoryFile?
  /// The wall clock.
  let wall: @Sendable () -> Date

  /// After such a time nobody knows what has been since the last check, in seconds.
  private static let longestPause: TimeInterval = 3_600

  /// Asks the rules of a reading, already judged, with every slot.
  func outcome(of reading: FleetReading, judged fleet: JudgedFleet, trust: TrustWord) async -> Outcome {
    await outcome { observer, contents, now in
      if let contents {
        observer.restore(contents.memory, of: reading.slots, savedAt: contents.savedAt, wall: now, uptime: .zero)
      }
      observer.look(at: reading, judged: { fleet }, trust: trust, wall: now, uptime: .zero)
      return (observer.evaluator, observer.unmatchedGlobs().map(\.words))
    } needsMemory: { rule in
      guard rule.holdSeconds > 0 || rule.keepSeconds > 0 else { return false }
      return FleetEvidence(reading, judged: fleet, trust: trust).reach(of: rule.test) == 0
    }
  }

  /// Asks them of a source that cannot be read.
  func outcomeOfLoss() async -> Outcome {
    await outcome { _, contents, now in
      var evaluator = RuleEvaluator(rules)
      if let contents {
        // What is known of the slots is kept for the time after.
        let known = contents.memory.compactMap { entry -> Slot.ID? in
          if case .slot(let id) = entry.subject { id } else { nil }
        }
        evaluator.watch(Array(Set(known)).sorted())
        evaluator.restore(contents.memory, savedAt: contents.savedAt, wall: now, uptime: .zero)
      }
      _ = evaluator.evaluate(LostSource(at: now), changed: nil, wall: now, uptime: .zero)
      return (evaluator, [])
    } needsMemory: {
      $0.holdSeconds > 0
    }
  }

  private func outcome(
    _ look: @escaping @Sendable (inout RuleObserver, RuleMemoryFile.Contents?, Date) -> (RuleEvaluator, [String]),
    needsMemory: (AlertRule) -> Bool
  ) async -> Outcome {
    if rules.isEmpty { return Outcome() }
    let now = wall()
    let rules = rules
    let kept = Mutex<(RuleEvaluator, [String])?>(nil)
    let ask = { @Sendable (contents: RuleMemoryFile.Contents?) -> RuleMemoryFile.Contents in
      var observer = RuleObserver(rules)
      let found = look(&observer, contents.map { Self.known($0, at: now) }, now)
      kept.withLock { $0 = found }
      return RuleMemoryFile.Contents(memory: found.0.memory, savedAt: now)
    }
    var outcome = Outcome()
    do {
      if let file { try await file.replace(ask) } else { _ = ask(nil) }
    } catch {
      outcome.notices.append((error as? RuleMemoryFile.Failure)?.line ?? ErrorWords.text(error))
      outcome.isBlind = rules.contains(where: needsMemory)
      if kept.withLock({ $0 == nil }) { _ = ask(nil) }
    }
    guard let (evaluator, unmatched) = kept.withLock({ $0 }) else { return outcome }
    outcome.firing = FiringRules(evaluator.active)
    outcome.notices += unmatched
    return outcome
  }

  /// What was remembered: the time since counts for nothing where there was no check for long.
  private static func known(_ contents: RuleMemoryFile.Contents, at now: Date) -> RuleMemoryFile.Contents {
    guard now.timeIntervalSince(contents.savedAt) > longestPause else { return contents }
    var contents = contents
    for place in contents.memory.indices { contents.memory[place].wasKnown = false }
    return contents
  }
}
