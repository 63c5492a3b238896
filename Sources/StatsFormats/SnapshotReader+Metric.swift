#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
import SlotStats

extension SnapshotReader {
  /// An instant with the bytes it was written in: `"2026-11-23T00:00:00Z"`, 22 bytes with the quotes.
  struct KnownInstant {
    var words: (UInt64, UInt64, UInt64) = (0, 0, 0)
    var instant = RFC3339.Instant(seconds: 0, nanoseconds: 0, isPlainDate: false)
    static let length = 22
  }

  /// How many rows of a series have their instants remembered.
  private static let rememberedRows = 64

  /// Reads one bucket.
  @inline(__always)
  mutating func metric(row: Int, _ calendar: SnapshotCalendar) throws(JSONFailure) -> StatsMetric {
    guard scanner.byte == 0x7B else { throw wrongType("an object") }
    let object = scanner.cursor
    try scanner.open()
    var counters = StatsCounters.zero
    var start = (at: -1, instant: RFC3339.Instant(seconds: 0, nanoseconds: 0, isPlainDate: false))
    var end = start
    var seen = 0
    var guess = 0
    var isFirst = true
    while try scanner.nextMember(isFirst: &isFirst) {
      guard let key = try metricKeys.read(&scanner, guess: guess) else {
        try scanner.skipValue()
        continue
      }
      if seen & 1 << key != 0 { throw refuse(at: scanner.cursor, "is given twice") }
      seen |= 1 << key
      guess = key + 1
      switch key {
      case 0: start = (scanner.cursor, try periodInstant(memo: row * 2))
      case 1: end = (scanner.cursor, try periodInstant(memo: row * 2 + 1))
      case 2: counters.success = try counter()
      case 3: counters.timeouts = try counter()
      case 4: counters.providerErrors = try counter()
      case 5: counters.cancelled = try counter()
      case 6: counters.errors = try counter()
      default: counters.ingestCount = try counter()
      }
    }
    guard seen & 3 == 3 else {
      throw refuse(
        at: object, step: seen & 1 == 0 ? ".period_start" : ".period_end", "is missing; every bucket has it")
    }
    guard calendar.isStart(start.instant) else {
      throw refuse(at: start.at, "is \(describe(start.at)); \(calendar.startRule)")
    }
    guard calendar.isEnd(end.instant, of: start.instant) else {
      throw refuse(at: end.at, "is \(describe(end.at)); \(calendar.endRule(of: start.instant))")
    }
    return calendar.metric(from: start.instant, counters)
  }

  /// The instant at the cursor, which is compared with the one that stood at the same place of the last series.
  @inline(__always)
  private mutating func periodInstant(memo: Int) throws(JSONFailure) -> RFC3339.Instant {
    let cursor = scanner.cursor
    guard cursor + KnownInstant.length <= scanner.count, memo < Self.rememberedRows * 2 else { return try instant() }
    let words = (scanner.word(at: cursor), scanner.word(at: cursor + 8), scanner.word(at: cursor + 14))
    if memo < knownInstants.count, knownInstants[memo].words == words {
      scanner.cursor += KnownInstant.length
      return knownInstants[memo].instant
    }
    let instant = try instant()
    if scanner.cursor - cursor == KnownInstant.length {
      while knownInstants.count <= memo { knownInstants.append(KnownInstant()) }
      knownInstants[memo] = KnownInstant(words: words, instant: instant)
    }
    return instant
  }
}
