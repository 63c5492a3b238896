import StatsFormats

/// What is known of one job: the events that count, and the ids of all that came.
struct JobState {
  /// The first of some events: the least by instant, then by id, and where events share both, by slot, status and reason
  /// as bytes.
  struct Winner: Equatable {
    var occurredAt: Int64
    var id: EventID
    /// The key of the slot that it counts at.
    var slot: Int64
    /// The counter that it adds one to.
    var counter: Int
    /// Why it failed, where its counter does not tell.
    var reason = FailurePrefix.none

    /// Whether this event comes before another; `comesFirst` tells whether one slot's id does before another one's.
    func precedes(_ other: Winner, _ comesFirst: (Int64, Int64) throws -> Bool) rethrows -> Bool {
      if occurredAt != other.occurredAt { return occurredAt < other.occurredAt }
      if id != other.id { return id < other.id }
      if slot != other.slot { return try comesFirst(slot, other.slot) }
      return status != other.status ? status < other.status : cause < other.cause
    }

    /// The place of the status among those that end a job, in the order of their bytes: failed, succeeded, timeout.
    private var status: Int {
      switch counter {
      case Int(EventOutcome.success.rawValue): 1
      case Int(EventOutcome.timeouts.rawValue): reason == .none ? 2 : 0
      default: 0
      }
    }

    /// Why it failed, as its event says.
    private var cause: FailurePrefix {
      switch counter {
      case Int(EventOutcome.cancelled.rawValue): .cancelled
      case Int(EventOutcome.providerErrors.rawValue): .providerError
      default: reason
      }
    }
  }

  /// How many ids a row holds; more are kept apart.
  static let rowIDs = 64

  /// The event that counts as received.
  var received: Winner?
  /// The event that decides the outcome.
  var ended: Winner?
  /// The ids of all events that are known here.
  var ids: [EventID] = []
  /// The latest instant of any event, in seconds since 1970, rounded up.
  var lastAt = Int64.min

  /// Whether this event was there before. A job has few events, so they are looked through.
  func contains(_ id: EventID) -> Bool {
    for known in ids where known == id { return true }
    return false
  }

  /// Forgets everything, to be used for another job.
  mutating func clear() {
    received = nil
    ended = nil
    ids.removeAll(keepingCapacity: true)
    lastAt = .min
  }

  /// Takes the id of an event that was not there before.
  mutating func add(_ id: EventID) { ids.append(id) }

  /// Takes an event, also another one of an id that was there before: which of them came first must not matter.
  mutating func add(
    _ record: EventRecord, slot: Int64, texts: [UInt8], _ comesFirst: (Int64, Int64) throws -> Bool
  ) throws {
    lastAt = max(lastAt, -(-record.occurredAt).flooredDivision(by: EventRecord.second).quotient)
    func first(_ known: Winner?, counter: Int, _ reason: FailurePrefix = .none) throws -> Winner {
      let winner = Winner(
        occurredAt: record.occurredAt, id: record.id, slot: slot, counter: counter, reason: reason)
      guard let known, try !winner.precedes(known, comesFirst) else { return winner }
      return known
    }
    if record.kind == .received {
      received = try first(received, counter: RollupBlock.ingest)
    } else if let outcome = record.kind.outcome {
      ended = try first(ended, counter: Int(outcome.rawValue), FailurePrefix(of: record, in: texts))
    }
  }

  /// Puts the ids in the order of a row: received, ended, the others. An id that both have is there twice.
  mutating func arrange() {
    for (place, id) in [received, ended].compactMap({ $0?.id }).enumerated() {
      if let index = ids[place...].firstIndex(of: id) { ids.swapAt(place, index) } else { ids.insert(id, at: place) }
    }
  }
}
