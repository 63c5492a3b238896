import FoundationEssentials
import SlotStats

/// What reading one series leaves for the next one.
struct SeriesMemory {
  /// An instant with the bytes it was written in: `"2026-11-23T00:00:00Z"`, 22 bytes with the quotes.
  struct KnownInstant {
    // The last two words share two bytes, so that no text has these.
    var words: (UInt64, UInt64, UInt64) = (0, 0, .max)
    var instant = RFC3339.Instant(seconds: 0, nanoseconds: 0, isPlainDate: false)
    static let length = 22
  }

  /// How many rows of a series are remembered each by its own place: the minutes of two days.
  static let rememberedRows = 2_880

  /// The rows of the series being read; kept so that its storage is used again.
  var rows: [StatsMetric] = []
  /// The instants last read at each place of a series: the same ones recur in every slot.
  var knownInstants: [KnownInstant] = []
  /// How the last bucket at each place of a series was written; the last one is of all places beyond.
  var templates: [BucketTemplate] = []
  let metricKeys = JSONKeyTable([
    "period_start", "period_end", "success", "timeouts", "provider_errors", "cancelled", "errors", "ingest_count",
  ])
}

extension StatsDocumentReader {
  /// Reads a list of buckets and puts it in order; if it is `previous` again, that is returned.
  mutating func series(
    _ window: StatsWindow, like previous: [StatsMetric]?
  ) throws(JSONFailure) -> [StatsMetric] {
    guard scanner.byte == 0x5B else { throw wrongType("a list") }
    let start = scanner.cursor
    try scanner.open()
    memory.rows.removeAll(keepingCapacity: true)
    let (calendar, keys) = (SnapshotCalendar(window), memory.metricKeys)
    var isAscending = true
    var isFirst = true
    while try scanner.nextElement(isFirst: &isFirst) {
      readAhead()
      let row = memory.rows.count
      let metric: StatsMetric
      if row < memory.templates.count, let alike = memory.templates[row].read(scanner, of: window) {
        metric = alike.bucket
        scanner.cursor = alike.end
      } else {
        metric = try self.metric(row: row, window, calendar, keys)
      }
      if let last = memory.rows.last, last.periodStart >= metric.periodStart { isAscending = false }
      memory.rows.append(metric)
    }
    if !isAscending { try sortRows(from: start) }
    if let previous, previous.elementsEqual(memory.rows) { return previous }
    // A copy of the exact size: slack in 20,000 series would be megabytes.
    return memory.rows.isEmpty
      ? []
      : Array(unsafeUninitializedCapacity: memory.rows.count) { buffer, count in
        count = buffer.initialize(fromContentsOf: memory.rows)
      }
  }

  private mutating func sortRows(from start: Int) throws(JSONFailure) {
    let order = memory.rows.indices.sorted { (memory.rows[$0].periodStart, $0) < (memory.rows[$1].periodStart, $1) }
    for (first, second) in zip(order, order.dropFirst())
    where memory.rows[first].periodStart == memory.rows[second].periodStart {
      let day = RFC3339.formatStart(memory.rows[first].periodStart)
      throw refuse(at: start, step: "[\(second)]", "begins \(day) like [\(first)]; a period is given once")
    }
    memory.rows = order.map { memory.rows[$0] }
  }

  /// Reads one bucket, however it is written.
  private mutating func metric(
    row: Int, _ window: StatsWindow, _ calendar: SnapshotCalendar, _ keys: JSONKeyTable
  ) throws(JSONFailure) -> StatsMetric {
    guard scanner.byte == 0x7B else { throw wrongType("an object") }
    let object = scanner.cursor
    let place = min(row, SeriesMemory.rememberedRows)
    while memory.templates.count <= place { memory.templates.append(BucketTemplate()) }
    memory.templates[place].begin(scanner)
    try scanner.open()
    var counters = StatsCounters.zero
    var start = (at: -1, instant: RFC3339.Instant(seconds: 0, nanoseconds: 0, isPlainDate: false))
    var end = start
    var seen = 0
    var guess = 0
    var isFirst = true
    while try scanner.nextMember(isFirst: &isFirst) {
      guard let key = try keys.read(&scanner, guess: guess) else {
        try scanner.skipValue()
        continue
      }
      if seen & 1 << key != 0 { throw refuse(at: scanner.cursor, "is given twice") }
      seen |= 1 << key
      guess = key + 1
      switch key {
      case 0: start = (scanner.cursor, try periodInstant(memo: row * 2))
      case 1: end = (scanner.cursor, try periodInstant(memo: row * 2 + 1))
      default:
        memory.templates[place].beginCounter(of: key, scanner)
        counters[metricKey: key] = try counter()
        memory.templates[place].endCounter(scanner)
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
    let metric = calendar.metric(from: start.instant, counters)
    memory.templates[place].finish(scanner, metric, of: window)
    return metric
  }

  /// The instant at the cursor, which is compared with the one that stood at the same place of the last series.
  @inline(__always)
  private mutating func periodInstant(memo: Int) throws(JSONFailure) -> RFC3339.Instant {
    let cursor = scanner.cursor
    guard cursor + SeriesMemory.KnownInstant.length <= scanner.count, memo < SeriesMemory.rememberedRows * 2 else {
      return try instant()
    }
    let words = (scanner.word(at: cursor), scanner.word(at: cursor + 8), scanner.word(at: cursor + 14))
    if memo < memory.knownInstants.count, memory.knownInstants[memo].words == words {
      scanner.cursor += SeriesMemory.KnownInstant.length
      return memory.knownInstants[memo].instant
    }
    let instant = try instant()
    if scanner.cursor - cursor == SeriesMemory.KnownInstant.length {
      while memory.knownInstants.count <= memo { memory.knownInstants.append(SeriesMemory.KnownInstant()) }
      memory.knownInstants[memo] = SeriesMemory.KnownInstant(words: words, instant: instant)
    }
    return instant
  }
}
