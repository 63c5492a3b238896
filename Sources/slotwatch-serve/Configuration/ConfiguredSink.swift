/// A sink of notifications that the configuration file names.
struct ConfiguredSink: Sendable {
  /// Which kind it is.
  let kind: SinkKind
  /// Its values by their keys; those that it needs are there.
  let values: [String: ConfiguredValue]
  /// Where it begins.
  let position: TextPosition

  /// Where it leads, for a person: no secret, which arguments and the path of a URL may hold.
  var target: String { kind.target(self) }

  /// The value of a key.
  subscript(_ key: ConfigurationKey) -> ConfiguredValue? { values[key.name] }
}
