import FoundationEssentials
import SlotStats

/// What the newest failures of a slot say as a JSON object, which our server answers and our panel client reads:
/// `{"since":INSTANT|null,"examined":20,"messages":[{"text":"502 from api.example","count":17,"newest_at":INSTANT}…]}`.
package enum FailureMessagesDocument {
  /// The object as UTF-8 text.
  package static func bytes(of messages: FailureMessages) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { write(messages, to: &$0) }
    return writer.bytes
  }

  /// Writes the members.
  package static func write(_ messages: FailureMessages, to writer: inout JSONWriter) {
    writer.member("since", messages.since)
    writer.member("examined", messages.examined)
    writer.key("messages")
    write(messages.patterns, to: &writer)
  }

  /// Writes the patterns as a list.
  package static func write(_ patterns: [FailureMessages.Pattern], to writer: inout JSONWriter) {
    writer.array { writer in
      for pattern in patterns {
        writer.object { writer in
          writer.member("text", pattern.text)
          writer.member("count", pattern.count)
          writer.member("newest_at", pattern.newest)
        }
      }
    }
  }

  /// Reads the UTF-8 text of an object. What a server folded is folded again here: its patterns may be longer than ours,
  /// and hold what it does not take for a secret.
  /// - Throws: the first thing that is refused, by its place.
  package static func messages(parsing bytes: [UInt8], limit: Int) throws(SnapshotError) -> FailureMessages {
    try PanelReader.read(bytes) { reader throws(JSONFailure) in try reader.failureMessages(limit) }
  }
}

private let messagesKeys = JSONKeyTable(["since", "examined", "messages"])
private let patternKeys = JSONKeyTable(["text", "count", "newest_at"])

extension PanelReader {
  fileprivate mutating func failureMessages(_ limit: Int) throws(JSONFailure) -> FailureMessages {
    let start = scanner.cursor
    var messages = FailureMessages(patterns: [], examined: 0, since: nil)
    let seen = try object(messagesKeys) { (reader, key) throws(JSONFailure) in
      switch key {
      case 0: messages.since = try reader.scanner.takeNull() ? nil : try reader.instant().date
      case 1: messages.examined = try reader.counter()
      default: messages.patterns = try reader.patterns(limit)
      }
    }
    for (key, name) in [(1, "examined"), (2, "messages")] where seen & 1 << key == 0 {
      throw refuse(at: start, step: ".\(name)", "is missing; messages of failures have it")
    }
    return messages
  }

  private mutating func patterns(_ limit: Int) throws(JSONFailure) -> [FailureMessages.Pattern] {
    guard scanner.byte == 0x5B else { throw wrongType("a list") }
    try scanner.open()
    var patterns: [FailureMessages.Pattern] = []
    var isFirst = true
    while try scanner.nextElement(isFirst: &isFirst) {
      let pattern = try pattern()
      if patterns.count < limit { patterns.append(pattern) }
    }
    return patterns
  }

  private mutating func pattern() throws(JSONFailure) -> FailureMessages.Pattern {
    let start = scanner.cursor
    var pattern = FailureMessages.Pattern(text: "", count: 0, newest: .distantPast)
    let seen = try object(patternKeys) { (reader, key) throws(JSONFailure) in
      switch key {
      case 0: pattern.text = MessagePattern.text(of: try reader.string())
      case 1: pattern.count = try reader.counter()
      default: pattern.newest = try reader.instant().date
      }
    }
    for (key, name) in [(0, "text"), (1, "count"), (2, "newest_at")] where seen & 1 << key == 0 {
      throw refuse(at: start, step: ".\(name)", "is missing; every message has it")
    }
    return pattern
  }
}
