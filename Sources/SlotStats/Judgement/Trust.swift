#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Whether what is shown can be believed, in one word; the first that holds, in the order of the cases.
package enum TrustWord: String, CaseIterable, Sendable {
  /// Nothing has been read yet.
  case wait
  /// The latest read failed.
  case lost
  /// The data is too old or from the future, or reads have stopped.
  case stale
  /// The source can be read, and gets no events, or surely too few.
  case silent
  /// Reads are missing.
  case late
  /// Everything is as it should be.
  case live
}

/// The trust word with what it follows from: one rule for the dashboard, reports and checks.
package struct Trust: Hashable, Sendable {
  /// What decided the word.
  package enum Reason: Hashable, Sendable {
    /// Nothing has been read and nothing has failed.
    case nothingRead
    /// The latest read failed.
    case readFailed
    /// The data describes an instant more than ``Trust/maxAhead`` seconds ahead of the wall clock: by so many seconds.
    case dataAhead(TimeInterval)
    /// The data is older than it may be: by so many seconds in all.
    case dataOld(TimeInterval)
    /// The newest event is older than it may be: by so many seconds in all.
    case eventsOld(TimeInterval)
    /// Nothing has come for so many seconds, which is longer than it ever was lately.
    case nothingCame(TimeInterval)
    /// Surely fewer jobs end than usual at this time of day.
    case fewCame(RecentSample.Pace)
    /// So many reads should have been completed since the last one was.
    case readsMissed(Int)
    /// Nothing is wrong.
    case none
  }

  /// The word.
  package let word: TrustWord
  /// What it follows from.
  package let reason: Reason

  /// The seconds by which a source's clock may run ahead of the wall clock.
  package static let maxAhead: TimeInterval = 60
  /// The age in seconds from which data is stale where neither a person nor the source says anything.
  package static let defaultStaleAfter: TimeInterval = 300

  /// Whether data would not be too old by the source's own clock, which is so many seconds ahead of ours, negative for
  /// behind: then that clock is what is wrong.
  package func isOfClock(leading lead: TimeInterval?) -> Bool {
    guard case .dataOld(let age) = reason, let lead, lead < -Self.maxAhead else { return false }
    return age + lead <= Self.defaultStaleAfter
  }

  /// How many intervals without a completed read, and how many seconds at least, make a word.
  private static let missed: [(word: TrustWord, intervals: Double, seconds: TimeInterval)] = [
    (.stale, 3, 30), (.late, 2, 10),
  ]

  /// Judges what is shown.
  ///
  /// - Parameters:
  ///   - now: the wall clock.
  ///   - generatedAt: the instant that the shown data describes; `nil` where there is no data yet.
  ///   - sinceCompletedRead: the seconds since a read last ended well, by the monotonic clock; an unchanged source that
  ///     was looked at counts. Without meaning where there is no data yet.
  ///   - interval: the seconds between two reads.
  ///   - staleAfter: when data is stale.
  ///   - silence: what is known of the events.
  ///   - lastReadFailed: whether the latest read that ended failed.
  package init(
    now: Date, generatedAt: Date?, sinceCompletedRead: TimeInterval, interval: TimeInterval,
    staleAfter: StaleAfter, silence: Silence = .none, lastReadFailed: Bool
  ) {
    (word, reason) = Self.judge(
      now: now, generatedAt: generatedAt, sinceCompletedRead: sinceCompletedRead, interval: interval,
      staleAfter: staleAfter, silence, lastReadFailed: lastReadFailed)
  }

  /// Judges a single reading that was made just now: it is `live`, `stale` or `silent`.
  package init(now: Date, generatedAt: Date, staleAfter: StaleAfter, silence: Silence = .none) {
    self.init(
      now: now, generatedAt: generatedAt, sinceCompletedRead: 0, interval: 1, staleAfter: staleAfter, silence: silence,
      lastReadFailed: false)
  }

  private static func judge(
    now: Date, generatedAt: Date?, sinceCompletedRead: TimeInterval, interval: TimeInterval,
    staleAfter: StaleAfter, _ silence: Silence, lastReadFailed: Bool
  ) -> (TrustWord, Reason) {
    if lastReadFailed { return (.lost, .readFailed) }
    guard let generatedAt else { return (.wait, .nothingRead) }
    let age = now.timeIntervalSince(generatedAt)
    if age < -maxAhead { return (.stale, .dataAhead(-age)) }
    if age > staleAfter.dataAge { return (.stale, .dataOld(age)) }
    if let newest = staleAfter.newestEvent, now.timeIntervalSince(newest.at) > newest.age {
      return (.stale, .eventsOld(now.timeIntervalSince(newest.at)))
    }
    let tooFew = missed.first { sinceCompletedRead >= $0.intervals * interval && sinceCompletedRead >= $0.seconds }
    if let reason = silence.reason(at: now), tooFew?.word != .stale { return (.silent, reason) }
    guard let tooFew else { return (.live, .none) }
    return (tooFew.word, .readsMissed(missedReads(in: sinceCompletedRead, interval: interval)))
  }

  /// How many reads are due after `seconds` without one; at least 1.
  private static func missedReads(in seconds: TimeInterval, interval: TimeInterval) -> Int {
    interval > 0 ? Int(max(1, min(seconds / interval, 1e9))) : 1
  }
}

/// What tells whether events still come to a source that knows them.
package struct Silence: Sendable {
  /// When the newest event happened, and the longest time without any before, in seconds.
  private let newest: (at: Date, longestGap: TimeInterval)?
  /// How many jobs ended lately, where that is surely too few.
  private let pace: RecentSample.Pace?

  /// Nothing comes for so many times the longest time without an event, …
  private static let gaps = 3.0
  /// … and for so many seconds at least.
  private static let leastSeconds: TimeInterval = 900

  /// Nothing is known.
  package static let none = Silence(newest: nil, pace: nil)

  private init(newest: (at: Date, longestGap: TimeInterval)?, pace: RecentSample.Pace?) {
    self.newest = newest
    self.pace = pace
  }

  /// What `reading` says, and the last hour of all slots together.
  package init(_ reading: FleetReading?, _ recent: RecentSample?) {
    newest = reading?.recent.flatMap { recent in
      reading?.newestEventAt.map { ($0, recent.longestGap ?? 0) }
    }
    pace = recent?.state == .quiet && recent?.isCooling == false ? recent?.pace : nil
  }

  func reason(at now: Date) -> Trust.Reason? {
    if let newest {
      let age = now.timeIntervalSince(newest.at)
      if age >= max(Self.leastSeconds, Self.gaps * newest.longestGap) { return .nothingCame(age) }
    }
    return pace.map { .fewCame($0) }
  }
}

/// The ages beyond which what a source gave is stale.
package struct StaleAfter: Sendable {
  /// The age in seconds of the instant that the data describes: what was chosen, else twice the source's own refresh
  /// interval, else ``Trust/defaultStaleAfter``.
  package let dataAge: TimeInterval
  /// When the newest event happened, and its age in seconds; `nil` where none was chosen, or the source does not know
  /// its events.
  let newestEvent: (at: Date, age: TimeInterval)?

  /// These ages.
  init(dataAge: TimeInterval, newestEvent: (at: Date, age: TimeInterval)? = nil) {
    self.dataAge = dataAge
    self.newestEvent = newestEvent
  }

  /// What holds of `reading`, where a person has chosen `chosen` seconds, or nothing.
  package init(chosen: TimeInterval?, of reading: FleetReading?) {
    self.init(
      dataAge: chosen ?? reading?.refreshInterval.map { 2 * $0 } ?? Trust.defaultStaleAfter,
      newestEvent: chosen.flatMap { age in reading?.newestEventAt.map { ($0, age) } })
  }
}
