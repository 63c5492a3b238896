import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A server on loopback that speaks as much HTTP/2 as it takes to answer, to refuse, and to leave.
package final class RawHTTP2Server: Sendable {
  /// A request that came.
  package struct Request: Sendable {
    /// The number of its connection, from 0.
    package var connection: Int
    /// The number of its stream: 1, 3, 5, …
    package var stream: Int

    /// Its number on its connection, from 1.
    package var number: Int { (stream + 1) / 2 }
  }

  /// What is done about a request.
  package enum Step: Sendable {
    /// Answers it with 200 and this body.
    case answer(String)
    /// Says that nothing was done with it.
    case refuse
    /// Says that the connection takes no stream after this one.
    case leave(after: Int)
    /// Closes the connection once what was written is on its way.
    case close
  }

  private let channel: any Channel
  private let log = Mutex<[Request]>([])
  private let connections = Mutex<[any Channel]>([])
  /// Where it listens.
  package let port: Int

  /// A server whose requests are answered by `script`. `tls` has to offer `h2`.
  package init(tls: NIOSSLContext, script: @escaping @Sendable (Request) -> [Step]) async throws {
    let heard = Box<@Sendable (Request) -> Void>({ _ in })
    let opened = Box<@Sendable (any Channel) -> Int>({ _ in 0 })
    channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          try pipeline.addHandler(NIOSSLServerHandler(context: tls))
          try pipeline.addHandler(
            RawHTTP2Connection(number: opened.value(channel)) { request in
              heard.value(request)
              return script(request)
            })
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    port = channel.localAddress?.port ?? 0
    heard.set { [weak self] request in self?.log.withLock { $0.append(request) } }
    opened.set { [weak self] channel in
      self?.connections.withLock { connections in
        connections.append(channel)
        return connections.count - 1
      } ?? 0
    }
  }

  deinit { channel.close(promise: nil) }

  /// Closes every connection, as a server does some time after it has said that it will.
  package func end() async {
    for connection in connections.withLock({ $0 }) { try? await connection.close() }
  }

  /// The requests that came.
  package var requests: [Request] { log.withLock { $0 } }
}

/// One connection to it.
private final class RawHTTP2Connection: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private static let prefaceLength = 24
  private static let frameHeadLength = 9

  private let number: Int
  private let script: (RawHTTP2Server.Request) -> [RawHTTP2Server.Step]
  private var received: [UInt8] = []
  private var isGreeted = false

  init(number: Int, script: @escaping (RawHTTP2Server.Request) -> [RawHTTP2Server.Step]) {
    self.number = number
    self.script = script
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    received += unwrapInboundIn(data).readableBytesView
    if !isGreeted {
      guard received.count >= Self.prefaceLength else { return }
      received.removeFirst(Self.prefaceLength)
      isGreeted = true
      write(type: 4, in: context)
    }
    while received.count >= Self.frameHeadLength {
      let length = Self.number(received[0..<3])
      guard received.count >= Self.frameHeadLength + length else { break }
      let (type, flags, stream) = (received[3], received[4], Self.number(received[5..<9]) & 0x7FFF_FFFF)
      received.removeFirst(Self.frameHeadLength + length)
      if type == 4, flags & 1 == 0 { write(type: 4, flags: 1, in: context) }
      // What ends the stream, the head of a GET or the body of a POST, is the whole request.
      if type <= 1, flags & 1 == 1 { answer(stream, in: context) }
    }
    context.flush()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  private func answer(_ stream: Int, in context: ChannelHandlerContext) {
    for step in script(RawHTTP2Server.Request(connection: number, stream: stream)) {
      switch step {
      case .answer(let body):
        // The head's one byte is `:status: 200` by its place in the table that everybody knows.
        write(type: 1, flags: 4, stream: stream, [0x88], in: context)
        write(type: 0, flags: 1, stream: stream, Array(body.utf8), in: context)
      case .refuse: write(type: 3, stream: stream, Self.bytes(7), in: context)
      case .leave(let last): write(type: 7, Self.bytes(last) + Self.bytes(0), in: context)
      case .close:
        context.flush()
        context.close(promise: nil)
      }
    }
  }

  private func write(
    type: UInt8, flags: UInt8 = 0, stream: Int = 0, _ payload: [UInt8] = [], in context: ChannelHandlerContext
  ) {
    let frame = Self.bytes(payload.count).dropFirst() + [type, flags] + Self.bytes(stream) + payload
    context.write(wrapOutboundOut(context.channel.allocator.buffer(bytes: frame)), promise: nil)
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }

  private static func bytes(_ number: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
  }
}
