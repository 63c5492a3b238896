import FoundationEssentials
import SlotStats

/// Slots whose past a test writes out minute by minute, as a source keeps it: minutes for two days, hours and days for
/// longer.
package struct WrittenPast: Sendable {
  /// 2026-11-19T21:02:00Z.
  package static let now = Date(timeIntervalSince1970: 1_795_122_120)

  /// What a slot counted in the minute that lies so many before ``now``, from 1 for the last whole one; `nil` where nobody
  /// counted.
  package typealias Count = @Sendable (Int) -> StatsCounters?

  /// The slots, in the source's order.
  package var slots: [(slot: Slot, count: Count)]
  /// The windows that the source has.
  package var windows: Set<StatsWindow> = [.minute, .hour, .day]
  /// How many minutes are kept as minutes.
  package var minutesKept = 48 * 60
  /// How many days the past is long.
  package var days = 20

  /// The past of these slots.
  package init(slots: [(Slot, Count)]) { self.slots = slots.map { ($0.0, $0.1) } }

  /// A job a minute, of which every fiftieth fails, unless `other` says otherwise.
  package static func usual(_ other: @escaping Count = { _ in nil }) -> Count {
    { ago in other(ago) ?? counters(ago % 50 == 0 ? 1 : 0, of: 1) }
  }

  /// So many provider errors in so many runs; as many came in unless it is said.
  package static func counters(_ failures: Int, of runs: Int, ingest: Int? = nil) -> StatsCounters {
    StatsCounters(success: runs - failures, providerErrors: failures, ingestCount: ingest ?? runs)
  }

  /// The instant so many minutes before ``now``.
  package static func at(_ ago: Int) -> Date { now.addingTimeInterval(-Double(ago) * 60) }

  /// Four of twelve slots fail from twenty minutes ago on, for a provider.
  package static let drill: WrittenPast = {
    let bad: Set<Int> = [4, 11, 9, 6]
    return WrittenPast(
      slots: (1...12).map { number in
        let id = "slot-0\(number < 10 ? "0" : "")\(number)"
        let name = number == 6 ? "Invoices" : number == 9 ? "Receipts" : nil
        return (
          Slot(id: id, name: name),
          { ago in
            if bad.contains(number), ago <= 20 { return counters((ago + number) % 6 == 0 ? 0 : 1, of: 1) }
            if (ago + 7 * number) % 50 == 0 { return StatsCounters(timeouts: 1, ingestCount: 1) }
            return counters(0, of: (ago + number) % 6 == 0 ? 0 : 1)
          }
        )
      })
  }()

  /// What the source keeps of a slot that counted so.
  package func history(of count: (Int) -> StatsCounters?) -> SlotHistory {
    var metrics: [StatsWindow: [StatsMetric]] = [:]
    var sums: [StatsWindow: [Date: StatsCounters]] = [:]
    for window in windows { metrics[window] = [] }
    for ago in (1...days * 1_440).reversed() {
      guard let counters = count(ago) else { continue }
      let start = Self.at(ago)
      if ago <= minutesKept, windows.contains(.minute) {
        metrics[.minute]?.append(StatsMetric(.minute, start: start, counters: counters))
      }
      for window in windows where window != .minute {
        sums[window, default: [:]][window.bucketStart(containing: start), default: .zero] += counters
      }
    }
    for (window, sums) in sums {
      metrics[window] = sums.sorted { $0.key < $1.key }.map { StatsMetric(window, start: $0, counters: $1) }
    }
    return SlotHistory(metrics)
  }

  /// All slots together: reported where any slot is.
  private func total(_ ago: Int) -> StatsCounters? {
    let all = slots.compactMap { $0.count(ago) }
    return all.isEmpty ? nil : all.reduce(.zero, +)
  }

  /// What the source keeps of the last so many seconds, and of what is needed before.
  package func fleet(last seconds: TimeInterval) -> FleetHistory {
    let series = Dictionary(uniqueKeysWithValues: slots.map { ($0.slot.id, history(of: $0.count)) })
    return FleetHistory(
      slots: slots.map(\.slot), global: history(of: total), windows: windows,
      range: Self.now.addingTimeInterval(-seconds)..<Self.now
    ) { series[$0] ?? SlotHistory() }
  }

  /// A reading at the last second before ``now``.
  package func reading() -> FleetReading {
    let instant = Self.now.addingTimeInterval(-1)
    let all = history(of: total)
    let bySlot = slots.map { ($0.slot.id, history(of: $0.count)) }
    var series: [StatsWindow: FleetReading.Series] = [:]
    for window in windows {
      let first = window.shownStart(endingAt: instant)
      func shown(_ history: SlotHistory) -> StatsAggregation {
        StatsAggregation(window: window, metrics: history[window].filter { $0.periodStart >= first })
      }
      series[window] = .init(
        global: shown(all), bySlot: Dictionary(uniqueKeysWithValues: bySlot.map { ($0, shown($1)) }))
    }
    func recent(_ history: SlotHistory) -> RecentSeries {
      RecentSeries(minutes: history[.minute], hours: history[.hour], at: instant)
    }
    let reported = RecentReading.reported(all[.minute].map { MinuteCounts.number($0.periodStart) }, at: instant)
    return FleetReading(
      slots: slots.map(\.slot), series: series, generatedAt: instant, readAt: instant, newestEventAt: instant,
      recent: windows.contains(.minute)
        ? RecentReading(
          global: recent(all), bySlot: Dictionary(uniqueKeysWithValues: bySlot.map { ($0, recent($1)) }),
          reported: reported, at: instant) : nil)
  }

  /// The handover of the last so many seconds, by the built-in rules, made so many seconds after the data's instant.
  package func handover(
    last seconds: TimeInterval = 8 * 3_600, rules: [AlertRule] = AlertRule.standard,
    book: AcknowledgementBook = AcknowledgementBook(), marks: [Mark] = [], source: String = "prod",
    madeAfter: TimeInterval = 0
  ) async throws -> Handover {
    let reading = reading()
    return try await Handover(
      fleet(last: seconds + Handover.lookedBack), span: seconds, rules: rules, thresholds: .standard,
      now: Handover.Present(
        fleet: JudgedFleet(reading, window: .day, thresholds: .standard), trust: .live,
        newestEventAt: reading.newestEventAt, at: reading.generatedAt.addingTimeInterval(madeAfter)),
      source: source, acknowledgements: book, marks: marks)
  }
}

extension WrittenPast {
  /// The reading of ``drill``, made once: it is many minutes.
  package static let drillReading = drill.reading()
  /// The handover of ``drill``, made once.
  package static let drillHandover = Task { try await drill.handover() }
}
