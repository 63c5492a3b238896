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
///
/// Three methods are all that has to be written. The rest says what else a source can do, and is done for one that
/// says nothing: it has days and weeks, is read series by series, tells no changes and keeps no events.
public protocol StatsRepository: ProcessingLogStore {
  /// All slots, in the source's order.
  func slots() async throws -> [Slot]

  /// The buckets of all slots together.
  func collectGlobalMetrics(window: StatsWindow, since: Date?) async throws -> [StatsMetric]

  /// The buckets of one slot; empty for a slot that never reported.
  /// - Throws: ``StatsSourceError`` of kind `noSuchSlot` for an id that ``slots()`` does not name.
  func collectSlotMetrics(_ slotID: Slot.ID, window: StatsWindow, since: Date?) async throws -> [StatsMetric]

  /// The buckets of every slot that ``slots()`` names. By default it asks slot after slot.
  func collectSlotMetrics(window: StatsWindow, since: Date?) async throws -> [Slot.ID: [StatsMetric]]

  /// The last minutes of all slots together and of `slots`, those of every slot for `nil`, as they are at `instant`; `nil`
  /// where the source has no minutes. By default they are made of the series by minute and by hour.
  /// - Throws: ``StatsSourceError`` of kind `noSuchSlot` for an id that ``slots()`` does not name.
  func collectRecent(at instant: Date, slots: Set<Slot.ID>?) async throws -> RecentReading?

  /// Everything as it was at a past instant: that one, or the last one before it that the source can tell exactly, which
  /// is what `generatedAt` says. `nil`, also by default, where the source keeps no history; ``past(_:readAt:)`` makes it
  /// of the series.
  /// - Throws: ``StatsSourceError``, of kind `notKept` where the instant is before all that is kept.
  func past(at instant: Date) async throws -> FleetReading?

  /// Whether it is known to keep a history, so that nobody else has to record it; by default not.
  var keepsHistory: Bool { get }

  /// What the failures of a slot say that happened at `since` or later, the newest ones, in at most `limit` patterns; `nil`
  /// of a source that keeps no messages, which is so by default. It is cheap to ask, however many events there are.
  /// - Throws: ``StatsSourceError`` of kind `noSuchSlot` for an id that ``slots()`` does not name.
  func failureMessages(of slotID: Slot.ID, since: Date?, limit: Int) async throws -> FailureMessages?

  /// The windows that the source has; ``StatsWindow/usual`` by default. It is asked for no other one.
  var windows: Set<StatsWindow> { get }

  /// How it is read; series by series by default.
  var reading: SourceReading { get }

  /// Looks at a source that is read by versions and says what it holds now, and what of that differs from the version
  /// with the id `known`. An unchanged source is not read again.
  /// - Throws: ``StatsSourceError``. The versions given before stay valid.
  func currentVersion(after known: UInt64?) async throws -> SourceVersion

  /// What an incremental source has gathered so far, without asking it for anything; `nil` before the first version.
  func gatheredVersion(after known: UInt64?) async -> SourceVersion?

  /// Tells an incremental source what is looked at from now on. It may ask for that at once, and returns at once.
  func focus(to focus: ReadFocus)

  /// What changes from now on, of a source that tells; `nil` by default. Whoever reads slowly gets several changes as
  /// one.
  func changes() -> StatsChanges?
}

/// How a source is read.
public enum SourceReading: Hashable, Sendable {
  /// Each series by itself, as new as its own reading.
  case bySeries
  /// As a whole, so that everything shown together is of one version of it.
  case byVersion
  /// Slot by slot, in the order in which somebody looks at it, gathered into versions: the current one is there once
  /// what is looked at has come; the rest follows in the background and is in later ones.
  case incrementally
}

extension StatsRepository {
  /// Asks slot after slot.
  public func collectSlotMetrics(window: StatsWindow, since: Date?) async throws -> [Slot.ID: [StatsMetric]] {
    var series: [Slot.ID: [StatsMetric]] = [:]
    for slot in try await slots() {
      series[slot.id] = try await collectSlotMetrics(slot.id, window: window, since: since)
    }
    return series
  }

  /// Made of the series by minute, and by hour where the source has hours.
  public func collectRecent(at instant: Date, slots: Set<Slot.ID>?) async throws -> RecentReading? {
    guard windows.contains(.minute) else { return nil }
    let minutesSince = RecentReading.minuteRanges(at: instant).first.map { MinuteCounts.start($0.lowerBound) }
    let hoursSince = windows.contains(.hour) ? RecentReading.firstHour(at: instant) : nil
    func recent(_ minutes: [StatsMetric], _ hours: [StatsMetric]) -> RecentSeries {
      RecentSeries(minutes: minutes, hours: hours, at: instant)
    }
    var hours: [StatsMetric] = []
    let minutes = try await collectGlobalMetrics(window: .minute, since: minutesSince)
    if let hoursSince { hours = try await collectGlobalMetrics(window: .hour, since: hoursSince) }
    let global = recent(minutes, hours)
    var bySlot: [Slot.ID: RecentSeries] = [:]
    if let slots {
      for slot in slots {
        let minutes = try await collectSlotMetrics(slot, window: .minute, since: minutesSince)
        hours = []
        if let hoursSince { hours = try await collectSlotMetrics(slot, window: .hour, since: hoursSince) }
        bySlot[slot] = recent(minutes, hours)
      }
    } else {
      let minutes = try await collectSlotMetrics(window: .minute, since: minutesSince)
      var hours: [Slot.ID: [StatsMetric]] = [:]
      if let hoursSince { hours = try await collectSlotMetrics(window: .hour, since: hoursSince) }
      for (slot, minutes) in minutes { bySlot[slot] = recent(minutes, hours[slot] ?? []) }
    }
    let reported = RecentReading.reported(minutes.lazy.map { MinuteCounts.number($0.periodStart) }, at: instant)
    return RecentReading(global: global, bySlot: bySlot, reported: reported, at: instant)
  }

  /// It keeps no history.
  public func past(at instant: Date) async throws -> FleetReading? { nil }

  /// Nothing is known of any.
  public var keepsHistory: Bool { false }

  /// It keeps no messages.
  public func failureMessages(of slotID: Slot.ID, since: Date?, limit: Int) async throws -> FailureMessages? { nil }

  /// Days and weeks.
  public var windows: Set<StatsWindow> { StatsWindow.usual }

  /// Series by series.
  public var reading: SourceReading { .bySeries }

  /// There are no versions of a source that is read series by series; nobody asks for one.
  public func currentVersion(after known: UInt64?) async throws -> SourceVersion {
    throw StatsSourceError(.inputOutput, action: "Cannot read the source", cause: "it has no versions")
  }

  /// Nothing is gathered.
  public func gatheredVersion(after known: UInt64?) async -> SourceVersion? { nil }

  /// Nothing depends on it.
  public func focus(to focus: ReadFocus) {}

  /// It tells no changes.
  public func changes() -> StatsChanges? { nil }

  /// Keeps nothing.
  public func storeProcessingLog(_ log: ProcessingLog) async throws {}
}
