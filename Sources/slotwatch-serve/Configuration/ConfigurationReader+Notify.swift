import HTTPTransport
import ReadingCommands

extension ConfigurationReader {
  /// The sinks below `[notify]`, in the order of their kinds.
  func sinks(_ content: TOMLContent?, _ document: TOMLDocument) throws(Fault) -> [ConfiguredSink] {
    let path = [ConfigurationKey.sinksTable]
    guard let content else { return [] }
    let names = SinkKind.all.map(\.name)
    let forms = names.map { "[\(ConfigurationKey.sinksTable).\($0)]" }.joined(separator: ", ")
    guard case .table(let members) = content else {
      throw Fault(
        position: document.outline.key(path), reason: "\"\(path[0])\" is \(content.word); the tables are \(forms)")
    }
    var sinks: [ConfiguredSink] = []
    for (name, content, path) in Self.ordered(members, path, document) {
      guard let kind = SinkKind.all.first(where: { $0.name == name }) else {
        let near = NearWord.nearest(to: name, among: names).map { "did you mean \"\($0)\"?" }
        throw Fault(
          position: document.outline.key(path),
          reason: "nobody is notified by \"\(name)\"; \(near ?? "the tables are \(forms)")")
      }
      sinks.append(try sink(kind, content, path, document))
    }
    return names.compactMap { name in sinks.first { $0.kind.name == name } }
  }

  private func sink(
    _ kind: SinkKind, _ content: TOMLContent, _ path: [String], _ document: TOMLDocument
  ) throws(Fault) -> ConfiguredSink {
    let place = document.outline.key(path)
    guard case .table(let members) = content else {
      throw Fault(
        position: place, reason: "\"\(kind.name)\" is \(content.word); write [\(path.joined(separator: "."))]")
    }
    let values = try values(members, kind.section, path, document)
    for (keys, example) in kind.needed {
      let given = keys.filter { values[$0.name] != nil }
      guard let first = given.first else {
        throw Fault(
          position: place, reason: "[\(path.joined(separator: "."))] has no \(keys[0].name); write \(example)")
      }
      guard given.count == 1 else {
        throw Fault(
          position: document.outline.key(path + [given[1].name]),
          reason: "[\(path.joined(separator: "."))] has both \(first.name) and \(given[1].name); give one of them")
      }
    }
    if let url = values[ConfigurationKey.sinkURL.name] {
      do {
        _ = try RemoteURL(parsing: url.text)
      } catch {
        throw Fault(position: url.position, reason: "url \(error.problem)")
      }
    }
    return ConfiguredSink(kind: kind, values: values, position: place)
  }
}
