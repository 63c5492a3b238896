/// What a person says of a server's counters, all of it valid.
package struct MappingSettings: Hashable, Sendable {
  /// The name of a preset; `nil` where it is found by itself, or not needed.
  package var preset: String?
  /// Own counters by their names.
  package var counters: [String: SelectorSum] = [:]
  package var slotLabel: String?, providerLabel: String?, nameLabel: String?
  /// Matchers that are added to every selector.
  package var match: String?
  /// A regular expression on the exception's label: errors that it fits are provider errors.
  package var providerErrorsMatch: String?
  package var aggregate: CounterMapping.Aggregate?
  /// Seconds from one sample to the next; `nil` where it is measured.
  package var scrapeInterval: Int?
  /// Headers that are sent with each request.
  package var headers: [String: String] = [:]

  package init() {}

  /// The mapping that these settings and the names of a server's metrics make.
  /// - Throws: why they make none.
  package func mapping(_ names: Set<String>) throws(PresetRefusal) -> (mapping: CounterMapping, preset: String?) {
    let preset = counters.isEmpty || self.preset != nil ? try PresetChoice(named: self.preset, names: names) : nil
    var mapping =
      preset?.mapping ?? CounterMapping(counters: [:], slotLabel: Self.standardLabel)
    mapping.counters.merge(counters) { $1 }
    mapping.slotLabel = slotLabel ?? mapping.slotLabel
    mapping.providerLabel = providerLabel
    mapping.nameLabel = nameLabel
    mapping.aggregate = aggregate ?? mapping.aggregate
    if let providerErrorsMatch {
      guard let label = preset?.preset.exceptionLabel ?? (preset == nil ? Self.standardException : nil) else {
        throw PresetRefusal(
          "preset \"\(preset?.preset.name ?? "")\" has no label of exceptions; provider_errors_match needs one")
      }
      mapping = mapping.movingErrors(label, fitting: providerErrorsMatch)
    }
    return (mapping.narrowed(by: match), preset?.preset.name)
  }

  private static let standardLabel = "queue"
  private static let standardException = "exception"
}
