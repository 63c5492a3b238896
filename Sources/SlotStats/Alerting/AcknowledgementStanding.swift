#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Whether an acknowledgement still holds for what a slot is now.
public enum AcknowledgementStanding: Hashable, Sendable {
  /// Why one holds no longer.
  public enum Reason: Hashable, Sendable {
    /// Its time is over.
    case expired
    /// It was given until the slot recovers, and it has.
    case recovered
    /// The slot recovered and fails again.
    case failsAgain
    /// A graver state.
    case graver
    /// The low end of the judged interval lies above the high end at the time.
    case higher
    /// Another kind of failures leads.
    case otherKind
    /// It got worse before, whatever it is now.
    case wasWorse
  }

  /// It holds, should there be trouble; what has just been seen, if anything, is to be noted.
  case holds(Acknowledgement.Sighting?)
  /// It holds no longer; what has just been seen, if anything, is to be noted, so that it stays so.
  case ended(Reason, Acknowledgement.Sighting?)

  /// Whether it holds.
  public var holds: Bool {
    if case .holds = self { true } else { false }
  }

  /// What has just been seen and is to be noted.
  public var sighting: Acknowledgement.Sighting? {
    switch self {
    case .holds(let sighting), .ended(_, let sighting): sighting
    }
  }
}

extension Acknowledgement {
  /// Whether it holds for `trouble` at `now`.
  ///
  /// It ends when its time is over, at exactly that instant; when the slot recovered and fails again; and when it got
  /// worse: a graver state, a low end above the high end at the time, or another kind that surely leads. What cannot be judged
  /// (few runs, idle, missing, off, not read) is neither a recovery nor worse: a night without runs ends nothing.
  ///
  /// - Parameters:
  ///   - trouble: what the slot is judged to be at `now`.
  ///   - window: the window it is judged by; where the acknowledgement was made by another one, nothing gets worse.
  ///   - now: the wall clock. An acknowledgement from the future holds too: clocks are set back.
  /// - Returns: how it stands, and what is to be noted of it.
  public func standing(for trouble: Trouble, by window: StatsWindow? = nil, at now: Date) -> AcknowledgementStanding {
    if case .at(let end) = until, now >= end { return .ended(.expired, nil) }
    if seen == .worse { return .ended(.wasWorse, nil) }
    if trouble.state.isRecovery {
      let sighting: Sighting? = hasRecovered ? nil : .recovered
      return until == .recovery ? .ended(.recovered, sighting) : .holds(sighting)
    }
    guard trouble.state.isTrouble else { return .holds(nil) }
    if hasRecovered { return .ended(.failsAgain, nil) }
    let isComparable = self.window == nil || window == nil || self.window == window
    guard isComparable, let reason = worsening(in: trouble) else { return .holds(nil) }
    return .ended(reason, .worse)
  }

  /// What of a trouble is worse than it was; `nil` for nothing.
  private func worsening(in trouble: Trouble) -> AcknowledgementStanding.Reason? {
    if trouble.state.troubleGravity > state.troubleGravity { return .graver }
    guard trouble.state.isOfFailures else { return nil }
    if let high, let low = trouble.low, low > high { return .higher }
    if let kind, trouble.leads(over: kind) { return .otherKind }
    return nil
  }
}
