import FoundationEssentials
import SlotStats

/// Something that goes wrong at a slot for a while, and again after a while.
struct FleetTrouble: Hashable, Sendable {
  /// What it does.
  enum Effect: Hashable, Sendable {
    /// This share of the jobs, from 0 to 1, ends this way on top of those that always do.
    case failures(FailureKind, share: Double)
    /// No jobs come in.
    case silence
  }

  /// The slot that it strikes.
  var slot: Slot.ID
  /// What it does to it.
  var effect: Effect
  /// When it begins for the first time, in seconds from the opening; below 0 for before it.
  var start: Double
  /// How long it lasts, in seconds, less than ``period``.
  var length: Double
  /// From one beginning to the next, in seconds.
  var period: Double

  /// Whether it is under way so many seconds after the opening.
  func isOn(at seconds: Double) -> Bool {
    seconds >= start && (seconds - start).truncatingRemainder(dividingBy: period) < length
  }

  /// For how many of the seconds of a range it is under way.
  func seconds(in range: Range<Double>) -> Double {
    guard range.upperBound > start else { return 0 }
    let first = max(0, ((range.lowerBound - start) / period).rounded(.down))
    var (sum, begin) = (0.0, start + first * period)
    while begin < range.upperBound {
      sum += max(0, min(begin + length, range.upperBound) - max(begin, range.lowerBound))
      begin += period
    }
    return sum
  }
}

/// What goes wrong around the opening of a demo, so that whoever has just come sees all that there is to see, and what
/// goes wrong from then on.
package struct FleetStory: Hashable, Sendable {
  /// The instant by which everything is timed.
  package let opening: Date
  private let troubles: [Slot.ID: [FleetTrouble]]

  /// The slot that mostly runs out of time, before the story and after it.
  package static let chronicSlot = FleetRoster.chronic

  /// The story of a demo that is opened at `opening`:
  ///
  /// - one provider has begun to refuse most jobs; that has lasted for a rule when somebody has watched for a minute or
  ///   two, and is over soon after. Every half an hour it is another provider's turn;
  /// - one slot fails for two minutes, too short for a rule;
  /// - one busy slot gets no jobs any more, and does again after three quarters of an hour;
  /// - every few minutes one of the other slots fails for half a minute, which is nothing to be told of.
  package init(opening: Date) {
    self.opening = opening
    troubles = Dictionary(grouping: Self.outages + [Self.flicker, Self.silence] + Self.hiccups, by: \.slot)
  }

  private static let outages = ["meridian", "aurora", "tern"].enumerated().flatMap { turn, provider in
    FleetRoster.slots(of: provider).filter { $0 != FleetRoster.chronic }.enumerated().map { place, slot in
      // It reaches one slot after the other.
      FleetTrouble(
        slot: slot, effect: .failures(.providerErrors, share: 0.95),
        start: -705 + Double(place) * 40 + Double(turn) * outageTurn, length: 960, period: 3 * outageTurn)
    }
  }
  /// From the outage of one provider to that of the next.
  private static let outageTurn = 2_100.0

  private static let flicker = FleetTrouble(
    slot: FleetRoster.flickering, effect: .failures(.errors, share: 0.95), start: 25, length: 120, period: 4_500)

  // The next one is not at the same time of a later day: what is usual then would be nothing.
  private static let silence = FleetTrouble(
    slot: FleetRoster.quiet, effect: .silence, start: -590, length: 2_700, period: 6_900)

  private static let hiccups = FleetRoster.calm.enumerated().map { turn, slot in
    FleetTrouble(
      slot: slot, effect: .failures(.providerErrors, share: 0.6), start: 420 + Double(turn) * 400, length: 25,
      period: Double(FleetRoster.calm.count) * 400)
  }
}

extension FleetStory {
  /// Whether no jobs come in at a slot.
  func isSilent(_ slot: Slot.ID, at instant: Date) -> Bool {
    guard let own = troubles[slot] else { return false }
    let seconds = instant.timeIntervalSince(opening)
    return own.contains { $0.effect == .silence && $0.isOn(at: seconds) }
  }

  /// What share of a slot's jobs fails on top of those that always do, and how; at most one thing at a time.
  func failures(of slot: Slot.ID, at instant: Date) -> (kind: FailureKind, share: Double)? {
    let seconds = instant.timeIntervalSince(opening)
    for trouble in troubles[slot] ?? [] where trouble.isOn(at: seconds) {
      if case .failures(let kind, let share) = trouble.effect { return (kind, share) }
    }
    return nil
  }

  /// What it makes of the jobs that a slot would have finished from `start` to `end`, which is later.
  func changed(_ counters: StatsCounters, of slot: Slot.ID, from start: Date, to end: Date) -> StatsCounters {
    guard let own = troubles[slot] else { return counters }
    let range = start.timeIntervalSince(opening)..<end.timeIntervalSince(opening)
    var changed = counters
    for trouble in own {
      let part = trouble.seconds(in: range) / (range.upperBound - range.lowerBound)
      guard part > 0 else { continue }
      switch trouble.effect {
      case .silence:
        for (_, path) in StatsCounters.keys {
          changed[keyPath: path] = Int(Double(changed[keyPath: path]) * (1 - part))
        }
      case .failures(let kind, let share):
        let failing = Int((Double(changed.success) * share * part).rounded())
        changed.success -= failing
        changed[keyPath: kind.counter] += failing
      }
    }
    return changed
  }
}

extension FailureKind {
  /// Where it is counted.
  fileprivate var counter: WritableKeyPath<StatsCounters, Int> {
    switch self {
    case .timeouts: \.timeouts
    case .providerErrors: \.providerErrors
    case .errors: \.errors
    case .cancelled: \.cancelled
    }
  }
}
