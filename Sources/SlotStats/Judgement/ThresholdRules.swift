/// By what each slot is judged: the standard thresholds, and the slots that have their own.
///
/// All slots together, and providers, are judged by the standard ones.
public struct ThresholdRules: Hashable, Sendable {
  /// What holds wherever nothing else is said.
  public let standard: Thresholds
  /// The slots with thresholds of their own.
  public let overrides: [Slot.ID: Thresholds]

  /// Rules; without overrides every slot is judged by `standard`.
  public init(_ standard: Thresholds, overrides: [Slot.ID: Thresholds] = [:]) {
    self.standard = standard
    self.overrides = overrides
  }

  /// ``Thresholds/standard`` for every slot.
  public static let standard = ThresholdRules(.standard)

  /// The thresholds of the slot `id`.
  public subscript(slot id: Slot.ID) -> Thresholds { overrides[id] ?? standard }
}
