import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import ServiceLifecycle
import SlotStats
import StatsFormats

/// Takes events and answers with statistics, over HTTP.
///
/// When it is told to stop it takes no more connections, finishes what it has begun, ends the streams, and writes what
/// waits to be written; all this within ``ServerLimits/stopTime``.
package struct StatsServer: Service {
  private let settings: ServerSettings
  private let queue: IntakeQueue
  private let metrics = ServerMetrics()
  private let streams: ChangeStreams
  private let onListening: @Sendable (Int) -> Void

  /// A logger that says nothing: what matters is answered or counted.
  package static let silentLogger = Logger(label: "slotwatch", factory: { _ in SwiftLogNoOpLogHandler() })

  /// A server that does not listen yet. `onListening` is called with its port once it does.
  package init(_ settings: ServerSettings, onListening: @escaping @Sendable (Int) -> Void = { _ in }) {
    self.settings = settings
    self.onListening = onListening
    let limits = settings.limits
    queue = IntakeQueue(
      limits: IntakeQueue.Limits(maxEvents: limits.maxQueuedEvents, maxBytes: limits.maxQueuedBytes),
      accepted: settings.accepted)
    streams = ChangeStreams(of: settings.service.changes, clock: settings.clock, wallClock: settings.wallClock)
  }

  /// Serves until it is told to stop, gracefully or by cancellation.
  /// - Throws: what listening throws.
  package func run() async throws {
    let foreign = try await ForeignChanges(of: settings.ledger)
    let committer = EventCommitter(
      queue: queue, ledger: settings.ledger, foreign: foreign, service: settings.service, metrics: metrics,
      clock: settings.clock)
    let following = Task { await follow(foreign) }
    let watching = Task { await watchAcknowledged() }
    defer {
      following.cancel()
      watching.cancel()
    }
    // Apart from the tasks that may be cancelled: what was taken is written.
    let writing = Task { await committer.run() }
    let result: Result<Void, any Error>
    do {
      result = .success(try await listen())
    } catch {
      result = .failure(error)
    }
    queue.finish()
    await writing.value
    try result.get()
  }

  /// How often the store is asked whether another process wrote into it.
  private static let foreignInterval = Duration.milliseconds(100)

  /// Makes stale what other processes change in the store.
  private func follow(_ foreign: ForeignChanges) async {
    while (try? await settings.clock.sleep(for: Self.foreignInterval, tolerance: nil)) != nil {
      // What cannot be read now is still there the next time.
      guard let changes = try? await foreign.next() else { continue }
      if let slots = changes.slots { settings.service.invalidate(slots) } else { settings.service.invalidateAll() }
    }
  }

  /// How often it is looked whether acknowledged slots have recovered or got worse.
  private static let watchInterval = Duration.seconds(10)

  /// Notes what becomes of acknowledged slots.
  private func watchAcknowledged() async {
    var watch = AcknowledgedWatch(
      ledger: settings.ledger, service: settings.service, thresholds: settings.thresholds,
      wallClock: settings.wallClock)
    while (try? await settings.clock.sleep(for: Self.watchInterval, tolerance: nil)) != nil {
      // What cannot be read now is looked at the next time.
      try? await watch.look()
    }
  }

  private func listen() async throws {
    let application = try application()
    let (streams, clock, stopTime) = (streams, settings.clock, settings.limits.stopTime)
    try await withGracefulShutdownHandler {
      try await withThrowingTaskGroup(of: Bool.self) { group in
        group.addTask {
          try await application.run()
          return true
        }
        group.addTask {
          try? await gracefulShutdown()
          try? await clock.sleep(for: stopTime, tolerance: nil)
          return false
        }
        _ = try await group.next()
        group.cancelAll()
        while try await group.next() != nil {}
      }
    } onGracefulShutdown: {
      streams.finish()
    }
  }

  private func application() throws -> some ApplicationProtocol {
    let access = AccessRule(settings.tokens)
    let reading = ReadAPI(
      repository: settings.ledger, service: settings.service, wallClock: settings.wallClock)
    let responder = ServerResponder(
      access: access, reading: reading,
      snapshot: SnapshotRoute(service: settings.service, wallClock: settings.wallClock),
      acks: AcksRoute(ledger: settings.ledger, service: settings.service, wallClock: settings.wallClock),
      marks: MarksRoute(ledger: settings.ledger, wallClock: settings.wallClock), streams: streams, queue: queue,
      metrics: metrics, maxStreams: settings.limits.maxStreams,
      alerts: settings.alerts)
    let intake = Intake(queue: queue, access: access, metrics: metrics)
    let (limits, metrics, onListening, isEncrypted) = (settings.limits, metrics, onListening, settings.tls != nil)
    var server = HTTPServerBuilder { responder in
      ServerChannel(
        responder: responder, limits: limits, metrics: metrics, intake: intake, isEncrypted: isEncrypted)
    }
    if let tls = settings.tls { server = try .tls(server, tlsConfiguration: tls) }
    return Application(
      responder: CallbackResponder<BasicRequestContext> { request, _ in await responder.respond(to: request) },
      server: server,
      configuration: ApplicationConfiguration(
        address: .hostname(settings.host, port: settings.port), serverName: nil, backlog: 1_024),
      onServerRunning: { channel in onListening(channel.localAddress?.port ?? 0) },
      logger: Self.silentLogger)
  }
}
