import NIOCore

/// Turns away a connection that is one too many.
final class ConnectionRefusal: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private static let answer =
    "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\nCache-Control: no-store\r\n"
    + "Retry-After: \(Response.retrySeconds)\r\n\r\n"

  private let closingTime: TimeAmount
  private let isEncrypted: Bool

  /// One whose answer has so long to leave. Of an encrypted connection: the answer would have to wait for a handshake that
  /// may never come, so there is none.
  init(within closingTime: TimeAmount, isEncrypted: Bool) {
    self.closingTime = closingTime
    self.isEncrypted = isEncrypted
  }

  func channelActive(context: ChannelHandlerContext) {
    if isEncrypted { return context.channel.close(mode: .all, promise: nil) }
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    let timer = context.eventLoop.scheduleTask(in: closingTime) { bound.value.close(promise: nil) }
    context.channel.closeFuture.whenComplete { _ in timer.cancel() }
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: Self.answer))).whenComplete { _ in
      bound.value.close(promise: nil)
    }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {}
}
