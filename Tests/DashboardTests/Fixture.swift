import Foundation
import SlotStats
import StatsFormats
import TerminalUI

@testable import Dashboard

/// Readings and dashboards that tests start from.
enum Fixture {
  /// The wall clock of the target pictures.
  static let pictureNow = Date(timeIntervalSince1970: 1_795_098_730)  // 2026-11-19T14:32:10Z

  /// The fleet of the target pictures.
  static func panel() throws -> FleetReading {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Fixtures/panel.snapshot.json")
    return reading(try SnapshotDocument(parsing: [UInt8](Data(contentsOf: file))))
  }

  /// What a service reads from a document.
  static func reading(_ document: SnapshotDocument, version: UInt64 = 1) -> FleetReading {
    var series: [StatsWindow: FleetReading.Series] = [:]
    for window in StatsWindow.allCases where document.series[window] != nil {
      let since = window.shownStart(endingAt: document.generatedAt)
      func shown(_ metrics: [StatsMetric]?) -> StatsAggregation {
        StatsAggregation(window: window, metrics: (metrics ?? []).filter { $0.periodEnd > since })
      }
      let rows = document.series[window]
      series[window] = FleetReading.Series(
        global: shown(rows?.global),
        bySlot: Dictionary(uniqueKeysWithValues: document.slots.map { ($0.id, shown(rows?.bySlot[$0.id])) }))
    }
    return FleetReading(
      slots: document.slots, series: series, generatedAt: document.generatedAt, readAt: document.generatedAt,
      refreshInterval: document.refreshInterval, version: version)
  }

  /// A dashboard of `size` that has just read `reading`, at `now`, and pressed `keys`.
  static func dashboard(
    _ reading: FleetReading, columns: Int, rows: Int, keys: String = "", now: Date = pictureNow,
    label: String = "panel.snapshot.json", thresholds rules: ThresholdRules = .standard
  ) throws -> DashboardState {
    let options = DashboardOptions(sourceLabel: label, thresholds: rules.standard)
    let moment = Moment(wall: now, uptime: .zero)
    var state = DashboardState(options: options, size: Size(columns: columns, rows: rows), now: moment)
    _ = state.reduce(.tick, at: moment)
    let fleet = Fleet(reading, thresholds: rules)
    _ = state.reduce(.readEnded(.fleet(fleet, change: nil)), at: moment)
    for key in try Key.parse(names: keys) { _ = state.reduce(.key(key), at: moment) }
    return state
  }
}
