import ReadingCommands
import SlotStats
import StatsFormats
import TerminalUI

extension ConfigurationListing {
  /// The listing for a person: aligned, with nothing in it that steers a terminal.
  var text: String {
    var lines = Self.aligned(
      [["option", "value", "from"]] + rows.map { [$0.name, $0.value ?? $0.absent, $0.origin.words] })
    lines.append("")
    if let file = settings.configuration.file {
      lines.append("configuration file \(TerminalText.neutralised(file.path))")
    } else {
      lines.append("no configuration file; looked for:")
      lines += settings.configuration.places.map { "  " + TerminalText.neutralised($0) }
    }
    if !sources.isEmpty {
      lines += ["", "sources"]
      lines += Self.aligned(sources.map { ["  " + $0.name, $0.address.given, "line \($0.position.line)"] })
    }
    if !slots.isEmpty {
      lines += ["", "slots with thresholds of their own"]
      lines += Self.aligned(
        slots.map { slot in
          [
            "  " + slot.id, "warning \(ViewSettings.shareText(slot.thresholds.warning))",
            "critical \(ViewSettings.shareText(slot.thresholds.critical))", "min-runs \(slot.thresholds.minRuns)",
            "line \(slot.line)",
          ]
        })
    }
    if !descriptions.isEmpty {
      lines += ["", "slots that are described"]
      lines += Self.aligned(
        descriptions.flatMap { slot in
          ConfigurationKey.descriptions.compactMap { key, path in
            slot.description[keyPath: path].map { ["  " + slot.id, key.name, $0, "line \(slot.line)"] }
          }
        })
    }
    if !sinks.isEmpty {
      lines += ["", "who is told of alerts"]
      lines += Self.aligned(sinks.map { ["  " + $0.kind.name, $0.target, "line \($0.position.line)"] })
    }
    if !rules.isEmpty {
      lines += ["", "rules"]
      lines += Self.aligned(rules.map { ["  " + $0.rule.name, $0.rule.words, "line \($0.position.line)"] })
    }
    return lines.map { $0 + "\n" }.joined()
  }

  /// Rows whose cells stand below each other.
  static func aligned(_ rows: [[String]]) -> [String] {
    let rows = rows.map { $0.map { TerminalText.neutralised($0) } }
    let count = rows.first?.count ?? 0
    let widths = (0..<count).map { column in rows.map { TerminalText.width($0[column]) }.max() ?? 0 }
    return rows.map { row in
      zip(row, widths).enumerated().map { column, cell in
        column == count - 1 ? cell.0 : TerminalText.fitted(cell.0, width: cell.1)
      }.joined(separator: "  ")
    }
  }

  /// The listing as one JSON object of the schema `slotwatch.config/1`.
  var json: String {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("schema", "slotwatch.config/1")
      writer.member("file", settings.configuration.file?.path)
      Self.array("looked_for", settings.configuration.places, &writer) { $1.value($0) }
      Self.array("options", rows, &writer) { row, writer in
        writer.object { writer in
          writer.member("name", row.name)
          writer.member("value", row.value)
          Self.write(row.origin, to: &writer)
        }
      }
      Self.array("sources", sources, &writer) { source, writer in
        writer.object { writer in
          writer.member("name", source.name)
          writer.member("address", source.address.given)
          writer.member("line", source.position.line)
        }
      }
      Self.array("slots", slots, &writer) { slot, writer in
        writer.object { writer in
          writer.member("id", slot.id)
          writer.member("warning", slot.thresholds.warning)
          writer.member("critical", slot.thresholds.critical)
          writer.member("min_runs", slot.thresholds.minRuns)
          writer.member("line", slot.line)
        }
      }
      Self.array("descriptions", descriptions, &writer) { slot, writer in
        writer.object { writer in
          writer.member("id", slot.id)
          for (key, path) in ConfigurationKey.descriptions { writer.member(key.name, slot.description[keyPath: path]) }
          writer.member("line", slot.line)
        }
      }
      Self.array("notify", sinks, &writer) { sink, writer in
        writer.object { writer in
          writer.member("name", sink.kind.name)
          writer.member("target", sink.target)
          writer.member("line", sink.position.line)
        }
      }
      Self.array("rules", rules, &writer) { configured, writer in
        writer.object { writer in
          configured.rule.writeMembers(to: &writer)
          writer.member("line", configured.position.line)
        }
      }
    }
    return String(decoding: writer.bytes, as: UTF8.self) + "\n"
  }

  static func array<Item>(
    _ key: String, _ items: [Item], _ writer: inout JSONWriter, _ write: (Item, inout JSONWriter) -> Void
  ) {
    writer.key(key)
    writer.array { writer in
      for item in items { write(item, &writer) }
    }
  }

  static func write(_ origin: OptionOrigin, to writer: inout JSONWriter) {
    switch origin {
    case .flag(let name):
      writer.member("from", "flag")
      writer.member("flag", name)
    case .environment(let name):
      writer.member("from", "environment")
      writer.member("variable", name)
    case .file(let path, let line):
      writer.member("from", "file")
      writer.member("file", path)
      writer.member("line", line)
    case .standard: writer.member("from", "default")
    }
  }
}

extension OptionOrigin {
  /// Where a value came from, in words.
  fileprivate var words: String {
    switch self {
    case .flag(let name): "flag \(name)"
    case .environment(let name): "environment \(name)"
    case .file(let path, let line): "file \(path):\(line)"
    case .standard: "default"
    }
  }
}
