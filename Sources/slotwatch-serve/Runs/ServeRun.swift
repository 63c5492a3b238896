#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif
import EventStore
import NIOCore
import ProcessIO
import ReadingCommands
import ServiceLifecycle
import SlotStats
import StatsFormats
import StatsServer

/// A server over an event store, until somebody ends it.
struct ServeRun: Sendable {
  /// How often the store is asked whether another process wrote into it.
  private static let foreignInterval = Duration.milliseconds(100)
  /// How often what is no longer kept is removed, and in how many steps at once.
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
    try settings.store.prepare()
    let wall = clocks.wall
    let repository: SQLiteStatsRepository
    do {
      repository = try SQLiteStatsRepository.open(
        settings.store.path, settings: StoreSettings(keptDays: settings.keptDays, now: wall))
    } catch {
      throw CommandFailure(error)
    }
    defer { try? repository.close() }
    if case .failure(let error) = BlockingTask.begin({ try await serve(repository) }).result() { throw failure(error) }
    return signals.received().map { 128 + $0 } ?? ExitStatus.done.rawValue
  }

  /// Lets the process open as many descriptors as it may: each connection takes one.
  private static func raiseDescriptorLimit() {
    #if canImport(Glibc)
      let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #else
      let resource = RLIMIT_NOFILE
    #endif
    var limit = rlimit()
    guard getrlimit(resource, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
    limit.rlim_cur = limit.rlim_max
    _ = setrlimit(resource, &limit)
  }

  private func serve(_ repository: SQLiteStatsRepository) async throws {
    let store = try await ServedStore(repository)
    let service = try CachedStatsService(
      repository: repository, clock: clocks.monotonic, wallClock: clocks.wall)
    let (listening, listens) = AsyncStream.makeStream(of: Void.self)
    let server = StatsServer(serverSettings(repository, service, store)) { [settings, errors] port in
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
      tasks.addTask { await followOthers(store, service) }
      tasks.addTask { await keepUp(repository) }
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
    _ repository: SQLiteStatsRepository, _ service: CachedStatsService, _ store: ServedStore
  ) -> ServerSettings {
    let (wall, keptSeconds) = (clocks.wall, settings.keptDays * 86_400)
    var server = ServerSettings(
      repository: repository, service: service, store: store, hours: store,
      accepted: { ProcessingLogReader.accepted(now: wall(), keptSeconds: keptSeconds) },
      clock: clocks.monotonic, wallClock: wall)
    (server.host, server.port) = (settings.listen.host, settings.listen.port)
    (server.tokens, server.tls) = (settings.tokens, settings.tls)
    return server
  }

  /// Makes stale what other processes change in the store.
  private func followOthers(_ store: ServedStore, _ service: CachedStatsService) async {
    while !Task.isCancelled {
      try? await clocks.monotonic.sleep(for: Self.foreignInterval)
      // What cannot be read now is still there the next time.
      guard let slots = try? await store.foreignChanges() else { continue }
      service.invalidate(slots)
    }
  }

  private func keepUp(_ repository: SQLiteStatsRepository) async {
    while !Task.isCancelled {
      try? await clocks.monotonic.sleep(for: Self.upkeep.interval)
      for _ in 0..<Self.upkeep.steps {
        // What fails now, such as on a full disk, is tried again later.
        guard !Task.isCancelled, (try? await repository.keepUp()) == true else { break }
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
