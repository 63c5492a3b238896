import Glibc
import HTTPTransport
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A server on loopback that answers with exactly the bytes it is told to, and does to a connection what it is told to.
package final class RawServer: Sendable {
  /// What is done next on a connection.
  package enum Step: Sendable {
    /// Sends these bytes.
    case send([UInt8])
    /// Sends these bytes one at a time, this far apart.
    case drip([UInt8], every: Duration)
    /// Sends these bytes again and again until nobody takes them.
    case forever([UInt8])
    /// Closes the connection as one does.
    case close
    /// Breaks it off, so that the other side sees a reset.
    case reset

    /// Sends this text.
    package static func text(_ text: String) -> Step { .send(Array(text.utf8)) }
  }

  /// A request that came.
  package struct Request: Sendable {
    /// The number of its connection, from 0.
    package var connection: Int
    /// Head and body as they came.
    package var text: String

    /// The path with its query.
    package var target: String { text.split(separator: " ").dropFirst().first.map(String.init) ?? "" }

    /// The value of a header.
    package func header(_ name: String) -> String? {
      let line = text.split(separator: "\r\n").first { $0.lowercased().hasPrefix("\(name.lowercased()): ") }
      return line.map { String($0.dropFirst(name.count + 2)) }
    }
  }

  /// What came and went, over all connections.
  fileprivate final class Log: Sendable {
    let connections = Atomic(0)
    let sentBytes = Atomic(0)
    let closed = Atomic(0)
    let requests = Mutex<[Request]>([])
    /// How long the last connection to end stood after its request.
    let patience = Mutex<Duration?>(nil)
    private let watchers = Mutex<[CheckedContinuation<Void, Never>]>([])

    /// Waits until this holds; it is looked at anew with every event.
    func wait(until holds: () -> Bool) async {
      var isOver = false
      while !isOver {
        await withCheckedContinuation { continuation in
          isOver = watchers.withLock { watchers in
            guard !holds() else { return true }
            watchers.append(continuation)
            return false
          }
          if isOver { continuation.resume() }
        }
      }
    }

    /// Tells everyone who waits that something has happened.
    func tell() {
      let waiting = watchers.withLock { watchers in
        defer { watchers = [] }
        return watchers
      }
      for continuation in waiting { continuation.resume() }
    }
  }

  private let channel: any Channel
  private let log = Log()
  /// Whether it speaks TLS.
  private let isEncrypted: Bool
  /// Where it listens.
  package let port: Int

  /// A server whose requests are answered by `script`; after its last step a connection takes the next request. An eager
  /// one takes the first bytes for a request, whatever they are.
  package init(
    tls: NIOSSLContext? = nil, isEager: Bool = false, script: @escaping @Sendable (Request) -> [Step]
  ) async throws {
    let log = log
    isEncrypted = tls != nil
    channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
          try channel.pipeline.syncOperations.addHandler(RawConnection(log: log, isEager: isEager, script: script))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    port = channel.localAddress?.port ?? 0
  }

  /// Stops listening.
  package func close() async { try? await channel.close() }

  /// Waits until this many requests have come.
  package func waitForRequests(_ count: Int) async { await log.wait { log.requests.withLock { $0.count } >= count } }

  /// Waits until this many connections have ended.
  package func waitForClosedConnections(_ count: Int) async {
    await log.wait { log.closed.load(ordering: .relaxed) >= count }
  }

  deinit { channel.close(promise: nil) }

  /// How many connections there were.
  package var connections: Int { log.connections.load(ordering: .relaxed) }
  /// How long the last connection to end stood after its request: measured here, since whoever asked may have to wait
  /// for a thread before it hears of the end.
  package var patience: Duration? { log.patience.withLock { $0 } }
  /// How many bytes were taken from it.
  package var sentBytes: Int { log.sentBytes.load(ordering: .relaxed) }
  /// The requests that came.
  package var requests: [Request] { log.requests.withLock { $0 } }

  /// A URL of this server.
  package func url(_ path: String = "/x", host: String = "127.0.0.1") -> RemoteURL {
    let parts = path.split(separator: "?", maxSplits: 1).map(String.init)
    return RemoteURL(
      isEncrypted: isEncrypted, host: host, port: port, path: parts[0], query: parts.count > 1 ? parts[1] : nil)
  }
}

/// One connection to it.
private final class RawConnection: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let log: RawServer.Log
  private let script: @Sendable (RawServer.Request) -> [RawServer.Step]
  private let isEager: Bool
  private let number: Int
  private var received = ""
  private var requested: ContinuousClock.Instant?

  init(log: RawServer.Log, isEager: Bool, script: @escaping @Sendable (RawServer.Request) -> [RawServer.Step]) {
    self.log = log
    self.script = script
    self.isEager = isEager
    number = log.connections.add(1, ordering: .relaxed).oldValue
  }

  func channelInactive(context: ChannelHandlerContext) {
    if let requested { log.patience.withLock { $0 = ContinuousClock.now - requested } }
    log.closed.add(1, ordering: .relaxed)
    log.tell()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    received += String(buffer: unwrapInboundIn(data))
    if isEager { return run(script(RawServer.Request(connection: number, text: received))[...], in: context) }
    guard let headEnd = received.firstRange(of: "\r\n\r\n")?.upperBound else { return }
    let head = RawServer.Request(connection: number, text: String(received[..<headEnd]))
    guard received[headEnd...].utf8.count >= Int(head.header("Content-Length") ?? "0") ?? 0 else { return }
    let request = RawServer.Request(connection: number, text: received)
    received = ""
    requested = .now
    log.requests.withLock { $0.append(request) }
    log.tell()
    run(script(request)[...], in: context)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  private func run(_ steps: ArraySlice<RawServer.Step>, in context: ChannelHandlerContext) {
    guard let step = steps.first, context.channel.isActive else { return }
    let rest = steps.dropFirst()
    switch step {
    case .send(let bytes): write(bytes, in: context) { self.run(rest, in: context) }
    case .forever(let bytes): write(bytes, in: context) { self.run(steps, in: context) }
    case .drip(let bytes, let pause):
      guard let first = bytes.first else { return run(rest, in: context) }
      write([first], in: context) {
        context.eventLoop.assumeIsolated().scheduleTask(in: .nanoseconds(Int64(pause / .nanoseconds(1)))) {
          self.run([.drip(Array(bytes.dropFirst()), every: pause)] + rest, in: context)
        }
      }
    case .close: context.close(promise: nil)
    case .reset:
      guard let socket = context.channel as? any SocketOptionProvider else { return context.close(promise: nil) }
      socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).assumeIsolated()
        .whenComplete { _ in context.close(promise: nil) }
    }
  }

  private func write(_ bytes: [UInt8], in context: ChannelHandlerContext, then next: @escaping () -> Void) {
    let log = log
    let count = bytes.count
    let loop = context.eventLoop.assumeIsolated()
    context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(bytes: bytes)))
      .assumeIsolated()
      .whenSuccess {
        log.sentBytes.add(count, ordering: .relaxed)
        // Not at once: a socket that takes everything would never give the stack back.
        loop.execute(next)
      }
  }
}
