import ReadingCommands
import TOMLKit

/// A value of a TOML text.
enum TOMLContent: Sendable {
  /// A single value, by its sort and as a flag would be given it.
  case value(ConfigurationKind, text: String)
  /// An array of texts.
  case texts([String])
  /// A table.
  case table([String: TOMLContent])
  /// An array of tables, of one at least.
  case tables([[String: TOMLContent]])
  /// Anything that no key takes.
  case other

  /// The sort of value, in words.
  var word: String {
    switch self {
    case .value(.text, _): "a text"
    case .value(.truth, _): "true or false"
    case .value: "a number"
    case .texts: "a list"
    case .table: "a table"
    case .tables: "a list of tables"
    case .other: "of a sort that no key takes"
    }
  }
}

/// A TOML text, read, with the places of its keys.
struct TOMLDocument {
  /// What is wrong with a text.
  struct Fault: Error {
    let position: TextPosition
    let reason: String
  }

  /// The values of the text.
  let root: [String: TOMLContent]
  /// Where they stand.
  let outline: TOMLOutline

  /// Reads `text`.
  /// - Throws: the first fault. It repeats no value, which may be a secret in the wrong place.
  init(_ text: String) throws(Fault) {
    outline = TOMLOutline(text)
    if let stop = outline.stop {
      let place = outline.position(stop.offset)
      if let reason = stop.reason { throw Fault(position: place, reason: reason) }
      do throws(Fault) {
        _ = try Self.parse(outline.text(upTo: stop))
      } catch {
        throw error
      }
      throw Fault(position: place, reason: "this is no TOML")
    }
    if let duplicate = outline.duplicate {
      throw Fault(
        position: outline.position(duplicate.offset),
        reason: "\"\(duplicate.path.last ?? "")\" stands twice, first at \(outline.key(duplicate.path))")
    }
    root = try Self.parse(text)
  }

  /// What the parser begins its words with.
  private static let opening = "Error while "

  private static func parse(_ text: String) throws(Fault) -> [String: TOMLContent] {
    do {
      let table = try TOMLTable(string: text)
      return withExtendedLifetime(table) { contents($0) }
    } catch let error as TOMLParseError {
      let begin = error.source.begin
      throw Fault(
        position: TextPosition(line: begin.line, column: begin.column),
        reason: "this is no TOML: \(withoutQuotes(error.description))")
    } catch {
      throw Fault(position: TextPosition(line: 1, column: 1), reason: "this is no TOML")
    }
  }

  private static func contents(_ table: TOMLTable) -> [String: TOMLContent] {
    var contents: [String: TOMLContent] = [:]
    for key in table.keys { contents[key] = table[key].map { content($0) } ?? .other }
    return contents
  }

  private static func content(_ value: any TOMLValueConvertible) -> TOMLContent {
    switch value.type {
    case .string: value.string.map { .value(.text, text: $0) } ?? .other
    case .int: value.int.map { .value(.whole, text: "\($0)") } ?? .other
    case .double: value.double.map { .value(.decimal, text: "\($0)") } ?? .other
    case .bool: value.bool.map { .value(.truth, text: "\($0)") } ?? .other
    case .table: value.table.map { .table(contents($0)) } ?? .other
    case .array: value.array.flatMap { texts($0) ?? tables($0) } ?? .other
    case .date, .time, .dateTime: .other
    }
  }

  private static func texts(_ array: TOMLArray) -> TOMLContent? {
    var texts: [String] = []
    for item in array {
      guard let text = item.string else { return nil }
      texts.append(text)
    }
    return .texts(texts)
  }

  private static func tables(_ array: TOMLArray) -> TOMLContent? {
    var tables: [[String: TOMLContent]] = []
    for item in array {
      guard let table = item.table else { return nil }
      tables.append(contents(table))
    }
    return .tables(tables)
  }

  /// The parser's words without what it quotes from the text, beyond a single character.
  private static func withoutQuotes(_ words: String) -> String {
    let words = words.hasPrefix(opening) ? words.dropFirst(opening.count) : words[...]
    var parts: [String] = []
    for (index, part) in words.split(separator: "'", omittingEmptySubsequences: false).enumerated() {
      let isQuoted = !index.isMultiple(of: 2)
      parts.append(isQuoted && part.unicodeScalars.count > 1 ? "…" : String(part))
    }
    return parts.joined(separator: "'")
  }
}
