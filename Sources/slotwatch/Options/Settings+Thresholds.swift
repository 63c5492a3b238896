import SlotStats

extension Settings {
  /// By what slots are judged: the general thresholds, and those of single slots, which the configuration file gives.
  static func thresholds(_ options: CommonOptions, _ take: inout SettingsReader) throws(CommandFailure)
    -> ThresholdRules
  {
    let standard = try general(options, &take)
    guard let file = take.reader.file, !file.slots.isEmpty else { return ThresholdRules(standard) }
    var overrides: [Slot.ID: Thresholds] = [:]
    for (id, own) in file.slots.sorted(by: { $0.value.position.line < $1.value.position.line }) {
      overrides[id] = try merged(own, id, standard, in: file)
    }
    return ThresholdRules(standard, overrides: overrides)
  }

  private static func general(_ options: CommonOptions, _ take: inout SettingsReader) throws(CommandFailure)
    -> Thresholds
  {
    let standard = Thresholds.standard
    let warning = try take.value(Options.warning, flag: options.warning) ?? standard.warning
    let critical = try take.value(Options.critical, flag: options.critical) ?? standard.critical
    let minRuns = try take.value(Options.minRuns, flag: options.minRuns) ?? standard.minRuns
    if let thresholds = Thresholds(warning: warning, critical: critical, minRuns: minRuns) { return thresholds }
    throw crossed(
      try take.reader.find(Options.warning, flag: options.warning),
      try take.reader.find(Options.critical, flag: options.critical))
  }

  /// The refusal of a warning above the critical threshold; at least one of them was given.
  private static func crossed(_ warning: OptionValue<Double>?, _ critical: OptionValue<Double>?) -> CommandFailure {
    let given = warning?.text ?? ConfigurationListing.share(Thresholds.standard.warning)
    let limit = critical?.text ?? ConfigurationListing.share(Thresholds.standard.critical)
    let reason = "a warning of \"\(given)\" with a critical of \"\(limit)\": the warning is not above it"
    let origins = [warning?.origin, critical?.origin].compactMap { $0 }
    let place = origins.contains { $0.status == .usage } ? nil : origins.first { $0.isFile }
    return CommandFailure(
      origins.contains { $0.status == .usage } ? .usage : .configuration,
      "Cannot use \(reason)\(place.map { " (\($0.name))" } ?? "").")
  }

  /// A slot's own thresholds, the missing ones taken from the general ones.
  private static func merged(
    _ own: ConfiguredSlot, _ id: Slot.ID, _ standard: Thresholds, in file: ConfigurationFile
  ) throws(CommandFailure) -> Thresholds {
    func value<Value>(_ rule: OptionRule<Value>) -> Value? { own.values[rule.key].flatMap { rule.parse($0.text) } }
    let merged = Thresholds(
      warning: value(Options.warning) ?? standard.warning, critical: value(Options.critical) ?? standard.critical,
      minRuns: value(Options.minRuns) ?? standard.minRuns)
    if let merged { return merged }
    let given = own.values[Options.warning.key]?.text ?? ConfigurationListing.share(standard.warning)
    let limit = own.values[Options.critical.key]?.text ?? ConfigurationListing.share(standard.critical)
    throw file.failure(
      own.position,
      "slot \"\(id)\" has a warning of \"\(given)\" and a critical of \"\(limit)\"; the warning is not above it")
  }
}
