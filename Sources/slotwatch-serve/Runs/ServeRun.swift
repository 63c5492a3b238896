import EventStore
import FoundationEssentials
import Glibc
import NIOCore
import ProcessIO
import ReadingCommands
import ServiceLifecycle
import SlotStats
import StatsFormats
import StatsServer

/// A server over an event store, until somebody ends it.
struct ServeRun: Sendable {
  /// How often a heartbeat is left and what is no longer kept is removed, and in how many steps at once.
  private static let upkeep = (interval: Duration.seconds(10), steps: 20)

  private let settings: ServeSettings
  private let signals: EndingSignals
  private let errors: @Sendable (String) -> Void
  private let clocks = RootClocks(fixedAt: nil)

  /// A run by these settings, until one of the signals comes; `errors` takes what is said of it.
  init(_ settings: ServeSettings, signals: EndingSignals, errors: @escaping @Sendable (String) -> Void) {
    self.settings = settings
    self.signals = signals
    self.errors = errors
  }

  /// Serves; keeps the calling thread until it has ended.
  /// - Returns: the exit status: 128 and the signal's number.
  /// - Throws: what the store or the address throws.
  func run() throws(CommandFailure) -> Int32 {
    Self.raiseDescriptorLimit()
    let store = StoreSettings(keptDays: settings.keptDays, now: clocks.wall)
    let ledger = try settings.store.open(store, isKept: true, errors)
    defer { try? ledger.close() }
    if case .failure(let error) = BlockingTask.begin({ try await serve(ledger) }).result() { throw failure(error) }
    return signals.received().map { 128 + $0 } ?? ExitStatus.done.rawValue
  }

  /// Lets the process open as many descriptors as it may: each connection takes one.
  private static func raiseDescriptorLimit() {
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    var limit = rlimit()
    guard getrlimit(resource, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
    limit.rlim_cur = limit.rlim_max
    _ = setrlimit(resource, &limit)
  }

  private func serve(_ ledger: any EventLedger) async throws {
    let service = try CachedStatsService(repository: ledger, clock: clocks.monotonic, wallClock: clocks.wall)
    let (listening, listens) = AsyncStream.makeStream(of: Void.self)
    let alerts =
      settings.alerts.isWanted
      ? try AlertRun(
        service: service, store: ledger, settings: settings.alerts, storeName: ledger.name, clocks: clocks,
        errors: errors) : nil
    let server = StatsServer(serverSettings(ledger, service, alerts)) { [settings, errors] port in
      listens.yield()
      let scheme = settings.tls == nil ? "http" : "https"
      errors("slotwatch: listening on \(scheme)://\(settings.listen.text(port: port))\n")
    }
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(
        services: [
          ServiceGroupConfiguration.ServiceConfiguration(
            service: server, successTerminationBehavior: .gracefullyShutdownGroup)
        ], logger: StatsServer.silentLogger))
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { await end(group, once: listening) }
      tasks.addTask { await lookAfter(ledger) }
      if let alerts { tasks.addTask { await alerts.run() } }
      defer { tasks.cancelAll() }
      try await group.run()
    }
  }

  /// Ends the server at the first signal.
  private func end(_ group: ServiceGroup, once listening: AsyncStream<Void>) async {
    // What is not running yet cannot be told to stop; a signal that came before is still there then.
    var listening = listening.makeAsyncIterator()
    guard await listening.next() != nil else { return }
    signals.whenOneComes { Task { await group.triggerGracefulShutdown() } }
  }

  private func serverSettings(
    _ ledger: any EventLedger, _ service: CachedStatsService, _ alerts: AlertRun?
  ) -> ServerSettings {
    let (wall, keptSeconds) = (clocks.wall, settings.keptDays * 86_400)
    var server = ServerSettings(
      ledger: ledger, service: service,
      accepted: { ProcessingLogReader.accepted(now: wall(), keptSeconds: keptSeconds) },
      clock: clocks.monotonic, wallClock: wall)
    (server.host, server.port) = (settings.listen.host, settings.listen.port)
    (server.tokens, server.tls) = (settings.tokens, settings.tls)
    server.thresholds = settings.alerts.thresholds
    if let alerts { server.alerts = { await alerts.figures() } }
    return server
  }

  /// Says that somebody counts, and removes what is no longer kept.
  private func lookAfter(_ ledger: any EventLedger) async {
    while !Task.isCancelled {
      // What fails now, such as on a full disk, is tried again later.
      try? await ledger.recordHeartbeat()
      try? await clocks.monotonic.sleep(for: Self.upkeep.interval)
      for _ in 0..<Self.upkeep.steps {
        guard !Task.isCancelled, (try? await ledger.performMaintenance()) == true else { break }
      }
    }
  }

  private func failure(_ error: any Error) -> CommandFailure {
    if error is StatsSourceError || error is CommandFailure { return CommandFailure(error) }
    let place = "Cannot listen on \"\(settings.listen.text())\""
    guard let system = error as? IOError else {
      return CommandFailure(.inputOutput, "\(place): the host is unknown, or it cannot be used; give another --listen.")
    }
    let reason = String(cString: strerror(system.errnoCode))
    let isForbidden = system.errnoCode == EACCES || system.errnoCode == EPERM
    return CommandFailure(isForbidden ? .notPermitted : .inputOutput, "\(place): \(reason); give another --listen.")
  }
}
