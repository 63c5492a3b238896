import FoundationEssentials
import SlotStats

/// Reads a version 1 snapshot in one pass.
///
/// A slot id, or a window, that stands twice in its object is refused like any other key that is read.
struct SnapshotReader: StatsDocumentReader {
  var scanner: JSONScanner
  /// What the scanner looks through at the document, where that is not there as a whole.
  private let pane: DocumentPane?
  private let margin: Int
  /// Why the content is refused, once it is.
  var refusal: SnapshotError?

  var generatedAt: RFC3339.Instant?
  var refreshInterval: TimeInterval?
  var roster: SnapshotRoster
  /// The rows of each window that the document has.
  var rows: [StatsWindow: SnapshotRows] = [:]
  var memory = SeriesMemory()

  static let documentKeys = JSONKeyTable(["schema", "generated_at", "refresh_seconds", "slots", "windows"])
  static let windowsKeys = JSONKeyTable(StatsWindow.allCases.map(\.rawValue))
  static let windowKeys = JSONKeyTable(["global", "slots"])

  /// The series of an earlier document, to be shared where they are the same.
  let previous: [StatsWindow: SnapshotDocument.Series]

  init(
    _ scanner: JSONScanner, through pane: DocumentPane? = nil, previous: [StatsWindow: SnapshotDocument.Series]
  ) {
    self.scanner = scanner
    self.pane = pane
    margin = pane?.margin ?? 0
    self.previous = previous
    roster = SnapshotRoster()
  }

  @inline(__always)
  mutating func readAhead() {
    if scanner.count - scanner.cursor < margin { pane?.move(&scanner) }
  }

  /// Reads the whole document.
  mutating func read() throws(JSONFailure) {
    try scanner.start()
    let start = scanner.cursor
    let seen = try object(Self.documentKeys) { (reader, key) throws(JSONFailure) in
      switch key {
      case 0: try reader.readSchema()
      case 1: reader.generatedAt = try reader.instant()
      case 2: try reader.readRefresh()
      case 3: try reader.readSlots()
      default: try reader.readWindows()
      }
    }
    for (key, name) in [(0, "schema"), (1, "generated_at"), (4, "windows")] where seen & 1 << key == 0 {
      throw refuse(at: start, step: ".\(name)", "is missing; a version 1 snapshot has it")
    }
    try scanner.finish()
  }

  private mutating func readSchema() throws(JSONFailure) {
    let start = scanner.cursor
    let schema = try string()
    guard schema == SnapshotDocument.schema else {
      throw refuse(at: start, "is \(JSONPlace.quoted(schema)); \"\(SnapshotDocument.schema)\" is read")
    }
  }

  private mutating func readRefresh() throws(JSONFailure) {
    let start = scanner.cursor
    guard scanner.isAtNumber else { throw wrongType("a number of seconds over 0") }
    let written = scanner.slice(try scanner.number())
    guard let seconds = Double(String(decoding: written, as: UTF8.self)), seconds > 0, seconds <= 1e9 else {
      throw refuse(at: start, "is \(describe(start)); a number of seconds over 0 is expected")
    }
    refreshInterval = seconds
  }

  private mutating func readWindows() throws(JSONFailure) {
    let start = scanner.cursor
    _ = try object(Self.windowsKeys) { (reader, key) throws(JSONFailure) in
      try reader.readWindow(StatsWindow.allCases[key])
    }
    guard rows.keys.contains(where: StatsWindow.usual.contains) else {
      throw refuse(at: start, "has neither \"day\" nor \"week\"; one of them is needed")
    }
  }

  /// What was read, with what follows from it.
  consuming func document() -> SnapshotDocument {
    let instant = generatedAt?.date ?? Date(timeIntervalSince1970: 0)
    return SnapshotDerivation(roster: roster, rows: rows, generatedAt: instant)
      .document(refreshInterval: refreshInterval)
  }
}
