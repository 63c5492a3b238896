import ReadingCommands
import SlotStats

extension ConfigurationFile {
  /// The thresholds of single slots, the missing ones of each taken from the general ones.
  func overrides(_ general: Thresholds) throws(CommandFailure) -> [Slot.ID: Thresholds] {
    var overrides: [Slot.ID: Thresholds] = [:]
    let configured = slots.filter(\.value.hasThresholds)
    for (id, own) in configured.sorted(by: { $0.value.position.line < $1.value.position.line }) {
      overrides[id] = try merged(own, id, general)
    }
    return overrides
  }

  private func merged(
    _ own: ConfiguredSlot, _ id: Slot.ID, _ standard: Thresholds
  ) throws(CommandFailure) -> Thresholds {
    func value<Value>(_ rule: OptionRule<Value>) -> Value? { own.values[rule.key].flatMap { rule.parse($0.text) } }
    let merged = Thresholds(
      warning: value(Options.warning) ?? standard.warning, critical: value(Options.critical) ?? standard.critical,
      minRuns: value(Options.minRuns) ?? standard.minRuns)
    if let merged { return merged }
    let given = own.values[Options.warning.key]?.text ?? ViewSettings.shareText(standard.warning)
    let limit = own.values[Options.critical.key]?.text ?? ViewSettings.shareText(standard.critical)
    throw failure(
      own.position,
      "slot \"\(id)\" has a warning of \"\(given)\" and a critical of \"\(limit)\"; the warning is not above it")
  }
}
