/// What an evaluator has itself seen of one condition, by the monotonic clock: it decides where no series does.
///
/// Time counts where the condition was known at both of its ends; what lies in a gap is left out.
struct SeenCondition: Hashable, Sendable {
  /// For how long it has held without a break, 0 where it does not hold.
  private(set) var heldFor: Duration
  /// For how long it has not held, 0 where it does.
  private(set) var missedFor: Duration = .zero
  /// How long ago it had last lasted; `nil` where the rule does not fire.
  private(set) var lastedAgo: Duration?
  /// Whether it held when it was last known.
  private(set) var holds: Bool
  private(set) var wasKnown = true

  /// A condition that holds, and has for so long, or that does not hold.
  init(holds: Bool, heldFor: Duration) {
    self.holds = holds
    self.heldFor = heldFor
  }

  /// What was remembered.
  init(_ memory: AlertMemory) {
    holds = memory.holds
    wasKnown = memory.wasKnown
    heldFor = .seconds(memory.heldSeconds)
    missedFor = .seconds(memory.missedSeconds)
    lastedAgo = memory.firedAt == nil ? nil : .seconds(memory.lastedSecondsAgo ?? 0)
  }

  /// Whether the rule fires.
  var isFiring: Bool { lastedAgo != nil }

  /// Takes note of a look.
  /// - Parameters:
  ///   - isHeld: whether the condition holds; `nil` where the data does not tell.
  ///   - passed: the time since the look before.
  ///   - rule: how long it must last.
  mutating func see(_ isHeld: Bool?, passed: Duration, _ rule: AlertRule) {
    let counted = wasKnown && isHeld != nil ? max(passed, .zero) : .zero
    wasKnown = isHeld != nil
    guard let isHeld else { return }
    heldFor = isHeld && holds ? heldFor + counted : .zero
    missedFor = isHeld ? .zero : missedFor + counted
    lastedAgo = lastedAgo.map { $0 + counted }
    holds = isHeld
    decide(rule)
  }

  /// Decides by what was seen up to now.
  mutating func decide(_ rule: AlertRule) {
    let (hold, keep) = (Duration.seconds(rule.holdSeconds), Duration.seconds(rule.keepSeconds))
    if holds, heldFor >= hold {
      lastedAgo = .zero
    } else if let ago = lastedAgo, ago > keep + hold || !holds && missedFor >= keep {
      lastedAgo = nil
    }
  }

  /// Takes over what a series says.
  mutating func adopt(_ series: RuleSeries, _ rule: AlertRule) {
    switch series.decision {
    case .firing(let steps):
      let ago = Duration.seconds(max(0, steps - 1) * LastingSteps.seconds)
      lastedAgo = steps == 0 ? .zero : lastedAgo ?? ago
      if steps == 0 { heldFor = max(heldFor, .seconds(rule.holdSeconds)) }
    case .quiet:
      lastedAgo = nil
    case .tooShort, .gap:
      return
    }
    holds = series.newest ?? holds
  }

  /// The time since the look before lies in a gap.
  mutating func skip() { wasKnown = false }
}
