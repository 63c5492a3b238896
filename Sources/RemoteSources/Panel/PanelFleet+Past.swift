import FoundationEssentials
import HTTPTransport
import SlotStats
import StatsFormats

extension PanelFleet {
  /// Whether the panel's list says that it tells the past.
  package nonisolated var keepsHistory: Bool { client.windows.value.tellsPast == true }

  /// How the panel says it was at a past instant: the snapshot of then, and the last minutes before the instant that it
  /// names. `nil` of a panel that does not say in its list that it tells this.
  package nonisolated func past(at instant: Date) async throws -> FleetReading? {
    let began = wallClock()
    guard try await client.tellsPast() else { return nil }
    let document = try await client.snapshot(at: instant)
    let hasMinutes = document.series[.minute] != nil
    let recent = hasMinutes ? try await client.recent(before: document.generatedAt) : nil
    var series: [StatsWindow: FleetReading.Series] = [:]
    for (window, told) in document.series {
      series[window] = FleetReading.Series(
        global: StatsAggregation(window: window, metrics: told.global),
        bySlot: told.bySlot.mapValues { StatsAggregation(window: window, metrics: $0) })
    }
    return FleetReading(
      slots: document.slots, series: series, generatedAt: document.generatedAt, readAt: began, recent: recent)
  }
}

extension PanelClient {
  /// Whether the panel tells the past; its list is read where that is not known.
  fileprivate func tellsPast() async throws -> Bool {
    if let known = windows.value.tellsPast { return known }
    _ = try await slotList(known: [], .foreground)
    return windows.value.tellsPast == true
  }

  fileprivate func snapshot(at instant: Date) async throws -> SnapshotDocument {
    try await answer("/api/snapshot", at: instant) { bytes throws(SnapshotError) in
      try SnapshotDocument(parsing: bytes)
    }
  }

  /// The last minutes before an instant that the panel has named; `nil` where they are no longer kept.
  fileprivate func recent(before instant: Date) async throws -> RecentReading? {
    do {
      return try await answer("/api/recent", at: instant) { bytes throws(SnapshotError) in
        try RecentDocument.reading(parsing: bytes)
      }
    } catch let failure as StatsSourceError where failure.kind == .notKept {
      return nil
    }
  }

  private func answer<Value: Sendable>(
    _ path: String, at instant: Date, _ decode: ([UInt8]) throws(SnapshotError) -> Value
  ) async throws -> Value {
    do {
      let answer: PanelResponse<Value> = try await get(
        path, "at=\(RFC3339.format(instant))", known: nil, .foreground, decode)
      return answer.known.value
    } catch let failure as HTTPFailure where failure.kind == .status(404) {
      // The panel's own words follow the status and the path.
      let words = failure.cause.split(separator: ": ", maxSplits: 1).last.map(String.init) ?? failure.cause
      throw StatsSourceError(.notKept, action: action, cause: words)
    } catch let failure as HTTPFailure {
      throw translated(failure)
    }
  }
}
