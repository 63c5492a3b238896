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
  private let begun: ContinuousClock.Instant
  private let notifier: Notifier
  private let sinks: OpenedSinks
  private var evaluator: RuleEvaluator
  private var slots: [Slot.ID] = []
  /// What was looked at last, judged, and by what.
  private var seen: Look?
  private var lastReading: FleetReading?
  /// What was acknowledged when that could be read last.
  private var book = AcknowledgementBook()

  private struct Look {
    let version: UInt64
    let minute: Int
    let trust: TrustWord
    let fleet: JudgedFleet
    let evidence: FleetEvidence
  }

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
    begun = clocks.monotonic.now
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

  /// Looks once. What cannot be read now is lost: that may be a rule of its own, and to all others it is a gap, which
  /// neither fires nor resolves.
  private func look() async throws {
    let reading: FleetReading
    var isLost = false
    do {
      reading = try await service.readFleet(now: clocks.wall())
      lastReading = reading
    } catch {
      guard !Task.isCancelled, let lastReading else { throw error }
      (reading, isLost) = (lastReading, true)
    }
    let look = judged(reading, isLost: isLost)
    // Where they cannot be read, what was acknowledged before still is.
    if let read = try? await store.acknowledgements() { book = read }
    try Task.checkCancellation()
    await tell(look, at: reading.generatedAt, book.outcome(in: look.fleet, at: clocks.wall()).inForce)
  }

  private func judged(_ reading: FleetReading, isLost: Bool) -> Look {
    let trust =
      isLost
      ? TrustWord.lost
      : Trust(now: clocks.wall(), generatedAt: reading.generatedAt, staleAfter: StaleAfter(chosen: nil, of: reading))
        .word
    let minute = MinuteCounts.number(reading.generatedAt)
    if let seen, seen.version == reading.version, seen.minute == minute, seen.trust == trust { return seen }
    let fleet = JudgedFleet(reading, window: .standard, thresholds: settings.thresholds)
    let ids = reading.slots.map(\.id)
    if ids != slots {
      evaluator.watch(ids)
      slots = ids
    }
    let evidence = FleetEvidence(reading, judged: fleet, trust: trust)
    _ = evaluator.evaluate(evidence, changed: nil, wall: clocks.wall(), uptime: clocks.monotonic.now - begun)
    let look = Look(version: reading.version, minute: minute, trust: trust, fleet: fleet, evidence: evidence)
    seen = look
    return look
  }

  /// Tells what fires and was not told, and what was told and surely no longer holds.
  private func tell(_ look: Look, at instant: Date, _ acknowledged: [Slot.ID?: Acknowledgement]) async {
    let told = await notifier.firingAlerts
    var going: Set<AlertNotice.Identity> = []
    for alert in evaluator.active {
      let id = AlertNotice.Identity(alert, source: source)
      // What was told before a restart may have to last again before it fires here, and goes on meanwhile.
      going.insert(id)
      guard case .firing = alert.phase, !told.contains(id) else { continue }
      if alert.subject != .source, acknowledged[id.slotID] != nil { continue }
      let names = settings.names(alert.rule)
      if names.isEmpty { continue }
      await notifier.submit(AlertNotice(alert, in: look.fleet, source: source, at: instant), to: names)
    }
    for id in told where !going.contains(id) && mayHold(id, look) { going.insert(id) }
    if going.isSuperset(of: told) { return }
    await notifier.settle(stillFiring: going, at: clocks.wall())
  }

  /// Whether nobody knows that an alert is over: there is no data of it just now.
  private func mayHold(_ id: AlertNotice.Identity, _ look: Look) -> Bool {
    guard let rule = settings.rules.first(where: { $0.name == id.rule }) else { return false }
    let target: AlertTarget
    if let slotID = id.slotID {
      guard let place = slots.firstIndex(of: slotID) else { return false }
      target = .slot(at: place)
    } else {
      target = rule.test.condition.isOfSource ? .source : .all
    }
    return look.evidence.holds(rule.test, target, stepsBack: 0) == nil
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
