import FoundationEssentials
import SlotStats

/// Reads the answers of a panel, each in one pass, by the rules of snapshots.
struct PanelReader: WholeDocumentReader {
  var scanner: JSONScanner
  /// Why the content is refused, once it is.
  var refusal: SnapshotError?
  var memory = SeriesMemory()

  static let subject = "answer"

  init(_ scanner: JSONScanner) { self.scanner = scanner }

  private static let pageKeys = JSONKeyTable(["data", "meta"])
  private static let metaKeys = JSONKeyTable(["page", "total", "windows", "newest_event_at", "history", "messages"])
  private static let slotKeys = JSONKeyTable(["slot_id", "range", "metrics"])
  private static let rangeKeys = JSONKeyTable(["group_by"])

  /// Reads a page of the list of slots.
  mutating func slotList(page: Int) throws(JSONFailure) -> PanelSlotList {
    var slots: [Slot] = []
    let meta = try self.page(page) { reader throws(JSONFailure) in slots = try reader.slots() }
    return PanelSlotList(
      slots: slots, total: meta.total, windows: meta.windows, hasHistory: meta.hasHistory,
      tellsMessages: meta.tellsMessages)
  }

  /// Reads a page of the buckets of all slots together.
  mutating func globalPage(_ window: StatsWindow, page: Int) throws(JSONFailure) -> PanelGlobalPage {
    var metrics: [StatsMetric] = []
    let meta = try self.page(page) { reader throws(JSONFailure) in metrics = try reader.buckets(window) }
    return PanelGlobalPage(metrics: metrics, total: meta.total, newestEventAt: meta.newestEventAt)
  }

  /// Reads the buckets of one slot.
  mutating func slotStats(_ slotID: Slot.ID, _ window: StatsWindow) throws(JSONFailure) -> [StatsMetric] {
    let start = scanner.cursor
    var metrics: [StatsMetric] = []
    let seen = try object(Self.slotKeys) { (reader, key) throws(JSONFailure) in
      switch key {
      case 0: try reader.expect(slotID, "was asked for")
      case 1: try reader.readRange(window)
      default: metrics = try reader.buckets(window)
      }
    }
    for (key, name) in [(0, "slot_id"), (2, "metrics")] where seen & 1 << key == 0 {
      throw refuse(at: start, step: ".\(name)", "is missing; the statistics of a slot have it")
    }
    return metrics
  }

  private mutating func readRange(_ window: StatsWindow) throws(JSONFailure) {
    if try scanner.takeNull() { return }
    _ = try object(Self.rangeKeys) { (reader, _) throws(JSONFailure) in
      if try reader.scanner.takeNull() { return }
      try reader.expect(window.rawValue, "was asked for")
    }
  }

  private mutating func expect(_ wanted: String, _ reason: String) throws(JSONFailure) {
    let start = scanner.cursor
    let found = try string()
    guard found.unicodeScalars.elementsEqual(wanted.unicodeScalars) else {
      throw refuse(at: start, "is \(JSONPlace.quoted(found)); \(JSONPlace.quoted(wanted)) \(reason)")
    }
  }

  /// What a page says of the whole.
  private struct Meta {
    var total = 0
    var windows: Set<StatsWindow>?
    var newestEventAt: Date?
    var hasHistory = false
    var tellsMessages = false
  }

  /// Reads `data` by `body`, and what `meta` says.
  private mutating func page(
    _ page: Int, _ body: (inout PanelReader) throws(JSONFailure) -> Void
  ) throws(JSONFailure) -> Meta {
    let start = scanner.cursor
    var meta: Meta?
    let seen = try object(Self.pageKeys) { (reader, key) throws(JSONFailure) in
      if key == 0 { try body(&reader) } else { meta = try reader.meta(page) }
    }
    if seen & 1 == 0 { throw refuse(at: start, step: ".data", "is missing; the rows stand there") }
    // Without it nobody could tell a part from the whole.
    guard let meta else { throw refuse(at: start, step: ".meta.total", "is missing; it tells how many there are") }
    return meta
  }

  /// What stands under `meta`; `nil` without a total.
  private mutating func meta(_ page: Int) throws(JSONFailure) -> Meta? {
    var meta = Meta()
    let seen = try object(Self.metaKeys) { (reader, key) throws(JSONFailure) in
      let start = reader.scanner.cursor
      switch key {
      case 0:
        let number = try reader.counter()
        if number != page { throw reader.refuse(at: start, "is \(number); page \(page) was asked for") }
      case 1: meta.total = try reader.counter()
      case 2: meta.windows = try reader.windows()
      case 3: meta.newestEventAt = try reader.instantOrNothing()
      case 4: meta.hasHistory = try reader.isTrue()
      default: meta.tellsMessages = try reader.isTrue()
      }
    }
    return seen & 2 == 0 ? nil : meta
  }

  /// Whether `true` stands at the cursor; anything else means nothing here.
  private mutating func isTrue() throws(JSONFailure) -> Bool {
    if let value = try scanner.takeBool() { return value }
    try scanner.skipValue()
    return false
  }

  /// The instant at the cursor; `nil` for anything else, which means nothing here.
  private mutating func instantOrNothing() throws(JSONFailure) -> Date? {
    guard scanner.byte == 0x22 else {
      try scanner.skipValue()
      return nil
    }
    return RFC3339.parse(try string())?.date
  }

  /// The windows that a list of their names holds; what is no such name means nothing here. `nil` for anything but a
  /// list.
  private mutating func windows() throws(JSONFailure) -> Set<StatsWindow>? {
    guard scanner.byte == 0x5B else {
      try scanner.skipValue()
      return nil
    }
    try scanner.open()
    var windows: Set<StatsWindow> = []
    var isFirst = true
    while try scanner.nextElement(isFirst: &isFirst) {
      guard scanner.byte == 0x22 else {
        try scanner.skipValue()
        continue
      }
      if let window = StatsWindow(rawValue: try string()) { windows.insert(window) }
    }
    return windows
  }

  /// The list of buckets at the cursor. Programs that write an empty list as `null` mean no other thing by it.
  private mutating func buckets(_ window: StatsWindow) throws(JSONFailure) -> [StatsMetric] {
    if try scanner.takeNull() { return [] }
    return try series(window, like: nil)
  }

  private mutating func slots() throws(JSONFailure) -> [Slot] {
    if try scanner.takeNull() { return [] }
    guard scanner.byte == 0x5B else { throw wrongType("a list") }
    try scanner.open()
    var slots: [Slot] = []
    var ids: Set<Slot.ID> = []
    var isFirst = true
    while try scanner.nextElement(isFirst: &isFirst) {
      let start = scanner.cursor
      let slot = try readSlot()
      if !ids.insert(slot.id).inserted {
        throw refuse(at: start, step: ".id", "is \(JSONPlace.quoted(slot.id)) again; slot ids are unique")
      }
      slots.append(slot)
    }
    return slots
  }
}
