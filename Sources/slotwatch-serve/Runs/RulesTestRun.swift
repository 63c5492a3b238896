import FoundationEssentials
import ReadingCommands
import SlotStats
import TerminalUI

/// A replay of the rules over the past, printed.
struct RulesTestRun: Sendable {
  /// The source, and how far back.
  let past: PastRun
  /// Whether neighbouring rules are tried too.
  let isTuning: Bool
  /// What it prints to.
  let program: Program

  /// Replays and prints.
  /// - Returns: the exit status.
  /// - Throws: what cannot be read or written.
  func run(_ format: ReplayFormat) throws(CommandFailure) -> Int32 {
    let reading = try past.reading()
    let listing = try listing(reading)
    program.progress?(ProgressLine.clear)
    for line in listing.unmatched { program.errors("\(Program.name): \(TerminalText.neutralised(line))\n") }
    try program.print(listing.text(format))
    return ExitStatus.done.rawValue
  }

  private func listing(_ reading: FleetReading) throws(CommandFailure) -> ReplayListing {
    let (rules, thresholds, isTuning) = (past.rules, past.settings.thresholds, isTuning)
    let progress = ReplayProgress(program.progress, slots: reading.slots.count, clock: past.source.clocks.monotonic)
    let found = try past.result(reading) { history in
      let plan = ReplayPlan(history)
      let replay = RuleReplay(rules, plan: plan, thresholds: thresholds)
      let result = try await history.replay([replay]) { progress.show($0, "replaying") }
      let tuning =
        isTuning
        ? try await RuleTuning.tune(rules, over: history, plan: plan, thresholds: thresholds) {
          progress.show($0, "trying neighbours")
        } : []
      return (result[0], tuning)
    }
    return ReplayListing(
      found.0, tuning: found.1, source: past.source.label, areBuiltIn: past.areBuiltIn,
      thresholds: past.settings.thresholds.standard, unmatched: Self.unmatched(rules, reading.slots))
  }

  private static func unmatched(_ rules: [AlertRule], _ slots: [Slot]) -> [String] {
    var evaluator = RuleEvaluator(rules)
    evaluator.watch(slots.map(\.id))
    return evaluator.unmatchedGlobs().map { "\"\($0.glob)\" of rule \"\($0.rule)\" fits no slot; it looks at none." }
  }
}

/// How many slots of a replay are done, in one line that is written over; nothing while it takes no time.
struct ReplayProgress: Sendable {
  private let write: (@Sendable (String) -> Void)?
  private let slots: Int
  private let clock: ContinuousClock
  private let started: ContinuousClock.Instant

  private static let patience: Duration = .milliseconds(500)

  /// The progress through so many slots, told through `write`, or not at all.
  init(_ write: (@Sendable (String) -> Void)?, slots: Int, clock: ContinuousClock) {
    (self.write, self.slots, self.clock) = (write, slots, clock)
    started = clock.now
  }

  /// Tells that so many slots are done; of many slots each hundredth is told.
  func show(_ done: Int, _ what: String) {
    guard let write, done % max(1, slots / 100) == 0, clock.now - started >= Self.patience else { return }
    let line = "\(what): slot \(NumberText.grouped(done + 1)) of \(NumberText.grouped(slots))"
    write(ProgressLine.over(line, columns: ProgressLine.columns))
  }
}
