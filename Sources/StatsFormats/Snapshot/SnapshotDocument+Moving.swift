import FoundationEssentials
import SlotStats

extension SnapshotDocument {
  /// The same statistics as if they had been counted up to `instant`: each window is moved by whole buckets, so that the buckets that contained ``generatedAt`` are the ones that contain `instant`.
  package func moved(to instant: Date) -> SnapshotDocument {
    var moved = self
    moved.generatedAt = instant
    for window in StatsWindow.allCases {
      let distance = distance(to: instant, window)
      moved.series[window]?.global.move(by: distance)
      moved.series[window]?.bySlot = series[window]?.bySlot.mapValues { $0.moved(by: distance) } ?? [:]
    }
    let days = distance(to: instant, .standard)
    for index in moved.slots.indices { moved.slots[index].lastResetAt?.addTimeInterval(days) }
    return moved
  }

  private func distance(to instant: Date, _ window: StatsWindow) -> TimeInterval {
    window.bucketStart(containing: instant).timeIntervalSince(window.bucketStart(containing: generatedAt))
  }
}

extension [StatsMetric] {
  fileprivate mutating func move(by distance: TimeInterval) {
    for index in indices {
      self[index].periodStart.addTimeInterval(distance)
      self[index].periodEnd.addTimeInterval(distance)
    }
  }

  fileprivate func moved(by distance: TimeInterval) -> [StatsMetric] {
    var moved = self
    moved.move(by: distance)
    return moved
  }
}
