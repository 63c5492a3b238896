/// `for` and `keep` of a rule in whole steps, and how a series of steps decides.
///
/// A condition *lasts* at a step where it holds there and at each of the ``hold`` steps before. A rule fires at such a
/// step. It goes on while the condition held at some step of the last ``keep``, but for no more than `keep + hold` steps
/// since it last lasted. So what fires is found from the last `keep + 2 × hold` steps alone, and whoever looks at the same
/// series at the same step says the same, however long he has looked. Steps that the data does not tell of are left out
/// as if they had never been: they neither begin nor end anything.
struct LastingSteps: Hashable, Sendable {
  /// The steps before one at which the condition must hold too.
  let hold: Int
  /// The steps for which a rule goes on.
  let keep: Int

  /// The length of a step in seconds.
  static let seconds = 60

  /// The steps of a rule. From now to the end of the last minute but `n` is `n` minutes and a part of one; so a time of
  /// `n` minutes takes one step more than `n`, and what fires has held for so long at least.
  init(_ rule: AlertRule) {
    let minutes = { (seconds: Int) in (seconds + Self.seconds - 1) / Self.seconds }
    hold = rule.holdSeconds == 0 ? 0 : minutes(rule.holdSeconds) + 1
    keep = minutes(rule.keepSeconds)
  }

  /// The most steps since the condition last lasted that a rule can go on for.
  private var mostSince: Int { keep == 0 ? 0 : keep + hold }

  /// The last step that a decision can rest on, from 0.
  var last: Int { mostSince + hold }

  /// What a series says.
  enum Decision: Hashable, Sendable {
    /// The rule fires; the condition last lasted so many steps ago.
    case firing(lastedAgo: Int)
    /// The rule does not fire.
    case quiet
    /// The series is too short to tell.
    case tooShort
    /// The data does not tell of one of the steps.
    case gap
  }

  /// Decides by a series, with few looks at it where the condition does not hold.
  /// - Parameters:
  ///   - reach: the last step that there is.
  ///   - holds: whether the condition holds at a step; `nil` in a gap.
  /// - Returns: what it says.
  func decision(reach: Int, holds: (Int) -> Bool?) -> Decision {
    var since = 0
    search: while since <= mostSince {
      // The oldest step first: where it does not hold, no step up to it can be one at which the condition lasts.
      var step = since + hold
      while step >= since {
        guard step <= reach else { return .tooShort }
        guard let isHeld = holds(step) else { return .gap }
        if !isHeld {
          since = step + 1
          continue search
        }
        step -= 1
      }
      return goesOn(since, holds)
    }
    return .quiet
  }

  /// Whether a rule goes on that last lasted `since` steps ago.
  private func goesOn(_ since: Int, _ holds: (Int) -> Bool?) -> Decision {
    var missed = 0
    for step in (0..<since).reversed() {
      guard let isHeld = holds(step) else { return .gap }
      missed = isHeld ? 0 : missed + 1
      if missed > keep { return .quiet }
    }
    return .firing(lastedAgo: since)
  }
}
