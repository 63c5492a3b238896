#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
import SlotStats
import StatsFormats

/// Statistics by the hour, which not every source keeps.
package protocol HourlyStats: Sendable {
  /// The hours of one slot that overlap a range, ascending.
  /// - Throws: ``StatsSourceError`` of kind `noSuchSlot` for an unknown id.
  func collectSlotHours(_ slotID: Slot.ID, from: Date, to: Date) async throws -> [StatsMetric]
}

/// Answers what panels answer: slots and their statistics.
struct ReadAPI: Sendable {
  let repository: any StatsRepository
  let service: CachedStatsService
  let hours: (any HourlyStats)?
  let wallClock: @Sendable () -> Date

  /// The list of slots: all of them, or a page where a page size is given.
  func slots(_ target: RequestTarget) async throws -> Answer {
    let size = try StatsQuery.number(target, "page_size", 1...1_000_000)
    let page = try StatsQuery.number(target, "page", 1...1_000_000) ?? 1
    let slots = try await repository.slots()
    let length = size ?? max(slots.count, 1)
    return .object { writer in
      writer.key("data")
      writer.array { writer in
        for slot in slots.dropFirst((page - 1) * length).prefix(length) { Self.write(slot, to: &writer) }
      }
      StatsRows.writeMeta(page: page, size: length, total: slots.count, to: &writer)
    }
  }

  private static func write(_ slot: Slot, to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("id", slot.id)
      writer.member("name", slot.name)
      writer.member("provider_id", slot.providerID)
      writer.member("active", slot.isActive)
      writer.member("last_reset_at", slot.lastResetAt)
    }
  }

  /// The statistics of all slots together.
  func global(_ target: RequestTarget) async throws -> Answer {
    let query = try StatsQuery(target, .global, now: wallClock())
    let rows = StatsRows.sorted(try await globalRows(query), query)
    return .object { writer in
      StatsRows.writeSummary(rows, of: nil, to: &writer)
      writer.key("data")
      StatsRows.write(rows.dropFirst((query.page - 1) * query.pageSize).prefix(query.pageSize), to: &writer)
      StatsRows.writeMeta(page: query.page, size: query.pageSize, total: rows.count, to: &writer)
    }
  }

  /// From the start of a bucket, so that whoever asks for "the last days" finds what was read a moment ago.
  private func globalRows(_ query: StatsQuery) async throws -> [StatsMetric] {
    guard query.grouping == .month else {
      let window = query.grouping == .week ? StatsWindow.week : .day
      let stats = try await service.collectGlobalStats(
        window: window, since: window.bucketStart(containing: query.from))
      return StatsRows.overlapping(stats.metrics, query.from, query.to)
    }
    // From the first day of the first month on, so that no month is partial.
    let first = StatsRows.month(containing: query.from).lowerBound
    let days = try await service.collectGlobalStats(window: .day, since: first)
    return StatsRows.overlapping(StatsRows.months(days.metrics), query.from, query.to)
  }

  /// The statistics of one slot.
  func slot(_ slotID: Slot.ID, _ target: RequestTarget) async throws -> Answer {
    let query = try StatsQuery(target, .slot, now: wallClock())
    let rows = try await slotRows(slotID, query)
    let slot = try await service.readSlots().first { $0.id == slotID } ?? Slot(id: slotID)
    return .object { writer in
      writer.member("slot_id", slotID)
      writer.key("range")
      writer.object { writer in
        writer.member("from", query.from)
        writer.member("to", query.to)
        writer.member("group_by", query.grouping.rawValue)
      }
      StatsRows.writeSummary(rows, of: slot, to: &writer)
      writer.key("metrics")
      StatsRows.write(rows, to: &writer)
    }
  }

  private func slotRows(_ slotID: Slot.ID, _ query: StatsQuery) async throws -> [StatsMetric] {
    if query.grouping == .hour {
      guard let hours else { throw StatsQuery.Refusal(reason: "This server keeps no hours; group_by is day or week.") }
      return try await hours.collectSlotHours(slotID, from: query.from, to: query.to)
    }
    let window = query.grouping == .week ? StatsWindow.week : .day
    let stats = try await service.collectSlotStats(
      slotID, window: window, since: window.bucketStart(containing: query.from))
    return StatsRows.overlapping(stats.metrics, query.from, query.to)
  }
}
