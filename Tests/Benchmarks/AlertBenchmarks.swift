import Foundation
import SlotStats

/// What a tick costs the rules: 20 of them over many slots, of which one in a hundred changes. A slot in a thousand fires.
let alertBenchmarks: [Benchmark] = [1_000, 10_000].flatMap { slots in
  [
    Benchmark("rules: a tick, 1% of \(slots) slots changed", repetitions: 10) {
      let evaluator = watching(slots: slots)
      let changed = (0..<10).map { turn in (0..<slots / 100).map { ($0 * 100 + turn * 7) % slots } }
      return Benchmark.Work(ours: { times in
        var evaluator = evaluator
        for turn in 0..<times { keep(tick(&evaluator, changed: changed[turn % 10], turn: turn + 1)) }
      })
    },
    Benchmark("rules: a tick, nothing changed, \(slots) slots", repetitions: 10) {
      let evaluator = watching(slots: slots)
      return Benchmark.Work(ours: { times in
        var evaluator = evaluator
        for turn in 0..<times { keep(tick(&evaluator, changed: [], turn: turn + 1)) }
      })
    },
    Benchmark("rules: a tick of a new minute, \(slots) slots", repetitions: 3) {
      let evaluator = watching(slots: slots)
      return Benchmark.Work(ours: { times in
        var evaluator = evaluator
        for turn in 0..<times { keep(tick(&evaluator, changed: nil, turn: (turn + 1) * 12)) }
      })
    },
    Benchmark("rules: the first tick, \(slots) slots", repetitions: 1) {
      let rules = manyRules
      let ids = slotIDs(slots)
      return Benchmark.Work(ours: { times in
        for _ in 0..<times {
          var evaluator = RuleEvaluator(rules)
          evaluator.watch(ids)
          keep(tick(&evaluator, changed: nil, turn: 0))
        }
      })
    },
  ]
}

/// One slot in a thousand fails, and has for an hour.
private struct FailingSlots: RuleEvidence {
  let instant: Date

  func reach(of test: AlertTest) -> Int { 60 }

  func holds(_ test: AlertTest, _ target: AlertTarget, stepsBack: Int) -> Bool? {
    if case .slot(let place) = target { place % 1_000 == 7 } else { false }
  }
}

private let manyRules = (0..<20).map { number in
  let selection = try? SlotSelection(["slot-*", "!slot-\(number)9*"])
  return AlertRule(
    name: "rule \(number)", when: AlertCondition.allCases[number % 6], holdSeconds: number % 3 * 300,
    keepSeconds: number % 2 * 600, scope: .slots(selection ?? .every))
}

private func slotIDs(_ count: Int) -> [Slot.ID] { (0..<count).map { "slot-\($0)" } }

private func watching(slots: Int) -> RuleEvaluator {
  var evaluator = RuleEvaluator(manyRules)
  evaluator.watch(slotIDs(slots))
  keep(tick(&evaluator, changed: nil, turn: 0))
  return evaluator
}

/// A tick five seconds after the one before.
private func tick(_ evaluator: inout RuleEvaluator, changed: [Int]?, turn: Int) -> [AlertTransition] {
  let seconds = Double(turn) * 5
  let instant = FleetMaker.instant.addingTimeInterval(seconds)
  return evaluator.evaluate(
    FailingSlots(instant: instant), changed: changed, wall: instant, uptime: .seconds(seconds))
}

/// Keeps the optimiser from leaving work out.
@inline(never)
private func keep(_ value: some Any) {}
