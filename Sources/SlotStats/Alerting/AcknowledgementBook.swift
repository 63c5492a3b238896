#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The acknowledgements of a source, at most one a slot and one of all slots together.
public struct AcknowledgementBook: Hashable, Sendable {
  /// The most that a book holds.
  public static let maxCount = 20_000
  /// How long after its end an acknowledgement is kept, in seconds: what has been can still be told.
  private static let keptSeconds: TimeInterval = 30 * 86_400

  private var bySlot: [Slot.ID?: Acknowledgement] = [:]

  /// An empty book.
  public init() {}

  /// Whether there is none.
  public var isEmpty: Bool { bySlot.isEmpty }
  /// How many there are.
  public var count: Int { bySlot.count }

  /// The one of a slot, or of all slots together; `nil` where there is none.
  public subscript(slotID: Slot.ID?) -> Acknowledgement? { bySlot[slotID] }

  /// All of them: that of all slots together first, then by id in the order of code points.
  public var all: [Acknowledgement] {
    bySlot.values.sorted { left, right in
      guard let own = left.slotID, let other = right.slotID else { return left.slotID == nil && right.slotID != nil }
      return own.utf8.lexicographicallyPrecedes(other.utf8)
    }
  }

  /// Adds one, in place of an earlier one of the same slot. Those whose time was over a month before leave.
  /// - Returns: whether there was room.
  @discardableResult public mutating func add(_ acknowledgement: Acknowledgement) -> Bool {
    let horizon = acknowledgement.at.addingTimeInterval(-Self.keptSeconds)
    bySlot = bySlot.filter { !$0.value.hasEnded(before: horizon) }
    guard count < Self.maxCount || bySlot[acknowledgement.slotID] != nil else { return false }
    bySlot[acknowledgement.slotID] = acknowledgement
    return true
  }

  /// Puts one back as it was kept: none leaves for it.
  package mutating func restore(_ acknowledgement: Acknowledgement) {
    bySlot[acknowledgement.slotID] = acknowledgement
  }

  /// Takes back the one of a slot, or of all slots together.
  /// - Returns: whether there was one.
  @discardableResult public mutating func withdraw(_ slotID: Slot.ID?) -> Bool {
    bySlot.removeValue(forKey: slotID) != nil
  }

  /// Notes what was seen, unless another acknowledgement of the slot has come meanwhile or something was noted before.
  /// - Returns: whether anything changed.
  @discardableResult public mutating func note(_ sighting: AcknowledgementSighting) -> Bool {
    guard var known = bySlot[sighting.slotID], known.at == sighting.madeAt, known.seen == nil else { return false }
    known.seen = sighting.seen
    bySlot[sighting.slotID] = known
    return true
  }
}

extension Acknowledgement {
  /// Whether its time was over before `instant`.
  func hasEnded(before instant: Date) -> Bool {
    if case .at(let end) = until { end < instant } else { false }
  }
}

/// Something that was seen of an acknowledged slot and is to be noted.
public struct AcknowledgementSighting: Hashable, Sendable {
  /// The slot; `nil` for all slots together.
  public var slotID: Slot.ID?
  /// When the acknowledgement was made that it is about.
  public var madeAt: Date
  /// What was seen.
  public var seen: Acknowledgement.Sighting

  /// A sighting.
  public init(of slotID: Slot.ID?, madeAt: Date, seen: Acknowledgement.Sighting) {
    self.slotID = slotID
    self.madeAt = madeAt
    self.seen = seen
  }
}

extension AcknowledgementBook {
  /// What of the book is in force for a judged fleet.
  public struct Outcome: Hashable, Sendable {
    /// The acknowledgements that hold for a trouble there is, by slot; `nil` is the key of all slots together.
    public var inForce: [Slot.ID?: Acknowledgement] = [:]
    /// What was seen and is to be noted.
    public var sightings: [AcknowledgementSighting] = []

    /// Nothing is.
    public init() {}
  }

  /// What is in force for `fleet` at `now`, and what is to be noted. Costs next to nothing where the book is empty.
  public func outcome(in fleet: JudgedFleet, at now: Date) -> Outcome {
    var outcome = Outcome()
    if isEmpty { return outcome }
    func take(_ slotID: Slot.ID?, _ series: JudgedSeries) {
      guard let own = bySlot[slotID] else { return }
      let standing = own.standing(for: Trouble(series), by: fleet.window, at: now)
      if standing.holds, series.state.isTrouble { outcome.inForce[slotID] = own }
      if let seen = standing.sighting {
        outcome.sightings.append(AcknowledgementSighting(of: slotID, madeAt: own.at, seen: seen))
      }
    }
    take(nil, fleet.global)
    for slot in fleet.slots { take(slot.id, slot.series) }
    return outcome
  }
}
