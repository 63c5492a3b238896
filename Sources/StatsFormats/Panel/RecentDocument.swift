import FoundationEssentials
import SlotStats

/// The last minutes of slots as one JSON object, which our server answers and our panel client reads.
///
/// ```json
/// {"at":"2026-11-19T14:32:10Z","reported":4294967295,"longest_gap_seconds":120,"all":SERIES,"slots":{"slot-001":SERIES}}
/// ```
/// `reported` has a bit for each of the last 32 minutes in which somebody counted, the lowest for the current one.
/// `SERIES` is `{"minutes":[[NUMBER,COUNTERS…]…],"usual":[[DAYS,COUNTERS…]…],"rhythm":[[RUNS|null ×3]…],"open":[COUNT,
/// OLDEST,OVERDUE]|null}`: minutes are numbered from 1970 on, counters stand in the order of ``StatsCounters/keys``, and the
/// oldest open job was received in that second since 1970.
package enum RecentDocument {
  /// The text of a reading; slots without anything are left out.
  package static func bytes(of reading: RecentReading) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("at", reading.instant)
      writer.member("reported", Int(reading.reported))
      writer.member("longest_gap_seconds", reading.longestGap.map { Int(min($0.rounded(), 1e15)) })
      writer.key("all")
      write(reading.global, to: &writer)
      writer.key("slots")
      writer.object { writer in
        for (id, series) in reading.bySlot.all.sorted(by: { $0.key < $1.key }) where !series.isEmpty {
          writer.key(id)
          write(series, to: &writer)
        }
      }
    }
    return writer.bytes
  }

  private static func write(_ series: RecentSeries, to writer: inout JSONWriter) {
    writer.object { writer in
      writer.key("minutes")
      writer.array { writer in
        for minute in series.minutes.minutes(in: .min ... .max) {
          row(minute.number, minute.counters, to: &writer)
        }
      }
      writer.key("usual")
      writer.array { writer in
        for hour in series.usual { row(hour.days, hour.counters, to: &writer) }
      }
      writer.key("rhythm")
      writer.array { writer in
        for hour in series.rhythm {
          writer.array { writer in
            for runs in [hour.dayBefore, hour.weekBefore, hour.fortnightBefore] {
              if let runs { writer.value(runs) } else { writer.null() }
            }
          }
        }
      }
      writer.key("open")
      guard let open = series.open else { return writer.null() }
      writer.array { writer in
        for value in [open.count, Int(open.oldest.timeIntervalSince1970.rounded(.down)), open.overdue] {
          writer.value(value)
        }
      }
    }
  }

  private static func row(_ first: Int, _ counters: StatsCounters, to writer: inout JSONWriter) {
    writer.array { writer in
      writer.value(first)
      for (_, path) in StatsCounters.keys { writer.value(counters[keyPath: path]) }
    }
  }

  /// Reads the UTF-8 text of a reading.
  /// - Throws: the first thing that is refused, by its place.
  package static func reading(parsing bytes: [UInt8]) throws(SnapshotError) -> RecentReading {
    try PanelReader.read(bytes) { reader throws(JSONFailure) in try reader.recentReading() }
  }
}

extension RecentSeries {
  /// Whether nothing is known of the slot.
  fileprivate var isEmpty: Bool { minutes.isEmpty && open == nil && usual.allSatisfy { $0.days == 0 } }
}

extension PanelReader {
  private static let recentKeys = JSONKeyTable(["at", "reported", "longest_gap_seconds", "all", "slots"])
  private static let seriesKeys = JSONKeyTable(["minutes", "usual", "rhythm", "open"])

  fileprivate mutating func recentReading() throws(JSONFailure) -> RecentReading {
    let start = scanner.cursor
    var reading = RecentReading(global: RecentSeries(), bySlot: [:], at: Date(timeIntervalSince1970: 0))
    var slots: [Slot.ID: RecentSeries] = [:]
    let seen = try object(Self.recentKeys) { (reader, key) throws(JSONFailure) in
      switch key {
      case 0: reading.instant = try reader.instant().date
      case 1: reading.reported = UInt32(truncatingIfNeeded: try reader.counter())
      case 2: reading.longestGap = try reader.counterOrNull().map(TimeInterval.init)
      case 3: reading.global = try reader.series()
      default: slots = try reader.slotSeries()
      }
    }
    for (key, name) in [(0, "at"), (3, "all"), (4, "slots")] where seen & 1 << key == 0 {
      throw refuse(at: start, step: ".\(name)", "is missing")
    }
    reading.bySlot = SlotValues(slots)
    return reading
  }

  private mutating func slotSeries() throws(JSONFailure) -> [Slot.ID: RecentSeries] {
    guard scanner.byte == 0x7B else { throw wrongType("an object") }
    try scanner.open()
    var slots: [Slot.ID: RecentSeries] = [:]
    var isFirst = true
    while try scanner.nextMember(isFirst: &isFirst) {
      let id = try string()
      try scanner.colon()
      slots[id] = try series()
    }
    return slots
  }

  private mutating func series() throws(JSONFailure) -> RecentSeries {
    var series = RecentSeries()
    _ = try object(Self.seriesKeys) { (reader, key) throws(JSONFailure) in
      switch key {
      case 0:
        try reader.rows { row in
          if row.count > StatsCounters.keys.count, let number = row[0] {
            series.minutes.append(number, StatsCounters(row: row.dropFirst()))
          }
        }
      case 1:
        try reader.rows { row in
          series.usual.append(UsualHour(counters: StatsCounters(row: row.dropFirst()), days: (row.first ?? 0) ?? 0))
        }
      case 2:
        try reader.rows { row in
          guard row.count == 3 else { return }
          series.rhythm.append(RhythmHour(dayBefore: row[0], weekBefore: row[1], fortnightBefore: row[2]))
        }
      default:
        guard let row = try reader.row(), row.count == 3, let count = row[0], let oldest = row[1] else { return }
        series.open = OpenJobs(
          count: count, oldest: Date(timeIntervalSince1970: Double(oldest)), overdue: row[2] ?? 0)
      }
    }
    return series
  }

  /// Reads an array of rows of whole numbers.
  private mutating func rows(_ body: ([Int?]) -> Void) throws(JSONFailure) {
    guard scanner.byte == 0x5B else { throw wrongType("an array") }
    try scanner.open()
    var isFirst = true
    while try scanner.nextElement(isFirst: &isFirst) {
      if let row = try row() { body(row) }
    }
  }

  /// Reads an array of whole numbers, each of which may be `null`; `nil` for `null`.
  private mutating func row() throws(JSONFailure) -> [Int?]? {
    if try scanner.takeNull() { return nil }
    guard scanner.byte == 0x5B else { throw wrongType("an array") }
    try scanner.open()
    var values: [Int?] = []
    var isFirst = true
    while try scanner.nextElement(isFirst: &isFirst) { values.append(try counterOrNull()) }
    return values
  }

  private mutating func counterOrNull() throws(JSONFailure) -> Int? {
    try scanner.takeNull() ? nil : try counter()
  }
}

extension StatsCounters {
  /// Counters in the order of ``keys``; missing ones are 0.
  fileprivate init(row: some Sequence<Int?>) {
    self = .zero
    for ((_, path), value) in zip(Self.keys, row) { self[keyPath: path] = value ?? 0 }
  }
}
