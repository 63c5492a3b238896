#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// That statistics have changed, and whose.
public struct StatsChange: Hashable, Sendable {
  /// The slots whose statistics changed, those of all slots together aside; `nil` where it may be any.
  public var slots: Set<Slot.ID>?
  /// When it was noticed, by the wall clock.
  public var at: Date
  /// Whether the source is there again after it was not: whoever leaves it alone since it failed may ask at once.
  public var isReturn: Bool

  /// How many slots a change names at most; past that it may be any.
  public static let maxSlots = 1_000

  /// A change.
  public init(slots: Set<Slot.ID>?, at: Date, isReturn: Bool = false) {
    self.isReturn = isReturn
    self.slots = slots.flatMap { $0.count > Self.maxSlots ? nil : $0 }
    self.at = at
  }

  /// Makes this one change of both.
  public mutating func formUnion(_ other: StatsChange) {
    self = StatsChange(
      slots: slots.flatMap { mine in other.slots.map(mine.union) }, at: max(at, other.at),
      isReturn: isReturn || other.isReturn)
  }
}
