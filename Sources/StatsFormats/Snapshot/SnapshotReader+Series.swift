import FoundationEssentials
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
    rows[window] = given
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
      readAhead()
      let text = try scanner.text()
      try scanner.colon()
      let index: Int
      if !text.hasEscapes, roster.isSlot(guess, writtenAs: scanner.slice(text.range)) {
        index = guess
      } else {
        let id = scanner.string(text)
        if let problem = Self.problem(ofSlotID: id) { throw refuse(at: scanner.cursor, "\(problem)") }
        index = roster.add(id)
      }
      guess = index + 1
      if index == bySlot.count { bySlot.append(nil) }
      if bySlot[index] != nil { throw refuse(at: scanner.cursor, "is given twice") }
      bySlot[index] = try series(window, like: previous[roster.ids[index]])
    }
    return bySlot
  }
}
