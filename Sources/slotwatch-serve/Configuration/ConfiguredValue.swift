import ReadingCommands
import SlotStats

/// A place in a text, both from 1; columns count Unicode scalars.
struct TextPosition: Hashable, Sendable, CustomStringConvertible {
  let line: Int
  let column: Int

  var description: String { "line \(line), column \(column)" }
}

/// A value of the configuration file, as a flag would be given.
struct ConfiguredValue: Hashable, Sendable {
  /// The text of a flag with this value; a path that the file gives is resolved.
  let text: String
  /// A program's arguments, or the values of a list, for a key that holds such; else empty.
  var words: [String] = []
  /// Where it stands.
  let position: TextPosition
}

/// A source that the configuration file names.
struct ConfiguredSource: Sendable {
  /// Its name.
  let name: String
  /// Where it is.
  let address: SourceAddress
  /// The line that says where it is.
  let addressLine: Int
  /// Its own values by their keys; they go before the file's general ones.
  let values: [String: ConfiguredValue]
  /// Where it begins.
  let position: TextPosition
}

/// A slot for which the configuration file has thresholds, or that it describes.
struct ConfiguredSlot: Sendable {
  /// Its own values by their keys; the general thresholds fill the gaps.
  let values: [String: ConfiguredValue]
  /// Where it begins.
  let position: TextPosition
}

extension ConfiguredSlot {
  /// What the file says of the slot besides its thresholds; `nil` where it says nothing.
  var description: SlotDescription? {
    var description = SlotDescription()
    for (key, path) in ConfigurationKey.descriptions { description[keyPath: path] = values[key.name]?.text }
    return description == SlotDescription() ? nil : description
  }

  /// Whether the slot has thresholds of its own.
  var hasThresholds: Bool {
    [Options.warning.key, Options.critical.key, Options.minRuns.key].contains { values[$0] != nil }
  }
}

/// What a configuration file says, all of it valid.
struct ConfigurationFile: Sendable {
  /// Its path, as given.
  let path: String
  /// The general values by their keys.
  var general: [String: ConfiguredValue] = [:]
  /// The sources by their names.
  var sources: [String: ConfiguredSource] = [:]
  /// The thresholds and descriptions of single slots.
  var slots: [Slot.ID: ConfiguredSlot] = [:]
  /// Who is told of alerts, in the order of their kinds.
  var sinks: [ConfiguredSink] = []
  /// The rules, in the order in which they stand; none where the standard ones hold.
  var rules: [ConfiguredRule] = []

  /// What flags would be given, by the options' keys: the values of `source`, then the general ones.
  func texts(for source: ConfiguredSource?) -> [String: ConfiguredText] {
    general.merging(source?.values ?? [:]) { $1 }
      .mapValues { ConfiguredText($0.text, words: $0.words, .file(path: path, line: $0.position.line)) }
  }

  /// The failure of a file that cannot be used because of what stands at `position`.
  func failure(_ position: TextPosition, _ reason: String) -> CommandFailure {
    Self.failure(path, "\(position): \(reason)")
  }

  /// The longest reason that is told: a name in the file may be as long as the file.
  private static let maxReasonLength = 400

  /// The failure of the file at `path`.
  static func failure(_ path: String, _ reason: String) -> CommandFailure {
    let scalars = reason.unicodeScalars
    let reason = scalars.count > maxReasonLength ? String(scalars.prefix(maxReasonLength)) + "…" : reason
    return CommandFailure(.configuration, "Cannot use \"\(path)\": \(reason)\(reason.hasSuffix("?") ? "" : ".")")
  }
}
