import FoundationEssentials
import SlotStats

/// The reads of the source: when the next one is due, and how the last one ended.
package struct ReadSchedule: Equatable, Sendable {
  /// The seconds that an operator can choose with `+` and `-`.
  static let intervals = [1, 2, 5, 10, 15, 30, 60, 120, 300]

  /// The seconds between the starts of two reads.
  package private(set) var interval: Int
  /// The interval that missed reads are counted by: a changed one counts from the next completed read on.
  package private(set) var countedInterval: Int
  /// Whether a read is under way; there is never more than one.
  package private(set) var isReading = false
  /// Whether another read was asked for while one was under way.
  private var isAskedFor = false
  /// When the latest read began that was due by the interval or asked for.
  private(set) var startedAt: Duration?
  /// When the latest read of any kind began.
  private var latestStart: Duration?
  /// Whether the source told of a change that no read has begun after.
  private var hasChange = false
  /// Whether it came back after the latest read began.
  private var hasReturned = false
  /// When a read last ended well.
  package private(set) var completedAt: Duration?
  /// Why the latest read failed; `nil` if it did not.
  package private(set) var failure: String?
  /// Until when the source is left alone, by its own word or since it keeps failing.
  private var restsUntil: Duration = .zero
  /// Whether what was gathered is being taken.
  private var isGathering = false
  /// When that last began.
  private var gatheredAt: Duration = .zero

  /// How often what a source gathers by itself is looked at.
  static let gatherInterval: Duration = .seconds(1)
  /// How far a read of what changed is from the start of the read before it, at least.
  package static let changeInterval: Duration = .milliseconds(100)

  /// Nothing read yet.
  package init(interval: Int) {
    self.interval = interval
    countedInterval = interval
  }

  /// When the next read is due; the zero of the clock before the first.
  package var dueAt: Duration { startedAt.map { max($0 + .seconds(interval), restsUntil) } ?? .zero }

  /// Starts a read if one is due and none is under way.
  mutating func startIfDue(at now: Duration) -> [Effect] {
    guard !isReading, now >= dueAt || isAskedFor else { return [] }
    let isFresh = isAskedFor
    isAskedFor = false
    startedAt = now
    begin(at: now)
    return [.read(isFresh: isFresh)]
  }

  /// When what changed is to be read; `nil` where nothing did, or where the read under way comes first.
  var followsAt: Duration? {
    guard hasChange, !isReading else { return nil }
    return max(latestStart.map { $0 + Self.changeInterval } ?? .zero, restsUntil)
  }

  /// Starts a read of what changed, if anything did, none is under way and the source is not to be left alone. It moves
  /// no other read: the interval goes on.
  mutating func followIfDue(at now: Duration) -> [Effect] {
    guard let followsAt, now >= followsAt else { return [] }
    begin(at: now)
    return [.readChanged]
  }

  /// The source changed. However often it says so, one read follows.
  mutating func noteChange() { hasChange = true }

  /// The source is there again, so that nobody has to leave it alone any more.
  mutating func noteReturn() {
    hasChange = true
    hasReturned = true
    restsUntil = .zero
  }

  private mutating func begin(at now: Duration) {
    isReading = true
    hasChange = false
    hasReturned = false
    latestStart = now
  }

  /// Asks for a read at once, or as soon as the one under way has ended.
  mutating func ask() { isAskedFor = true }

  /// Starts taking what was gathered, unless that was done within the last second or a read brings it anyway.
  mutating func gatherIfDue(at now: Duration) -> [Effect] {
    guard !isReading, !isGathering, now - gatheredAt >= Self.gatherInterval else { return [] }
    isGathering = true
    gatheredAt = now
    return [.gather]
  }

  /// What was gathered has been taken.
  mutating func endGathering() { isGathering = false }

  /// A read ended; `failure` tells why if it failed, `retryAfter` how long the source is to be left alone then.
  mutating func end(at now: Duration, failure: String? = nil, retryAfter: Duration? = nil) {
    isReading = false
    self.failure = failure
    restsUntil = failure == nil || hasReturned ? .zero : now + (retryAfter ?? .zero)
    if failure == nil {
      completedAt = now
      countedInterval = interval
    }
  }

  /// Chooses the next longer or shorter interval.
  /// - Returns: whether there is one.
  mutating func stepInterval(longer: Bool) -> Bool {
    let next = longer ? Self.intervals.first { $0 > interval } : Self.intervals.last { $0 < interval }
    guard let next else { return false }
    interval = next
    return true
  }
}
