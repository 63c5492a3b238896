/// What a series says of one rule.
struct RuleSeries: Hashable, Sendable {
  /// Whether the condition holds at the newest step that the data tells of; `nil` where it tells of none.
  var newest: Bool?
  /// Whether the rule fires.
  var decision: LastingSteps.Decision

  init(now: Bool?, decision: LastingSteps.Decision) {
    newest = now
    self.decision = decision
  }

  /// Whether the rule fires by the series.
  var isFiring: Bool {
    if case .firing = decision { return true }
    return false
  }
}

/// Since when a condition holds, and since when its rule fires, in steps back.
struct StepSpan: Hashable, Sendable {
  /// The step at which it began to hold, as far back as the series goes.
  let began: Int
  /// The step at which it had first lasted.
  let fired: Int
}

/// The steps of a series that the data tells of, newest first. Its room is used again and again.
struct KnownSteps: Sendable {
  private var held: [Bool] = []
  private var steps: [Int] = []

  /// What a series says whose gaps are left out.
  mutating func series(
    _ lasting: LastingSteps, _ now: Bool?, reach: Int, holds: (Int) -> Bool?
  ) -> RuleSeries {
    held.removeAll(keepingCapacity: true)
    steps.removeAll(keepingCapacity: true)
    var step = 0
    while step <= reach, held.count <= lasting.last {
      if let isHeld = step == 0 ? now : holds(step) {
        held.append(isHeld)
        steps.append(step)
      }
      step += 1
    }
    guard let newest = held.first else { return RuleSeries(now: nil, decision: .tooShort) }
    var decision = lasting.decision(reach: held.count - 1) { held[$0] }
    if case .firing(let place) = decision { decision = .firing(lastedAgo: steps[place]) }
    return RuleSeries(now: newest, decision: decision)
  }

  /// How far back it is looked at least since when a condition holds, in steps.
  private static let leastLookedBack = 60

  /// The span of the time that the condition holds for, or last lasted for, as far back as is looked.
  mutating func span(
    of series: RuleSeries, _ lasting: LastingSteps, reach: Int, holds: (Int) -> Bool?
  ) -> StepSpan {
    steps.removeAll(keepingCapacity: true)
    let reach = min(reach, max(lasting.last, Self.leastLookedBack))
    var step = if case .firing(let lastedAgo) = series.decision { lastedAgo } else { 0 }
    search: while step <= reach {
      switch holds(step) {
      case true?: steps.append(step)
      case false?: break search
      case nil: break
      }
      step += 1
    }
    guard let began = steps.last else { return StepSpan(began: 0, fired: 0) }
    return StepSpan(began: began, fired: series.isFiring ? steps[max(0, steps.count - 1 - lasting.hold)] : 0)
  }
}
