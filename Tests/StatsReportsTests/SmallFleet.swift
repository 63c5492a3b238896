import Foundation
import SlotStats

@testable import StatsReports

/// Small fleets for reports, around Thursday 2026-11-19 14:32:05 UTC.
enum SmallFleet {
  static let generatedAt = Date(timeIntervalSince1970: 1_795_098_725)
  static let today = StatsWindow.day.bucketStart(containing: generatedAt)

  /// A bucket of so many days or weeks ago.
  static func bucket(
    _ window: StatsWindow = .day, ago: Int = 0, ok: Int, timeouts: Int = 0, provider: Int = 0, cancelled: Int = 0,
    errors: Int = 0, open: Int = 0
  ) -> StatsMetric {
    let start = window.start(window.bucketStart(containing: generatedAt), advancedBy: -ago)
    return StatsMetric(
      window, start: start,
      counters: StatsCounters(
        success: ok, timeouts: timeouts, providerErrors: provider, cancelled: cancelled, errors: errors,
        ingestCount: ok + timeouts + provider + cancelled + errors + open))
  }

  /// A reading of these slots; all slots together are their sum unless given.
  static func reading(
    _ slots: [(Slot, [StatsMetric])], global: [StatsMetric]? = nil, window: StatsWindow = .day,
    refreshInterval: TimeInterval? = nil, notice: String? = nil
  ) -> FleetReading {
    var sums: [Date: StatsCounters] = [:]
    for (_, metrics) in slots {
      for metric in metrics { sums[metric.periodStart, default: .zero] += metric.counters }
    }
    let sum = sums.keys.sorted().map { StatsMetric(window, start: $0, counters: sums[$0] ?? .zero) }
    var series = Dictionary(
      uniqueKeysWithValues: StatsWindow.allCases.map { other in
        (other, FleetReading.Series(global: StatsAggregation(window: other, metrics: []), bySlot: [:]))
      })
    series[window] = FleetReading.Series(
      global: StatsAggregation(window: window, metrics: global ?? sum),
      bySlot: Dictionary(
        uniqueKeysWithValues: slots.map { ($0.0.id, StatsAggregation(window: window, metrics: $0.1)) }))
    return FleetReading(
      slots: slots.map(\.0), series: series, generatedAt: generatedAt, readAt: generatedAt.addingTimeInterval(5),
      refreshInterval: refreshInterval, notice: notice)
  }

  /// What a report is told of a reading, five seconds after its data.
  static func subject(
    _ slots: [(Slot, [StatsMetric])], global: [StatsMetric]? = nil, window: StatsWindow = .day,
    scope: StatsScope = .current, thresholds: ThresholdRules = .standard, label: String = "stats.json",
    staleAfter: TimeInterval? = nil, refreshInterval: TimeInterval? = nil, notice: String? = nil,
    age: TimeInterval = 5, newestEventAge: TimeInterval? = nil, clockLead: TimeInterval? = nil
  ) -> ReportSubject {
    var reading = reading(slots, global: global, window: window, refreshInterval: refreshInterval, notice: notice)
    let now = generatedAt.addingTimeInterval(age)
    reading.newestEventAt = newestEventAge.map { now.addingTimeInterval(-$0) }
    reading.clockLead = clockLead
    return ReportSubject(
      reading, window: window, scope: scope, thresholds: thresholds, source: "data/\(label)", label: label,
      staleAfter: staleAfter, now: now)
  }

  /// Four slots: critical with an unusual ratio, fine, too few, off.
  static let mixed: [(Slot, [StatsMetric])] = [
    (
      Slot(id: "b-sick", name: "Портрет", providerID: "gemini"),
      [bucket(ago: 1, ok: 95, timeouts: 5), bucket(ok: 70, timeouts: 5, provider: 20, errors: 5, open: 2)]
    ),
    (Slot(id: "a-fine", name: "年賀状", providerID: "tern"), [bucket(ago: 1, ok: 99, errors: 1), bucket(ok: 60)]),
    (Slot(id: "c-few"), [bucket(ok: 3, timeouts: 1)]),
    (Slot(id: "d-off", name: "Archive", isActive: false), [bucket(ago: 9, ok: 30, cancelled: 2)]),
  ]

  /// The whole report as a text.
  static func text(_ format: ReportFormat, _ subject: ReportSubject, inASCII: Bool = false) throws -> String {
    let pieces = Pieces()
    try format.write(subject, inASCII: inASCII, to: pieces.take)
    return String(decoding: pieces.bytes, as: UTF8.self)
  }

  /// Takes a report piece by piece.
  final class Pieces {
    private(set) var bytes: [UInt8] = []
    private(set) var count = 0

    func take(_ piece: [UInt8]) {
      bytes += piece
      count += 1
    }
  }
}
