#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
import SlotStats

/// The rows of one window as they were given.
struct SnapshotRows {
  let window: StatsWindow
  /// All slots together; `nil` where the document does not say.
  var global: [StatsMetric]?
  /// Each slot, by its index in the roster; `nil` or beyond the end where the document does not say.
  var bySlot: [[StatsMetric]?] = []

  init(_ window: StatsWindow) { self.window = window }
}

extension SnapshotReader {
  /// Reads what stands under one window.
  mutating func readWindow(_ window: StatsWindow) throws(JSONFailure) {
    var given = SnapshotRows(window)
    _ = try object(Self.windowKeys) { (reader, key) throws(JSONFailure) in
      if key == 0 {
        given.global = try reader.series(window, like: reader.previous[window]?.global)
      } else {
        given.bySlot = try reader.seriesBySlot(window)
      }
    }
    switch window {
    case .day: days = given
    case .week: weeks = given
    }
  }

  private mutating func seriesBySlot(_ window: StatsWindow) throws(JSONFailure) -> [[StatsMetric]?] {
    guard scanner.byte == 0x7B else { throw wrongType("an object") }
    try scanner.open()
    var bySlot: [[StatsMetric]?] = Array(repeating: nil, count: roster.ids.count)
    var isFirst = true
    let previous = previous[window]?.bySlot ?? [:]
    // Slots usually come in the order of the list.
    var guess = 0
    while try scanner.nextMember(isFirst: &isFirst) {
      let text = try scanner.text()
      try scanner.colon()
      let index: Int
      if roster.isSlot(guess, writtenAs: text, in: scanner) {
        index = guess
      } else {
        let id = scanner.string(text)
        if let problem = Self.problem(ofSlotID: id) { throw refuse(at: scanner.cursor, "\(problem)") }
        index = roster.add(id, text: text)
      }
      guess = index + 1
      if index == bySlot.count { bySlot.append(nil) }
      if bySlot[index] != nil { throw refuse(at: scanner.cursor, "is given twice") }
      bySlot[index] = try series(window, like: previous[roster.ids[index]])
    }
    return bySlot
  }

  /// Reads a list of buckets and puts it in order; if it is `previous` again, that is returned.
  private mutating func series(
    _ window: StatsWindow, like previous: [StatsMetric]?
  ) throws(JSONFailure) -> [StatsMetric] {
    guard scanner.byte == 0x5B else { throw wrongType("a list") }
    let start = scanner.cursor
    try scanner.open()
    rows.removeAll(keepingCapacity: true)
    let calendar = SnapshotCalendar(window)
    var isAscending = true
    var isFirst = true
    while try scanner.nextElement(isFirst: &isFirst) {
      let metric = try metric(row: rows.count, calendar)
      if let last = rows.last, last.periodStart >= metric.periodStart { isAscending = false }
      rows.append(metric)
    }
    if !isAscending { try sortRows(from: start) }
    if let previous, previous.elementsEqual(rows) { return previous }
    // A copy of the exact size: slack in 20,000 series would be megabytes.
    return rows.isEmpty
      ? []
      : Array(unsafeUninitializedCapacity: rows.count) { buffer, count in
        count = buffer.initialize(fromContentsOf: rows)
      }
  }

  private mutating func sortRows(from start: Int) throws(JSONFailure) {
    let order = rows.indices.sorted { (rows[$0].periodStart, $0) < (rows[$1].periodStart, $1) }
    for (first, second) in zip(order, order.dropFirst())
    where rows[first].periodStart == rows[second].periodStart {
      let day = RFC3339.formatDay(rows[first].periodStart)
      throw refuse(at: start, step: "[\(second)]", "begins \(day) like [\(first)]; a period is given once")
    }
    rows = order.map { rows[$0] }
  }
}
