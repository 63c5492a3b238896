extension CachedStatsService {
  /// Hands the event to the repository's store, if it has one, and then makes the slot's entries, in every window, and
  /// those of all slots together stale. Other slots' entries stay.
  ///
  /// A slot that the event's job was counted in before, and is no more, becomes stale with it where the store tells.
  /// - Throws: what the store throws, or why it refused the event; every entry stays then.
  nonisolated(nonsending) public func recordProcessingEvent(_ log: ProcessingLog) async throws {
    let stored = try await repository.storeProcessingLogs([log])
    if case .refused(let reason)? = stored.outcomes.first {
      throw StatsSourceError(.contentRefused, action: "Cannot store event", cause: reason)
    }
    invalidate(stored.changedSlots.union([log.slotID]))
  }

  /// Hands events to the repository's store, if it has one, then makes the entries of the slots whose statistics
  /// changed, and those of all slots together, stale. Duplicate and refused events change nothing.
  /// - Returns: what became of each event, in order; all are accepted where nothing stores them.
  /// - Throws: what the store throws. Nothing is stored then and every entry stays, but where a store takes events one
  ///   after another: what it stored before is stored and stale.
  @discardableResult
  nonisolated(nonsending) public func recordProcessingEvents(_ logs: [ProcessingLog]) async throws -> [StoredLog] {
    do {
      let stored = try await repository.storeProcessingLogs(logs)
      invalidate(stored.changedSlots)
      return stored.outcomes
    } catch let partly as PartlyStoredBatch {
      invalidate(partly.stored.changedSlots)
      throw partly.reason
    }
  }

  /// Makes a slot's entries, and those of all slots together, stale, as an event of it does.
  public func invalidate(_ slotID: Slot.ID) { invalidate(CollectionOfOne(slotID)) }

  /// Makes the entries of these slots, and those of all slots together, stale, as events of them do. Without a slot
  /// nothing becomes stale.
  public func invalidate(_ slotIDs: some Collection<Slot.ID>) {
    guard !slotIDs.isEmpty else { return }
    for slotID in slotIDs {
      // The number first: a reading of every slot that starts after this call has to see it.
      events.noteEvent(of: slotID)
      series.invalidate(slotID)
    }
    series.invalidate(nil)
    // A new slot begins with an event.
    slotLists.invalidate(nil)
    frames.forget()
    changes.publish(StatsChange(slots: Set(slotIDs), at: wallClock()))
  }
}
