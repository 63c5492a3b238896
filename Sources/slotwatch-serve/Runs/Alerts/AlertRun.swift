import FoundationEssentials
import Notifications
import ReadingCommands
import SlotStats
import StatsServer
import TerminalUI

/// Looks at a store by rules for as long as it is served, and tells of what fires, also while nobody watches.
actor AlertRun {
  /// How often it looks.
  private static let interval = Duration.seconds(5)

  private let service: CachedStatsService
  private let store: any AcknowledgementStore
  private let settings: AlertSettings
  private let clocks: RootClocks
  private let begun: ContinuousClock.Instant
  private let errors: @Sendable (String) -> Void
  private let telling: AlertTelling
  private var observer: RuleObserver
  private var lastReading: FleetReading?
  /// What was acknowledged when that could be read last.
  private var book = AcknowledgementBook()

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
    clocks: RootClocks, errors: @escaping @Sendable (String) -> Void
  ) throws(CommandFailure) {
    (self.service, self.store, self.settings, self.clocks) = (service, store, settings, clocks)
    self.errors = errors
    begun = clocks.monotonic.now
    observer = RuleObserver(settings.rules)
    let sinks = try settings.notify.open(settings.notify.sinks, wallClock: clocks.wall)
    telling = AlertTelling(
      rules: settings.rules, names: { settings.names($0) }, source: settings.notify.source ?? storeName, sinks: sinks,
      journal: sinks.sinks.isEmpty ? nil : Self.journal(settings, of: storeName, errors), clocks: clocks)
  }

  private static func journal(
    _ settings: AlertSettings, of storeName: String, _ errors: @Sendable (String) -> Void
  ) -> NoticeJournal? {
    guard let folder = settings.stateFolder else { return nil }
    do throws(NoticeJournal.Failure) {
      return try NoticeJournal.open("notices", source: storeName, in: folder)
    } catch {
      errors("slotwatch: \(error.line); what was told is not remembered over a restart\n")
      return nil
    }
  }

  /// Looks again and again, until the task is cancelled.
  func run() async {
    await telling.begin()
    while !Task.isCancelled {
      try? await look()
      try? await clocks.monotonic.sleep(for: Self.interval)
    }
    await telling.shutdown()
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
    let acknowledged = book.outcome(in: look.fleet, at: clocks.wall()).inForce
    _ = await telling.tell(observer, look, at: reading.generatedAt, acknowledged: acknowledged)
  }

  private func judged(_ reading: FleetReading, isLost: Bool) -> RuleObserver.Look {
    let trust =
      isLost
      ? TrustWord.lost
      : Trust(now: clocks.wall(), generatedAt: reading.generatedAt, staleAfter: StaleAfter(chosen: nil, of: reading))
        .word
    let look = observer.look(
      at: reading, judged: { JudgedFleet(reading, window: .standard, thresholds: settings.thresholds) }, trust: trust,
      wall: clocks.wall(), uptime: clocks.monotonic.now - begun)
    for glob in observer.unmatchedGlobs() { errors("slotwatch: \(TerminalText.neutralised(glob.words))\n") }
    return look
  }

  /// What fires, and how telling goes, for the server's metrics.
  func figures() async -> AlertFigures {
    var figures = AlertFigures()
    for alert in observer.evaluator.active {
      guard case .firing = alert.phase else { continue }
      figures.firing[alert.rule.severity.rawValue, default: 0] += 1
    }
    figures.sinks = await telling.statuses.map { status in
      AlertFigures.Sink(
        name: status.name, sent: status.sent, failed: status.failed, dropped: status.dropped, waiting: status.waiting)
    }
    return figures
  }
}
