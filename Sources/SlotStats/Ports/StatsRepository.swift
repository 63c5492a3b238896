#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Where statistics come from: a snapshot file, a service, a database.
///
/// Every series is ascending by time, has one row a bucket, and holds the buckets with `periodEnd > since` (all of
/// them for `nil`). A bucket that the source does not report is left out, never filled with zeros. Errors are
/// ``StatsSourceError``.
public protocol StatsRepository: Sendable {
  /// The windows that the source has; ``StatsWindow/usual`` by default. It is asked for no other one.
  var windows: Set<StatsWindow> { get }

  /// All slots, in the source's order.
  func slots() async throws -> [Slot]

  /// The buckets of all slots together.
  func collectGlobalMetrics(window: StatsWindow, since: Date?) async throws -> [StatsMetric]

  /// The buckets of one slot; empty for a slot that never reported.
  /// - Throws: ``StatsSourceError`` of kind `noSuchSlot` for an id that ``slots()`` does not name.
  func collectSlotMetrics(_ slotID: Slot.ID, window: StatsWindow, since: Date?) async throws -> [StatsMetric]

  /// The buckets of every slot that ``slots()`` names. By default it asks slot after slot.
  func collectSlotMetrics(window: StatsWindow, since: Date?) async throws -> [Slot.ID: [StatsMetric]]
}

extension StatsRepository {
  /// Days and weeks.
  public var windows: Set<StatsWindow> { StatsWindow.usual }

  /// Asks slot after slot.
  public func collectSlotMetrics(window: StatsWindow, since: Date?) async throws -> [Slot.ID: [StatsMetric]] {
    var series: [Slot.ID: [StatsMetric]] = [:]
    for slot in try await slots() {
      series[slot.id] = try await collectSlotMetrics(slot.id, window: window, since: since)
    }
    return series
  }
}
