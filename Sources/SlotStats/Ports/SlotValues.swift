/// The series of every slot.
public typealias SlotSeries = SlotValues<StatsAggregation>

/// A value of every slot, of which a few can be changed without a copy of all: readings that follow each other share what
/// is the same.
public struct SlotValues<Value: Sendable & Hashable>: Sendable, Hashable, ExpressibleByDictionaryLiteral {
  @usableFromInline var base: [Slot.ID: Value]
  /// Stands before ``base``.
  @usableFromInline var changed: [Slot.ID: Value] = [:]

  /// So many changed ones are taken over into a new base: looking one up is to stay cheap, and so is a copy.
  @usableFromInline static var mostChanged: Int { 256 }

  /// These values.
  @inlinable
  public init(_ values: [Slot.ID: Value]) { base = values }

  /// These values, each slot once.
  @inlinable
  public init(dictionaryLiteral elements: (Slot.ID, Value)...) {
    base = Dictionary(uniqueKeysWithValues: elements)
  }

  /// The value of one slot; `nil` where there is none.
  @inlinable
  public subscript(slotID: Slot.ID) -> Value? {
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
  @inlinable
  public var all: [Slot.ID: Value] {
    changed.isEmpty ? base : base.merging(changed) { _, new in new }
  }

  /// Something made of each.
  @inlinable
  public func mapValues<Other>(_ transform: (Value) throws -> Other) rethrows -> [Slot.ID: Other] {
    try all.mapValues(transform)
  }

  /// Whether both have the same slots with the same values.
  @inlinable
  public static func == (left: SlotValues, right: SlotValues) -> Bool {
    left.base == right.base && left.changed == right.changed || left.all == right.all
  }

  /// Equal values have the same.
  @inlinable
  public func hash(into hasher: inout Hasher) { hasher.combine(all) }
}
