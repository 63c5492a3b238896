import NIOCore
import NIOPosix

/// A client that sends bytes as they are, and keeps what comes back.
struct RawClient {
  /// Hands on what comes until the connection ends.
  private final class Ear: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    let heard: AsyncStream<ByteBuffer>.Continuation

    init(_ heard: AsyncStream<ByteBuffer>.Continuation) { self.heard = heard }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { heard.yield(unwrapInboundIn(data)) }

    func channelInactive(context: ChannelHandlerContext) { heard.finish() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
  }

  /// The half that sends, which several tasks may do.
  struct Mouth: Sendable {
    fileprivate let channel: any Channel

    /// Sends a text.
    func send(_ text: String) async throws { try await channel.writeAndFlush(ByteBuffer(string: text)) }
  }

  let mouth: Mouth
  private var heard: AsyncStream<ByteBuffer>.Iterator
  /// What came so far.
  private(set) var text = ""

  /// One that is connected with a port of this machine; it reads nothing before it is told to, unless it is eager.
  init(port: Int, isEager: Bool = true, buffer bytes: Int = 1 << 20) async throws {
    let (stream, heard) = AsyncStream.makeStream(of: ByteBuffer.self)
    let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelOption(.autoRead, value: isEager)
      .channelOption(.socketOption(.so_rcvbuf), value: .init(bytes))
      .channelInitializer { $0.pipeline.addHandler(Ear(heard)) }
    mouth = Mouth(channel: try await bootstrap.connect(host: "127.0.0.1", port: port).get())
    self.heard = stream.makeAsyncIterator()
  }

  /// Sends a text.
  func send(_ text: String) async throws { try await mouth.send(text) }

  /// Reads a little of what there is.
  func sip() { mouth.channel.read() }

  /// Begins to read.
  func listen() async throws { try await mouth.channel.setOption(.autoRead, value: true).get() }

  /// Waits until this has come, or the connection has ended.
  /// - Returns: everything that came so far.
  mutating func read(until mark: String) async -> String {
    while !text.contains(mark), let piece = await heard.next() { text += String(buffer: piece) }
    return text
  }

  /// Waits until the server ends the connection.
  /// - Returns: everything that came.
  mutating func readToEnd() async -> String {
    while let piece = await heard.next() { text += String(buffer: piece) }
    return text
  }

  /// Leaves.
  func close() async throws { try await mouth.channel.close() }
}
