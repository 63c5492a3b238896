import FoundationEssentials
import SlotStats

/// Reads acknowledgements, a document or a single one, in one pass and by the rules of snapshots. Keys that it does not
/// know are ignored.
struct AcknowledgementReader: WholeDocumentReader {
  var scanner: JSONScanner
  var refusal: SnapshotError?
  var memory = SeriesMemory()

  static let subject = "document"

  private static let documentKeys = JSONKeyTable(["schema", "acks"])
  private static let entryKeys = JSONKeyTable([
    "slot", "note", "by", "at", "until", "state", "high", "kind", "window", "seen",
  ])
  /// The keys that must be there, by their places in the table; `at` only where nobody else says it.
  private static let required = [(0, "slot"), (1, "note"), (2, "by"), (4, "until"), (5, "state")]

  init(_ scanner: JSONScanner) { self.scanner = scanner }

  /// Reads a document.
  mutating func book() throws(JSONFailure) -> AcknowledgementBook {
    let start = scanner.cursor
    var book = AcknowledgementBook()
    let seen = try object(Self.documentKeys) { (reader, key) throws(JSONFailure) in
      if key == 0 { try reader.readSchema(AcknowledgementDocument.schema) } else { book = try reader.entries() }
    }
    for (key, name) in [(0, "schema"), (1, "acks")] where seen & 1 << key == 0 {
      throw refuse(at: start, step: ".\(name)", "is missing; a document of acknowledgements has it")
    }
    return book
  }

  private mutating func entries() throws(JSONFailure) -> AcknowledgementBook {
    guard scanner.byte == 0x5B else { throw wrongType("a list") }
    try scanner.open()
    var book = AcknowledgementBook()
    var isFirst = true
    while try scanner.nextElement(isFirst: &isFirst) {
      let start = scanner.cursor
      if book.count == AcknowledgementBook.maxCount {
        throw refuse(at: start, "is one more than \(AcknowledgementBook.maxCount); a document has at most that many")
      }
      let entry = try entry(madeAt: nil)
      guard book[entry.slotID] == nil else {
        let name = entry.slotID.map { JSONPlace.quoted($0) } ?? "null"
        throw refuse(at: start, step: ".slot", "is \(name) again; a slot has one acknowledgement")
      }
      book.restore(entry)
    }
    return book
  }

  /// Reads one; `madeAt` is when it was made where it does not say so itself, `nil` where it must.
  mutating func entry(madeAt: Date?) throws(JSONFailure) -> Acknowledgement {
    let start = scanner.cursor
    var slotID: Slot.ID?
    var (note, name) = ("", "")
    var at = madeAt
    var until = Acknowledgement.End.recovery
    var trouble = Trouble(state: .critical, low: nil, high: nil, kind: nil)
    var window: StatsWindow?
    var sighting: Acknowledgement.Sighting?
    let found = try object(Self.entryKeys) { (reader, key) throws(JSONFailure) in
      switch key {
      case 0: slotID = try reader.slotID()
      case 1: note = try reader.named(Acknowledgement.problem(ofNote:))
      case 2: name = try reader.named(Acknowledgement.problem(ofName:))
      case 3: at = try reader.instant().date
      case 4: until = try reader.scanner.takeNull() ? .recovery : .at(try reader.instant().date)
      case 5: trouble.state = try reader.state()
      case 6: trouble.high = try reader.ratio()
      case 7: trouble.kind = try reader.word("a kind of failures", AcknowledgementDocument.kind)
      case 8: window = try reader.word("a window") { StatsWindow(rawValue: $0) }
      default: sighting = try reader.word("recovered or worse") { Acknowledgement.Sighting(rawValue: $0) }
      }
    }
    for (key, name) in Self.required where found & 1 << key == 0 {
      throw refuse(at: start, step: ".\(name)", "is missing; every acknowledgement has it")
    }
    guard let at else { throw refuse(at: start, step: ".at", "is missing; every acknowledgement has it") }
    return Acknowledgement(
      of: slotID, note: note, by: name, at: at, until: until, trouble: trouble, window: window, seen: sighting)
  }

  private mutating func slotID() throws(JSONFailure) -> Slot.ID? {
    let start = scanner.cursor
    guard let id = try stringOrNull() else { return nil }
    if let problem = Self.problem(ofSlotID: id) { throw refuse(at: start, problem) }
    return id
  }

  /// A text; what `problem` finds begins with its key.
  private mutating func named(_ problem: (String) -> String?) throws(JSONFailure) -> String {
    try text { text in problem(text).map { String($0.drop { $0 != " " }.dropFirst()) } }
  }

  private mutating func state() throws(JSONFailure) -> SlotState {
    let start = scanner.cursor
    let word = try string()
    guard let state = SlotState(rawValue: word), state.isTrouble else {
      let states = SlotState.allCases.filter(\.isTrouble).map(\.rawValue).joined(separator: ", ")
      throw refuse(at: start, "is \(JSONPlace.quoted(word)); one of \(states) is expected")
    }
    return state
  }

  private mutating func ratio() throws(JSONFailure) -> Double? {
    let start = scanner.cursor
    if try scanner.takeNull() { return nil }
    guard scanner.isAtNumber else { throw wrongType("a number from 0 to 1, or null,") }
    let written = scanner.slice(try scanner.number())
    guard let ratio = Double(String(decoding: written, as: UTF8.self)), (0...1).contains(ratio) else {
      throw refuse(at: start, "is \(describe(start)); a number from 0 to 1, or null, is expected")
    }
    return ratio
  }

  private mutating func word<Value>(
    _ expected: String, _ value: (String) -> Value?
  ) throws(JSONFailure) -> Value? {
    let start = scanner.cursor
    guard let word = try stringOrNull() else { return nil }
    guard let value = value(word) else {
      throw refuse(at: start, "is \(JSONPlace.quoted(word)); \(expected) is expected")
    }
    return value
  }
}
