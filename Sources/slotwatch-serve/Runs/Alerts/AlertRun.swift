import FoundationEssentials
import Notifications
import ReadingCommands
import SlotStats
import StateFiles
import StatsServer

/// Looks at a store by rules for as long as it is served, and tells of what fires, also while nobody watches.
///
/// What is told follows from what fires now and from what was told, not from single transitions: so a server that was
/// killed goes on where it was, and what is acknowledged is not told of until it no longer is.
actor AlertRun {
  /// How often it looks.
  private static let interval = Duration.seconds(5)

  private let service: CachedStatsService
  private let store: any AcknowledgementStore
  private let settings: AlertSettings
  private let source: String
  private let clocks: RootClocks
  private let notifier: Notifier
  private let sinks: OpenedSinks
  private var evaluator: RuleEvaluator
  private var slots: [Slot.ID] = []
  /// The reading and the minute that were looked at last.
  private var seen: (version: UInt64, minute: Int)?

  /// A run over a store; nothing is looked at before ``run()``.
  /// - Parameters:
  ///   - service: what the store is read through.
  ///   - store: what is acknowledged.
  ///   - settings: the rules, and who is told.
  ///   - storeName: what alerts call the source where the configuration does not say.
  ///   - clocks: the clocks.
  ///   - errors: takes what a person should know, in a line each.
  /// - Throws: a sink that cannot be opened.
  init(
    service: CachedStatsService, store: any AcknowledgementStore, settings: AlertSettings, storeName: String,
    clocks: RootClocks, errors: @Sendable (String) -> Void
  ) throws(CommandFailure) {
    (self.service, self.store, self.settings, self.clocks) = (service, store, settings, clocks)
    source = settings.notify.source ?? storeName
    sinks = try settings.notify.open(settings.notify.sinks, wallClock: clocks.wall)
    evaluator = RuleEvaluator(settings.rules)
    notifier = Notifier(
      sinks.sinks, journal: sinks.sinks.isEmpty ? nil : Self.journal(settings, of: storeName, errors),
      settings: NotifierSettings(wallClock: clocks.wall, clock: clocks.monotonic))
  }

  private static func journal(
    _ settings: AlertSettings, of storeName: String, _ errors: @Sendable (String) -> Void
  ) -> NoticeJournal? {
    guard let folder = settings.stateFolder else { return nil }
    try? FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    do throws(NoticeJournal.Failure) {
      return try NoticeJournal(path: folder + "/" + StateFileName.of("notices", source: storeName))
    } catch {
      errors("slotwatch: \(error.line); what was told is not remembered over a restart\n")
      return nil
    }
  }

  /// Looks again and again, until the task is cancelled.
  func run() async {
    let telling = Task { [notifier] in await notifier.run() }
    while !Task.isCancelled {
      try? await look()
      try? await clocks.monotonic.sleep(for: Self.interval)
    }
    await notifier.waitUntilIdle(atMost: .seconds(2))
    telling.cancel()
    await sinks.shutdown()
  }

  /// Looks once. What cannot be read now changes nothing: a gap neither fires nor resolves.
  private func look() async throws {
    let reading = try await service.readFleet(now: clocks.wall())
    let minute = MinuteCounts.number(reading.generatedAt)
    let isSame = seen.map { $0.version == reading.version && $0.minute == minute } ?? false
    let fleet = JudgedFleet(reading, window: .standard, thresholds: settings.thresholds)
    if !isSame {
      let ids = reading.slots.map(\.id)
      if ids != slots {
        evaluator.watch(ids)
        slots = ids
      }
      let evidence = FleetEvidence(reading, judged: fleet, trust: .live)
      _ = evaluator.evaluate(
        evidence, changed: nil, wall: clocks.wall(), uptime: clocks.monotonic.now - Self.origin)
      seen = (reading.version, minute)
    }
    let book = try await store.acknowledgements() ?? AcknowledgementBook()
    await tell(fleet, at: reading.generatedAt, book.outcome(in: fleet, at: clocks.wall()).inForce)
  }

  private static let origin = ContinuousClock().now

  /// Tells what fires and was not told, and what was told and no longer fires.
  private func tell(_ fleet: JudgedFleet, at instant: Date, _ acknowledged: [Slot.ID?: Acknowledgement]) async {
    let told = await notifier.firingAlerts
    var firing: Set<AlertNotice.Identity> = []
    for alert in evaluator.active {
      guard case .firing = alert.phase else { continue }
      let notice = AlertNotice(alert, in: fleet, source: source, at: instant)
      firing.insert(notice.identity)
      let isKnown = alert.subject != .source && acknowledged[notice.identity.slotID] != nil
      if isKnown || told.contains(notice.identity) { continue }
      let names = settings.names(alert.rule)
      if !names.isEmpty { await notifier.submit(notice, to: names) }
    }
    if firing.isSuperset(of: told) { return }
    await notifier.settle(stillFiring: firing, at: clocks.wall())
  }

  /// What fires, and how telling goes, for the server's metrics.
  func figures() async -> AlertFigures {
    var figures = AlertFigures()
    for alert in evaluator.active {
      guard case .firing = alert.phase else { continue }
      figures.firing[alert.rule.severity.rawValue, default: 0] += 1
    }
    figures.sinks = await notifier.statuses.map { status in
      AlertFigures.Sink(
        name: status.name, sent: status.sent, failed: status.failed, dropped: status.dropped, waiting: status.waiting)
    }
    return figures
  }
}
