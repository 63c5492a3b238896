import PrometheusSource
import ReadingCommands

/// A key of `[sources.NAME]` that says what the counters of a Prometheus mean.
struct PrometheusKey: Sendable {
  /// Where it stands and what it takes.
  let key: ConfigurationKey
  /// Puts its value, which is good, to the others.
  let apply: @Sendable (inout MappingSettings, ConfiguredValue) -> Void

  private init(
    _ name: String, _ expected: String, kind: ConfigurationKind = .text, _ meaning: ConfigurationKey.Meaning = .plain,
    accepts: @escaping @Sendable (String) -> Bool = { !$0.isEmpty },
    _ apply: @escaping @Sendable (inout MappingSettings, ConfiguredValue) -> Void
  ) {
    key = ConfigurationKey(name, expected, in: [.source], [kind], meaning, accepts: accepts)
    self.apply = apply
  }

  /// A key that names a label.
  private init(label name: String, _ path: any WritableKeyPath<MappingSettings, String?> & Sendable) {
    self.init(name, "the name of a label", accepts: MetricSelector.isLabel) { $0[keyPath: path] = $1.text }
  }

  /// All of them.
  static let all: [PrometheusKey] =
    [
      PrometheusKey(
        "preset", "the name of a preset, as slotwatch presets lists them",
        accepts: { name in PrometheusPreset.all.contains { $0.name == name } }
      ) { $0.preset = $1.text }
    ]
    + CounterMapping.names.map { name in
      PrometheusKey(
        name, "a selector such as jobs_total{status=\"ok\"}, or A - B", accepts: { SelectorSum($0) != nil }
      ) { $0.counters[name] = SelectorSum($1.text) }
    } + [
      PrometheusKey(label: "slot_label", \.slotLabel), PrometheusKey(label: "provider_label", \.providerLabel),
      PrometheusKey(label: "name_label", \.nameLabel),
      PrometheusKey("match", "matchers such as env=\"prod\"", accepts: MetricSelector.areMatchers) {
        $0.match = $1.text
      },
      PrometheusKey("provider_errors_match", "a regular expression on the exception's label") {
        $0.providerErrorsMatch = $1.text
      },
      PrometheusKey(
        "aggregate", "sum or max", accepts: { CounterMapping.Aggregate(rawValue: $0) != nil }
      ) { $0.aggregate = CounterMapping.Aggregate(rawValue: $1.text) },
      PrometheusKey(
        "scrape_interval", "a whole number of seconds from 1 to 3600", kind: .whole,
        accepts: { Int($0).map { (1...3_600).contains($0) } ?? false }
      ) { $0.scrapeInterval = Int($1.text) },
      PrometheusKey(
        "headers", "names and texts such as { X-Scope-OrgID = \"team-a\" }, no secrets", kind: .other, .pairs
      ) {
        settings, value in
        for index in stride(from: 0, to: value.words.count - 1, by: 2) {
          settings.headers[value.words[index]] = value.words[index + 1]
        }
      },
    ]

  /// What the values of a source say of its counters.
  static func mapping(_ values: [String: ConfiguredValue]) -> MappingSettings {
    var settings = MappingSettings()
    for key in all { if let value = values[key.key.name] { key.apply(&settings, value) } }
    return settings
  }

  /// Headers that a request has anyway, or that hold secrets.
  private static let ownHeaders: Set<String> = [
    "authorization", "proxy-authorization", "cookie", "host", "content-length", "content-type", "transfer-encoding",
    "connection", "accept-encoding",
  ]

  /// Whether a header may be sent.
  static func isHeader(_ name: String, _ value: String) -> Bool {
    let isName = !name.isEmpty && name.utf8.allSatisfy { ($0 | 0x20) &- 0x61 < 26 || $0 &- 0x30 < 10 || $0 == 0x2D }
    return isName && !ownHeaders.contains(name.lowercased()) && value.utf8.allSatisfy { (0x20...0x7E).contains($0) }
  }
}
