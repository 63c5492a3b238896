import FoundationEssentials
import SlotStats

/// How an event store is kept.
package struct StoreSettings: Sendable {
  /// How long what is known of each job is kept, in days from 1; older events are refused.
  package var keptDays: Int
  /// How many days raw events are kept for reading again, by the day of their arrival; 0 keeps none. Never changes a
  /// count.
  package var rawLogDays: Int
  /// How many days hours are kept, from 1; `nil` for as many as ``StatsWindow`` says.
  package var hourDays: Int?
  /// How long a writer waits for another one, and a reader for a recovery.
  package var busyTimeout: TimeInterval
  /// The size of the write-ahead log from which it is emptied, in bytes.
  package var maxWALBytes: Int
  /// The time of day.
  package var now: @Sendable () -> Date

  /// Settings; `now` is the wall clock.
  package init(
    keptDays: Int = 400, rawLogDays: Int = 30, hourDays: Int? = nil, busyTimeout: TimeInterval = 5,
    maxWALBytes: Int = 256 << 20, now: @escaping @Sendable () -> Date
  ) {
    self.keptDays = max(keptDays, 1)
    self.rawLogDays = max(rawLogDays, 0)
    self.hourDays = hourDays.map { max($0, 1) }
    self.busyTimeout = busyTimeout
    self.maxWALBytes = maxWALBytes
    self.now = now
  }

  /// The seconds of ``keptDays``.
  package var keptSeconds: Int { keptDays * 86_400 }

  /// How long the buckets of a window are kept, in seconds; `nil` for good.
  func keptSeconds(of window: StatsWindow) -> Int64? {
    if window == .hour, let hourDays { return Int64(hourDays) * 86_400 }
    return window.facts.keptSeconds.map { Int64($0) }
  }
}
