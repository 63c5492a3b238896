import FoundationEssentials
import SlotStats

/// A store of events that counts them: what servers, files and simulations write into.
///
/// Each job is counted once, whatever is repeated or comes out of order. It keeps what people say of its slots too:
/// acknowledgements, marks, descriptions. Errors are ``StatsSourceError``.
package protocol EventLedger: StatsRepository, AcknowledgementStore, MarkStore, SlotDescriptionStore {
  /// What a person calls the store, such as its path.
  var name: String { get }

  /// Stores a batch in one transaction, together with where the reading of its input goes on.
  /// - Returns: what became of each event, in order, and whose statistics changed; accepted and duplicate ones are
  ///   durable.
  /// - Throws: why nothing of it was stored.
  func append(_ batch: EventBatch, position: InputPosition?) async throws -> StoredBatch

  /// Where the reading of an input goes on; `nil` where nothing of it was stored.
  func position(of input: String) async throws -> InputPosition?

  /// The number of the latest change of the statistics; grows with every change, also those of other processes, and
  /// over restarts. Cheap.
  func latestChange() async throws -> Int64

  /// When the newest event happened; `nil` before the first one, and where nobody noted it. Cheap.
  func newestEvent() async throws -> Date?

  /// What changed after the change of this number, whoever stored it.
  func changes(since change: Int64) async throws -> EventChanges

  /// Notes that somebody is here to take events. Called at least once a minute for as long as that is so, it tells
  /// later readers that a time without events was a quiet one, not one in which nobody counted.
  func recordHeartbeat() async throws

  /// Notes that something which was published is in no file any more, so that it could not be stored.
  func recordGap() async throws

  /// How many such notes there are, from whichever process.
  func gapCount() async throws -> Int

  /// Removes a bounded piece of what is no longer kept. Never changes a count that is kept for good.
  /// - Returns: whether more is left to do; call it again, with other work in between.
  func performMaintenance() async throws -> Bool

  /// Why nothing can be stored any more: what became of its files; `nil` while all is well.
  func lookForLoss() -> (any Error)?

  /// Lets go of the store; what comes later fails.
  func close() throws
}

extension EventLedger {
  /// It has no files that could be gone.
  package func lookForLoss() -> (any Error)? { nil }

  /// Stores a batch of events whose input is read only once.
  package func append(_ batch: EventBatch) async throws -> StoredBatch { try await append(batch, position: nil) }

  /// A store that keeps no notes.
  package func recordGap() async throws {}

  /// None are kept.
  package func gapCount() async throws -> Int { 0 }
}

/// A store that keeps nothing that people say.
extension EventLedger {
  /// What the store is called.
  package var place: String { name }

  /// It keeps none.
  package func acknowledgements() async throws -> AcknowledgementBook? { nil }

  /// Fails: it keeps none.
  package func acknowledge(_ acknowledgement: Acknowledgement) async throws {
    throw keepsNone("acknowledgements")
  }

  /// There was none.
  package func withdraw(_ slotID: Slot.ID?) async throws -> Bool { false }

  /// Nobody asks for it.
  package func note(_ sightings: [AcknowledgementSighting]) async throws {}

  /// It keeps none.
  package func marks() async throws -> MarkBook? { nil }

  /// Fails: it keeps none.
  package func add(_ mark: Mark, now: Date) async throws -> Mark { throw keepsNone("marks") }

  /// There was none.
  package func removeMark(_ id: Int) async throws -> Bool { false }

  /// Fails: it keeps none.
  package func describe(_ slotID: Slot.ID, as description: SlotDescription) async throws {
    throw keepsNone("descriptions of slots")
  }

  private func keepsNone(_ things: String) -> StatsSourceError {
    StatsSourceError(.contentRefused, action: "Cannot write \(things) in \"\(name)\"", cause: "it keeps none")
  }
}

/// Where the reading of an input goes on after a restart: kept together with the events that were read up to there.
package struct InputPosition: Hashable, Sendable {
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

/// What changed of a store's statistics since a change that somebody knows.
package struct EventChanges: Hashable, Sendable {
  /// The number of the latest change.
  package var latest: Int64
  /// The slots whose counts, or whose descriptions, changed; `nil` where it may be any: the store's content is another
  /// one than that which the change is known of, such as a backup that was restored.
  package var slots: Set<Slot.ID>?

  /// Changes up to the one of number `latest`.
  package init(latest: Int64, slots: Set<Slot.ID>?) {
    self.latest = latest
    self.slots = slots
  }
}
