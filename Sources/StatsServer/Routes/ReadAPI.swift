import FoundationEssentials
import SlotStats
import StatsFormats

/// Answers what panels answer: slots and their statistics.
struct ReadAPI: Sendable {
  let repository: any EventLedger
  let service: CachedStatsService
  let wallClock: @Sendable () -> Date

  /// The list of slots: all of them, or a page where a page size is given.
  func slots(_ target: RequestTarget) async throws -> Response {
    let size = try StatsQuery.number(target, "page_size", 1...1_000_000)
    let page = try StatsQuery.number(target, "page", 1...1_000_000) ?? 1
    let slots = try await service.readSlots()
    let (length, windows) = (size ?? max(slots.count, 1), repository.windows)
    return .object { writer in
      writer.key("data")
      writer.array { writer in
        for slot in slots.dropFirst((page - 1) * length).prefix(length) { Self.write(slot, to: &writer) }
      }
      StatsRows.writeMeta(page: page, size: length, total: slots.count, to: &writer) { writer in
        writer.key("windows")
        writer.array { writer in
          for window in StatsWindow.allCases where windows.contains(window) { writer.value(window.rawValue) }
        }
        writer.member("history", repository.keepsHistory)
        writer.member("messages", true)
      }
    }
  }

  static func write(_ slot: Slot, to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("id", slot.id)
      writer.member("name", slot.name)
      writer.member("provider_id", slot.providerID)
      writer.member("active", slot.isActive)
      writer.member("last_reset_at", slot.lastResetAt)
      writer.member("runbook", slot.runbook)
      writer.member("link", slot.link)
    }
  }

  /// The statistics of all slots together.
  func global(_ target: RequestTarget) async throws -> Response {
    let query = try StatsQuery(target, .global, repository.windows, now: wallClock())
    let rows = StatsRows.sorted(try await globalRows(query), query)
    let newest = try await repository.newestEvent()
    return .object { writer in
      StatsRows.writeSummary(rows, of: nil, to: &writer)
      writer.key("data")
      StatsRows.write(rows.dropFirst((query.page - 1) * query.pageSize).prefix(query.pageSize), to: &writer)
      StatsRows.writeMeta(page: query.page, size: query.pageSize, total: rows.count, to: &writer) {
        $0.member("newest_event_at", newest)
      }
    }
  }

  private func globalRows(_ query: StatsQuery) async throws -> [StatsMetric] {
    let stats = try await service.collectGlobalStats(window: query.grouping.window, since: query.since)
    let rows = query.grouping == .month ? StatsRows.months(stats.metrics) : stats.metrics
    return StatsRows.overlapping(rows, query.from, query.to)
  }

  /// The statistics of one slot.
  func slot(_ slotID: Slot.ID, _ target: RequestTarget) async throws -> Response {
    let query = try StatsQuery(target, .slot, repository.windows, now: wallClock())
    let rows = try await slotRows(slotID, query)
    let slot = try await service.readSlots().first { $0.id == slotID } ?? Slot(id: slotID)
    return .object { writer in
      writer.member("slot_id", slotID)
      writer.key("range")
      writer.object { writer in
        writer.member("from", query.from)
        writer.member("to", query.to)
        writer.member("group_by", query.grouping.name)
      }
      StatsRows.writeSummary(rows, of: slot, to: &writer)
      writer.key("metrics")
      StatsRows.write(rows, to: &writer)
    }
  }

  /// The last minutes of one slot, or of every slot, and of all together; those before a past instant where one is given.
  func recent(_ slotID: Slot.ID?, _ target: RequestTarget) async throws -> Response {
    let now = wallClock()
    if let past = try StatsQuery.past(target, now: now) { return try await recent(slotID, at: past) }
    let reading = try await repository.collectRecent(at: now, slots: slotID.map { [$0] })
    guard let reading else { return .error(.notFound, "The store has no minutes yet.") }
    if let slotID, reading.bySlot[slotID] == nil { return .error(.notFound, "There is no such slot.") }
    return Response(body: .bytes(RecentDocument.bytes(of: reading)))
  }

  private func recent(_ slotID: Slot.ID?, at instant: Date) async throws -> Response {
    guard var reading = try await service.readPast(at: instant)?.recent else {
      return .error(.notFound, "The minutes of then are not kept.")
    }
    if let slotID {
      guard let series = reading.bySlot[slotID] else { return .error(.notFound, "There is no such slot.") }
      reading.bySlot = [slotID: series]
    }
    return Response(body: .bytes(RecentDocument.bytes(of: reading)))
  }

  private func slotRows(_ slotID: Slot.ID, _ query: StatsQuery) async throws -> [StatsMetric] {
    let stats = try await service.collectSlotStats(slotID, window: query.grouping.window, since: query.since)
    return StatsRows.overlapping(stats.metrics, query.from, query.to)
  }
}
