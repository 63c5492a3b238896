#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a source keeps of one slot, or of all slots together.
package struct SlotHistory: Sendable {
  /// The buckets of each window, ascending; a window that the source does not have is not there.
  package var metrics: [StatsWindow: [StatsMetric]]

  /// As given.
  package init(_ metrics: [StatsWindow: [StatsMetric]] = [:]) { self.metrics = metrics }

  /// The buckets of a window; none where the source does not have it.
  package subscript(window: StatsWindow) -> [StatsMetric] { metrics[window] ?? [] }
}

/// What a source keeps of a while, slot by slot.
package struct FleetHistory: Sendable {
  /// The slots, in the source's order.
  package let slots: [Slot]
  /// All slots together.
  package let global: SlotHistory
  /// The windows that the source has.
  package let windows: Set<StatsWindow>
  /// The while `[from, to)` that is asked about; `to` is the instant that the data describes.
  package let range: Range<Date>
  /// Gives the history of one slot.
  private let read: @Sendable (Slot.ID) async throws -> SlotHistory

  /// A history that is read slot by slot.
  package init(
    slots: [Slot], global: SlotHistory, windows: Set<StatsWindow>, range: Range<Date>,
    read: @escaping @Sendable (Slot.ID) async throws -> SlotHistory
  ) {
    (self.slots, self.global, self.windows, self.range, self.read) = (slots, global, windows, range, read)
  }

  /// What the source keeps of a slot.
  package func history(of slot: Slot.ID) async throws -> SlotHistory { try await read(slot) }

  /// Up to so many slots are read at once; of more, each by itself, so that a large fleet needs no more room.
  private static let mostAtOnce = 500

  /// What `repository` keeps of `range`, and as much before it as is needed to judge its beginning.
  package init(_ repository: some StatsRepository, slots: [Slot], range: Range<Date>) async throws {
    let windows = repository.windows
    let since = Dictionary(uniqueKeysWithValues: windows.map { ($0, Self.since($0, range.lowerBound)) })
    var global = SlotHistory()
    for window in windows {
      global.metrics[window] = try await repository.collectGlobalMetrics(window: window, since: since[window])
    }
    var known: [Slot.ID: SlotHistory]?
    if slots.count <= Self.mostAtOnce {
      var read: [Slot.ID: SlotHistory] = [:]
      for window in windows {
        let all = try await repository.collectSlotMetrics(window: window, since: since[window])
        for (slot, metrics) in all { read[slot, default: SlotHistory()].metrics[window] = metrics }
      }
      known = read
    }
    self.init(slots: slots, global: global, windows: windows, range: range) { [known] slot in
      if let known { return known[slot] ?? SlotHistory() }
      var history = SlotHistory()
      for window in windows {
        history.metrics[window] = try await repository.collectSlotMetrics(
          slot, window: window, since: since[window])
      }
      return history
    }
  }

  /// From when on buckets of a window are needed to judge from `from` on.
  private static func since(_ window: StatsWindow, _ from: Date) -> Date {
    switch window {
    case .minute: from.addingTimeInterval(-Double(RecentSample.most + RecentSample.hour) * 60)
    case .hour: from.addingTimeInterval(-Double(RecentReading.usualDays + 2) * 86_400)
    case .day, .week: window.start(window.bucketStart(containing: from), advancedBy: 1 - window.shownBuckets)
    }
  }
}
