import StatsFormats

/// What is known of one job: the events that count, and the ids of all that came.
struct JobState {
  /// The first of some events: the least by instant, then by id.
  struct Winner: Equatable {
    var occurredAt: Int64
    var id: EventID
    /// The key of the slot that it counts at.
    var slot: Int64
    /// The counter that it adds one to.
    var counter: Int

    /// Whether this event comes before another.
    func precedes(_ other: Winner) -> Bool {
      occurredAt != other.occurredAt ? occurredAt < other.occurredAt : id < other.id
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

  /// Takes an event that was not there before.
  mutating func add(_ record: EventRecord, slot: Int64) {
    ids.append(record.id)
    lastAt = max(lastAt, -(-record.occurredAt).flooredDivision(by: EventRecord.second).quotient)
    func first(_ known: Winner?, counter: Int) -> Winner {
      let winner = Winner(occurredAt: record.occurredAt, id: record.id, slot: slot, counter: counter)
      guard let known, !winner.precedes(known) else { return winner }
      return known
    }
    if record.kind == .received {
      received = first(received, counter: RollupBlock.ingest)
    } else if let outcome = record.kind.outcome {
      ended = first(ended, counter: Int(outcome.rawValue))
    }
  }

  /// Puts the ids in the order of a row: received, ended, the others.
  mutating func arrange() {
    var place = 0
    for winner in [received, ended] {
      guard let winner, let index = ids.firstIndex(of: winner.id) else { continue }
      ids.swapAt(place, index)
      place += 1
    }
  }
}
