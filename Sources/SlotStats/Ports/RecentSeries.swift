#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What tells how a slot, or all together, does just now: its last minutes, and what is usual at this time of day.
public struct RecentSeries: Hashable, Sendable {
  /// What was counted in the last ``RecentReading/minutesBack`` minutes, and at this time on the day before.
  public var minutes: MinuteCounts
  /// The clock hours that a recent sample may overlap, each added up over the days before; the last one is the hour
  /// that contains the instant of the reading.
  public var usual: [UsualHour]
  /// What single days had in the last two of these hours: by these a quiet time is told from a usual one.
  public var rhythm: [RhythmHour]
  /// Its open jobs, of a source that knows them.
  public var open: OpenJobs?

  /// A series.
  public init(
    minutes: MinuteCounts = MinuteCounts(), usual: [UsualHour] = [], rhythm: [RhythmHour] = [], open: OpenJobs? = nil
  ) {
    self.minutes = minutes
    self.usual = usual
    self.rhythm = rhythm
    self.open = open
  }
}

/// A clock hour, such as 14:00 to 15:00 UTC, added up over the ``RecentReading/usualDays`` days before.
public struct UsualHour: Hashable, Sendable {
  /// What was counted in it on all these days.
  public var counters: StatsCounters
  /// On how many of them it was reported.
  public var days: Int

  /// An hour that no day has reported, or as given.
  public init(counters: StatsCounters = .zero, days: Int = 0) {
    self.counters = counters
    self.days = days
  }
}

/// The runs of a clock hour on single days before; `nil` where it was not reported.
public struct RhythmHour: Hashable, Sendable {
  /// On the day before.
  public var dayBefore: Int?
  /// On the same day of the week before.
  public var weekBefore: Int?
  /// On the same day two weeks before.
  public var fortnightBefore: Int?

  /// An hour.
  public init(dayBefore: Int? = nil, weekBefore: Int? = nil, fortnightBefore: Int? = nil) {
    self.dayBefore = dayBefore
    self.weekBefore = weekBefore
    self.fortnightBefore = fortnightBefore
  }
}

/// The jobs of a slot that were received and have not ended, as a source knows them one by one.
public struct OpenJobs: Hashable, Sendable {
  /// How many there are.
  public var count: Int
  /// When the oldest of them was received.
  public var oldest: Date
  /// How many of them have been open for longer than ``overdueAfter``, those aside that usually never end.
  public var overdue: Int

  /// A job is overdue after so many times the time that its slot's jobs usually take.
  public static let overdueTimes = 4.0
  /// A job is overdue after so many seconds at least.
  public static let leastOverdue: TimeInterval = 600
  /// Jobs that were received longer ago, in seconds, are not looked at: most likely nobody will tell of their end.
  public static let forgottenAfter: TimeInterval = 86_400

  /// The seconds after which a job is overdue whose slot's jobs take `usual` seconds on the average; `nil` where that is
  /// not known.
  public static func overdueAfter(usual: TimeInterval?) -> TimeInterval {
    max(leastOverdue, overdueTimes * (usual ?? 0))
  }

  /// Those of several slots together; `nil` where there are none. Jobs are overdue in their slots: a few of all jobs that
  /// are open do not make the whole stand still.
  package init?(together parts: [OpenJobs]) {
    guard let oldest = parts.map(\.oldest).min() else { return nil }
    let count = parts.reduce(0) { sum, part in
      let (next, overflow) = sum.addingReportingOverflow(part.count)
      return overflow ? .max : next
    }
    self.init(count: count, oldest: oldest, overdue: 0)
  }

  /// Open jobs.
  public init(count: Int, oldest: Date, overdue: Int) {
    self.count = count
    self.oldest = oldest
    self.overdue = overdue
  }
}

/// The recent series of every slot, of a source that has minutes.
public struct RecentReading: Hashable, Sendable {
  /// All slots together.
  public var global: RecentSeries
  /// Each slot; one that has none has counted nothing.
  public var bySlot: SlotValues<RecentSeries>
  /// The longest time without any event in the 7 days before the newest one, in seconds, as far as buckets tell;
  /// `nil` where nothing is known of it.
  public var longestGap: TimeInterval?
  /// The instant of the reading, up to which everything is counted.
  public var instant: Date
  /// In which of the last 32 minutes somebody counted, whatever came: a bit for each, the lowest for the current one.
  public var reported: UInt32

  /// How many minutes a recent sample, and the ones before it that are still looked at, reach back at most.
  public static let minutesBack = 372
  /// Over how many days before the current one a clock hour is added up.
  public static let usualDays = 13
  /// How many clock hours such a sample overlaps at most.
  public static let usualHours = minutesBack / 60 + 2
  /// How many minutes a day has.
  static let minutesOfDay = 1_440
  /// How many minutes before and after the same minute of the day before are looked at.
  private static let dayBeforeMinutes = (before: 32, after: 60)

  /// A reading.
  public init(
    global: RecentSeries, bySlot: [Slot.ID: RecentSeries], reported: UInt32 = 0, longestGap: TimeInterval? = nil,
    at instant: Date
  ) {
    self.global = global
    self.bySlot = SlotValues(bySlot)
    self.longestGap = longestGap
    self.reported = reported
    self.instant = instant
  }

  /// The number, from 1970 on, of the minute that contains the instant of the reading.
  package var minute: Int { MinuteCounts.number(instant) }

  /// The same of the hour.
  var hour: Int { Self.hour(instant) }

  /// The same with what `newer`, a reading of a part of the slots in the same minute, has of them.
  package mutating func take(_ newer: RecentReading) {
    global = newer.global
    for (slot, series) in newer.bySlot.all { bySlot[slot] = series }
    global.open = OpenJobs(together: bySlot.all.values.compactMap(\.open))
    (instant, reported) = (newer.instant, newer.reported)
  }

  /// What ``reported`` is where these minutes are reported, by their numbers.
  public static func reported(_ minutes: some Sequence<Int>, at instant: Date) -> UInt32 {
    let now = MinuteCounts.number(instant)
    return minutes.reduce(into: 0) { bits, number in
      if (0..<UInt32.bitWidth).contains(now - number) { bits |= 1 << UInt32(now - number) }
    }
  }

  /// The number of the hour that contains an instant.
  public static func hour(_ instant: Date) -> Int { Int((instant.timeIntervalSince1970 / 3_600).rounded(.down)) }

  /// The ranges of minutes that a reading at `instant` takes in, ascending: those at this time on the day before, and
  /// the last ones.
  public static func minuteRanges(at instant: Date) -> [ClosedRange<Int>] {
    let now = MinuteCounts.number(instant)
    return [dayBefore(now), now - minutesBack...now]
  }

  /// The minutes that are looked at around the one a day before `minute`.
  static func dayBefore(_ minute: Int) -> ClosedRange<Int> {
    let same = minute - minutesOfDay
    return same - dayBeforeMinutes.before...same + dayBeforeMinutes.after
  }

  /// Since when a reading at `instant` needs hours.
  public static func firstHour(at instant: Date) -> Date {
    Date(timeIntervalSince1970: Double(hour(instant) - usualHours + 1 - 24 * RhythmHour.fortnight) * 3_600)
  }
}

extension RhythmHour {
  /// How many days two weeks have.
  static let fortnight = 14
}

extension RecentSeries {
  /// A series of its minutes and hours, each ascending, as they were at `instant`.
  public init(minutes: some Sequence<StatsMetric>, hours: some Sequence<StatsMetric>, at instant: Date) {
    self.init(hours: hours, at: instant)
    let ranges = RecentReading.minuteRanges(at: instant)
    self.minutes = MinuteCounts(
      minutes.filter { metric in
        let number = MinuteCounts.number(metric.periodStart)
        return ranges.contains { $0.contains(number) }
      })
  }

  /// A series without minutes.
  public init(hours: some Sequence<StatsMetric>, at instant: Date) {
    var usual = UsualHours(at: instant)
    for metric in hours { usual.add(metric.counters, hour: RecentReading.hour(metric.periodStart)) }
    self.init(usual: usual.hours, rhythm: usual.rhythm)
  }
}

/// Adds up the hours of the days before by the time of day.
package struct UsualHours {
  private let hour: Int
  /// What ``RecentSeries/usual`` holds.
  package private(set) var hours = [UsualHour](repeating: UsualHour(), count: RecentReading.usualHours)
  /// What ``RecentSeries/rhythm`` holds.
  package private(set) var rhythm = [RhythmHour](repeating: RhythmHour(), count: 2)

  /// A bit for each hour that was added.
  private var added: [UInt64] = [0, 0]

  /// Nothing yet, for a reading at `instant`.
  package init(at instant: Date) { hour = RecentReading.hour(instant) }

  /// Adds one hour that is reported, by its number; one that was added before, and one at another time of the day,
  /// changes nothing.
  package mutating func add(_ counters: StatsCounters, hour number: Int) {
    // From the clock hour of the reading back: 0 for that one on any day.
    let back = (hour - number) % 24
    let days = (hour - number) / 24
    guard number < hour, back < RecentReading.usualHours, days >= 1, days <= RhythmHour.fortnight else { return }
    let bit = (days - 1) * RecentReading.usualHours + back
    guard added[bit / 64] & 1 << UInt64(bit % 64) == 0 else { return }
    added[bit / 64] |= 1 << UInt64(bit % 64)
    if days <= RecentReading.usualDays {
      let place = RecentReading.usualHours - 1 - back
      hours[place].counters += counters
      hours[place].days += 1
    }
    guard back < rhythm.count else { return }
    let place = rhythm.count - 1 - back
    switch days {
    case 1: rhythm[place].dayBefore = counters.totalRuns
    case 7: rhythm[place].weekBefore = counters.totalRuns
    case RhythmHour.fortnight: rhythm[place].fortnightBefore = counters.totalRuns
    default: break
    }
  }
}
