/// The series of every slot, of which a few can be changed without a copy of all: readings that follow each other share
/// what is the same.
public struct SlotSeries: Sendable, Equatable, ExpressibleByDictionaryLiteral {
  private var base: [Slot.ID: StatsAggregation]
  /// Stands before ``base``.
  private var changed: [Slot.ID: StatsAggregation] = [:]

  /// So many changed ones are taken over into a new base: looking one up is to stay cheap, and so is a copy.
  private static let mostChanged = 256

  /// These series.
  public init(_ series: [Slot.ID: StatsAggregation]) { base = series }

  /// These series, each slot once.
  public init(dictionaryLiteral elements: (Slot.ID, StatsAggregation)...) {
    base = Dictionary(uniqueKeysWithValues: elements)
  }

  /// The series of one slot; `nil` where there is none.
  public subscript(slotID: Slot.ID) -> StatsAggregation? {
    get { changed.isEmpty ? base[slotID] : changed[slotID] ?? base[slotID] }
    set {
      guard let newValue else {
        base = all
        changed = [:]
        base[slotID] = nil
        return
      }
      changed[slotID] = newValue
      if changed.count > Self.mostChanged {
        base = all
        changed = [:]
      }
    }
  }

  /// All of them.
  public var all: [Slot.ID: StatsAggregation] {
    changed.isEmpty ? base : base.merging(changed) { _, new in new }
  }

  /// Something made of each.
  public func mapValues<Value>(_ transform: (StatsAggregation) throws -> Value) rethrows -> [Slot.ID: Value] {
    try all.mapValues(transform)
  }

  /// Whether both have the same slots with the same series.
  public static func == (left: SlotSeries, right: SlotSeries) -> Bool {
    left.base == right.base && left.changed == right.changed || left.all == right.all
  }
}
