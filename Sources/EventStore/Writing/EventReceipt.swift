import SlotStats

/// What became of the events of a batch. Accepted and duplicate ones are durable.
package struct EventReceipt: Hashable, Sendable {
  /// What became of one event.
  package enum Outcome: UInt8, Sendable {
    /// It is stored.
    case accepted
    /// It was there before.
    case duplicate
    /// It is older than what is known of jobs; nothing was stored of it.
    case tooOld
  }

  /// The outcome of each event, in the order of the batch.
  package internal(set) var outcomes: [Outcome]
  /// The number of this change of the statistics; `nil` where they stayed as they were.
  package internal(set) var change: Int64?
  /// The slots whose statistics changed, and those that are new.
  package internal(set) var changedSlots: Set<Slot.ID> = []

  /// How many were stored.
  package var accepted: Int { count(of: .accepted) }
  /// How many were there before.
  package var duplicate: Int { count(of: .duplicate) }
  /// How many were refused for their age.
  package var tooOld: Int { count(of: .tooOld) }

  private func count(of outcome: Outcome) -> Int { outcomes.count { $0 == outcome } }
}

/// Where the reading of an input goes on after a restart: kept together with the events that were read up to there.
package struct StoredPosition: Hashable, Sendable {
  /// The name of the input, such as a path.
  package var input: String
  /// What tells the input from another one of the same name, such as its device and inode.
  package var identity: String
  /// How many bytes were taken.
  package var offset: UInt64

  /// A position.
  package init(input: String, identity: String, offset: UInt64) {
    self.input = input
    self.identity = identity
    self.offset = offset
  }
}
