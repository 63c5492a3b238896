import FoundationEssentials
import SlotStats
import StatsFormats

/// What rules are remembered by, as one JSON document.
enum RuleMemoryDocument {
  /// Why a document is none.
  struct Refusal: Error {
    /// In words, to be read after the file.
    let cause: String
  }

  /// The name of the schema; another version has another one.
  static let schema = "slotwatch.rules/1"

  static func bytes(_ contents: RuleMemoryFile.Contents, of source: String) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("schema", schema)
      writer.member("source", source)
      writer.member("saved_at", contents.savedAt)
      writer.key("rules")
      writer.array { writer in
        for entry in contents.memory { write(entry, to: &writer) }
      }
    }
    writer.newline()
    return writer.bytes
  }

  private static func write(_ entry: AlertMemory, to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("rule", entry.rule)
      writer.member("about", entry.subject.about)
      if case .slot(let id) = entry.subject { writer.member("slot", id) }
      writer.member("began", entry.began)
      writer.member("fired_at", entry.firedAt)
      writer.member("holds", entry.holds)
      writer.member("was_known", entry.wasKnown)
      writer.member("held_seconds", entry.heldSeconds)
      writer.member("missed_seconds", entry.missedSeconds)
      writer.member("lasted_seconds_ago", entry.lastedSecondsAgo)
    }
  }

  /// Reads a document of `source`.
  /// - Throws: why it is none.
  static func contents(parsing bytes: [UInt8], of source: String) throws(Refusal) -> RuleMemoryFile.Contents {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    guard let head = try? decoder.decode(Head.self, from: Data(bytes)) else {
      throw Refusal(cause: "it is cut off, or no memory of rules")
    }
    guard head.schema == schema else {
      throw Refusal(cause: "its schema is \(JSONPlace.quoted(head.schema)), not \"\(schema)\"")
    }
    guard let document = try? decoder.decode(Document.self, from: Data(bytes)),
      let savedAt = RFC3339.parse(document.savedAt)?.date
    else { throw Refusal(cause: "it is damaged") }
    guard document.source == source else {
      throw Refusal(cause: "it belongs to the source \(JSONPlace.quoted(document.source)); give each a file of its own")
    }
    var memory: [AlertMemory] = []
    for entry in document.rules {
      guard let entry = entry.memory else { throw Refusal(cause: "it is damaged") }
      memory.append(entry)
    }
    return RuleMemoryFile.Contents(memory: memory, savedAt: savedAt)
  }

  private struct Head: Decodable {
    var schema: String
  }

  private struct Document: Decodable {
    var source: String
    var savedAt: String
    var rules: [Entry]
  }

  private struct Entry: Decodable {
    var rule: String
    var about: String
    var slot: String?
    var began: String
    var firedAt: String?
    var holds: Bool
    var wasKnown: Bool
    var heldSeconds: Double
    var missedSeconds: Double
    var lastedSecondsAgo: Double?

    /// What it says; `nil` where that cannot be.
    var memory: AlertMemory? {
      guard let subject = AlertSubject(about: about, slot: slot), let began = RFC3339.parse(began)?.date else {
        return nil
      }
      let fired = firedAt.flatMap { RFC3339.parse($0)?.date }
      guard (fired == nil) == (firedAt == nil) else { return nil }
      return AlertMemory(
        rule: rule, subject: subject, began: began, firedAt: fired, holds: holds, wasKnown: wasKnown,
        heldSeconds: heldSeconds, missedSeconds: missedSeconds, lastedSecondsAgo: lastedSecondsAgo)
    }
  }
}

extension AlertSubject {
  /// The word that tells what it is about.
  fileprivate var about: String {
    switch self {
    case .slot: "slot"
    case .all: "all"
    case .source: "source"
    }
  }

  fileprivate init?(about: String, slot: String?) {
    switch (about, slot) {
    case ("slot", let id?): self = .slot(id)
    case ("all", nil): self = .all
    case ("source", nil): self = .source
    default: return nil
    }
  }
}
