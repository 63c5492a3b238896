import ReadingCommands
import SlotStats

/// Reads the text of a configuration file into what it says, or finds the first thing that is wrong with it.
struct ConfigurationReader {
  /// Its path, as given.
  let path: String
  /// The folder that relative paths start from.
  let folder: String
  /// The user's own folder, which `~/` stands for; `nil` where there is none.
  let home: String?
  /// The kinds of sources that there are.
  var kinds = SourceKind.all

  typealias Fault = TOMLDocument.Fault

  /// The longest name of a source or id of a slot.
  private static let maxNameLength = 128

  /// Reads `text`.
  /// - Throws: a configuration error with line and column.
  func read(_ text: String) throws(CommandFailure) -> ConfigurationFile {
    do {
      return try file(try TOMLDocument(text))
    } catch {
      throw ConfigurationFile.failure(path, "\(error.position): \(error.reason)")
    }
  }

  private func file(_ document: TOMLDocument) throws(Fault) -> ConfigurationFile {
    var file = ConfigurationFile(path: path)
    var root = document.root
    let sources = try table(
      root.removeValue(forKey: ConfigurationKey.tables.sources), [ConfigurationKey.tables.sources], document)
    let slots = try table(
      root.removeValue(forKey: ConfigurationKey.tables.slots), [ConfigurationKey.tables.slots], document)
    file.sinks = try sinks(root.removeValue(forKey: ConfigurationKey.sinksTable), document)
    file.rules = try rules(root.removeValue(forKey: ConfigurationKey.rules), document)
    file.general = try values(root, .general, [], document)
    for (name, content, path) in sources {
      try checkName(name, path, document)
      guard case .table(let members) = content else {
        throw Fault(
          position: document.outline.key(path), reason: "source \"\(name)\" is \(content.word); write [sources.\(name)]"
        )
      }
      file.sources[name] = try source(name, try values(members, .source, path, document), path, document)
    }
    for (id, content, path) in slots {
      guard case .table(let members) = content, (1...Self.maxNameLength).contains(id.unicodeScalars.count) else {
        throw Fault(
          position: document.outline.key(path),
          reason: "\"\(id)\" is no slot; write [slots.\"slot-007\"]")
      }
      file.slots[id] = ConfiguredSlot(
        values: try values(members, .slot, path, document), position: document.outline.key(path))
    }
    try checkDefault(file, document)
    return file
  }

  /// The members of a table of tables, in their order.
  private func table(
    _ content: TOMLContent?, _ path: [String], _ document: TOMLDocument
  ) throws(Fault) -> [(name: String, content: TOMLContent, path: [String])] {
    guard let content else { return [] }
    guard case .table(let members) = content else {
      throw Fault(
        position: document.outline.key(path), reason: "\"\(path[0])\" is \(content.word); write [\(path[0]).NAME]")
    }
    return Self.ordered(members, path, document)
  }

  /// The members of a table in the order in which they stand.
  static func ordered(
    _ members: [String: TOMLContent], _ path: [String], _ document: TOMLDocument
  ) -> [(name: String, content: TOMLContent, path: [String])] {
    members.map { (name: $0, content: $1, path: path + [$0], place: document.outline.key(path + [$0])) }
      .sorted { ($0.place.line, $0.place.column) < ($1.place.line, $1.place.column) }
      .map { ($0.name, $0.content, $0.path) }
  }

  private func checkName(_ name: String, _ path: [String], _ document: TOMLDocument) throws(Fault) {
    let isName =
      (1...Self.maxNameLength).contains(name.unicodeScalars.count)
      && name.unicodeScalars.allSatisfy { $0 != ":" && $0 != "/" && $0.properties.generalCategory != .control }
    guard isName else {
      throw Fault(
        position: document.outline.key(path),
        reason:
          "\"\(name)\" is no name of a source; it has 1 to \(Self.maxNameLength) characters without \":\" and \"/\"")
    }
  }

  /// A default source that is no address has to be a name.
  private func checkDefault(_ file: ConfigurationFile, _ document: TOMLDocument) throws(Fault) {
    guard case .value(.text, let given)? = document.root[Options.source.key], file.sources[given] == nil else { return }
    let looksLikeName = !given.unicodeScalars.contains { $0 == "." || $0 == "/" || $0 == ":" }
    guard looksLikeName else { return }
    let near = NearWord.nearest(to: given, among: file.sources.keys.sorted()).map { "did you mean \"\($0)\"?" }
    throw Fault(
      position: document.outline.value([Options.source.key]),
      reason: "no source is called \"\(given)\"; \(near ?? "write [sources.\(given)], or ./\(given) for a file")")
  }
}

// MARK: - Values

extension ConfigurationReader {
  /// The values of one part of the file, each of its sort and usable.
  func values(
    _ members: [String: TOMLContent], _ section: ConfigurationKey.Section, _ path: [String], _ document: TOMLDocument
  ) throws(Fault) -> [String: ConfiguredValue] {
    var values: [String: ConfiguredValue] = [:]
    for (name, content, path) in Self.ordered(members, path, document) {
      guard let key = ConfigurationKey.all.first(where: { $0.name == name && $0.sections.contains(section) }) else {
        throw Fault(position: document.outline.key(path), reason: Self.unknown(name, section))
      }
      values[name] = try value(content, key, document.outline.value(path), document)
    }
    return values
  }

  private func value(
    _ content: TOMLContent, _ key: ConfigurationKey, _ position: TextPosition, _ document: TOMLDocument
  ) throws(Fault) -> ConfiguredValue {
    switch content {
    case .texts(let words) where key.meaning == .member:
      for word in words { try check(word, key, position) }
      return ConfiguredValue(text: words.joined(separator: ","), words: words, position: position)
    case .texts(let words) where key.kinds.contains(.texts) && words.first?.isEmpty == false:
      return ConfiguredValue(text: words[0], words: words, position: position)
    case .table(let members) where key.meaning == .pairs:
      var words: [String] = []
      for (name, content) in members.sorted(by: { $0.key < $1.key }) {
        guard case .value(.text, let text) = content, PrometheusKey.isHeader(name, text) else {
          throw Fault(position: position, reason: "\(key.name) has \"\(name)\"; give \(key.expected)")
        }
        words += [name, text]
      }
      return ConfiguredValue(text: "", words: words, position: position)
    case .value(let kind, let text) where key.kinds.contains(kind):
      try check(text, key, position)
      if key.meaning == .member {
        // A text says what the variable says by it.
        let words = OptionReader.words(text, separator: ",")
        return ConfiguredValue(text: text, words: words, position: position)
      }
      if key.meaning == .command {
        return ConfiguredValue(text: text, words: ["/bin/sh", "-c", text], position: position)
      }
      return ConfiguredValue(
        text: try resolved(text, key.meaning, position, document), position: position)
    default:
      throw Fault(position: position, reason: "\(key.name) is \(content.word); give \(key.expected)")
    }
  }

  private func check(_ text: String, _ key: ConfigurationKey, _ position: TextPosition) throws(Fault) {
    guard !key.accepts(text) else { return }
    throw Fault(position: position, reason: "\(key.name) is \"\(text)\"; give \(key.expected)")
  }

  private static func unknown(_ name: String, _ section: ConfigurationKey.Section) -> String {
    if let instead = ConfigurationKey.secrets[name.lowercased()] {
      return "\"\(name)\" cannot stand here, since no secret stands in this file; use \(instead)"
    }
    let known = ConfigurationKey.all.filter { $0.sections.contains(section) }.map(\.name)
    let isSink = SinkKind.all.contains { $0.section == section }
    let elsewhere = isSink ? nil : ConfigurationKey.all.first { $0.name == name }
    if let elsewhere, elsewhere.sections.contains(.source) {
      return "key \"\(name)\" belongs to a source; write it below [sources.NAME]"
    }
    if let elsewhere, let sink = SinkKind.all.first(where: { elsewhere.sections.contains($0.section) }) {
      return "key \"\(name)\" belongs to a notification; write it below [notify.\(sink.name)]"
    }
    if let elsewhere, elsewhere.sections == [.slot] {
      return "key \"\(name)\" belongs to a slot; write it below [slots.\"ID\"]"
    }
    if elsewhere != nil { return "key \"\(name)\" is general; write it above the first table" }
    let near = NearWord.nearest(to: name, among: known)
    return "unknown key \"\(name)\"; "
      + (near.map { "did you mean \"\($0)\"?" } ?? "the keys are \(known.joined(separator: ", "))")
  }
}

// MARK: - Places

extension ConfigurationReader {
  private func resolved(
    _ text: String, _ meaning: ConfigurationKey.Meaning, _ position: TextPosition, _ document: TOMLDocument
  ) throws(Fault) -> String {
    switch meaning {
    case .plain, .command, .member, .pairs: return text
    case .path: return try absolute(text, position)
    case .address:
      // A name stays one; which names there are is known later.
      if case .table(let sources)? = document.root[ConfigurationKey.tables.sources], sources[text] != nil {
        return text
      }
      guard let file = try address(text, position).place.file else { return text }
      return "\(file.scheme):\(try absolute(file.path, position))"
    }
  }

  private func absolute(_ path: String, _ position: TextPosition) throws(Fault) -> String {
    if path.hasPrefix("/") { return path }
    guard path.hasPrefix("~/") else { return folder == "/" ? "/" + path : folder + "/" + path }
    guard let home else { throw Fault(position: position, reason: "\"\(path)\" needs HOME, which is not set") }
    return home + path.dropFirst()
  }

  private func address(_ text: String, _ position: TextPosition) throws(Fault) -> SourceAddress {
    do {
      return try SourceAddress(text, among: kinds)
    } catch {
      throw Fault(position: position, reason: error.line)
    }
  }

  private func source(
    _ name: String, _ values: [String: ConfiguredValue], _ path: [String], _ document: TOMLDocument
  ) throws(Fault) -> ConfiguredSource {
    var values = values
    guard let given = values.removeValue(forKey: ConfigurationKey.address.name) else {
      throw Fault(position: document.outline.key(path), reason: "source \"\(name)\" has no address")
    }
    let credentials = [Options.tokenFile.key, CredentialPlan.commandKey, Options.loginFile.key].filter {
      values[$0] != nil
    }
    guard credentials.count < 2 else {
      throw Fault(
        position: document.outline.key(path + [credentials[1]]),
        reason: "source \"\(name)\" has both \(credentials[0]) and \(credentials[1]); give one sort of credentials")
    }
    let address = try address(given.text, given.position)
    if !(address.place is PrometheusPlace), let key = PrometheusKey.all.first(where: { values[$0.key.name] != nil }) {
      throw Fault(
        position: document.outline.key(path + [key.key.name]),
        reason: "key \"\(key.key.name)\" is for a source prometheus+https://HOST; \"\(name)\" is none")
    }
    return ConfiguredSource(
      name: name, address: address, addressLine: given.position.line, values: values,
      position: document.outline.key(path))
  }
}
