import NIOCore
import NIOHTTP1

/// Keeps one client within the limits of time, and answers what is no HTTP.
///
/// It stands behind the handler that lets one request through after the other, so that it sees one at a time.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  /// What the client is waited for.
  private enum Phase {
    case idle, receiving, answering, closing
  }

  /// How long a connection that is to end may take to do so.
  private static let closingTime = TimeAmount.seconds(2)

  private let limits: ServerLimits
  private let metrics: ServerMetrics
  private var phase = Phase.idle
  /// Since when the client keeps the server waiting.
  private var since = NIODeadline.now()
  private var isUnread = false
  private var hasRequest = false
  private var timer: Scheduled<Void>?

  init(limits: ServerLimits, metrics: ServerMetrics) {
    self.limits = limits
    self.metrics = metrics
  }

  func handlerAdded(context: ChannelHandlerContext) { arm(context, after: limits.idleTime) }

  func channelInactive(context: ChannelHandlerContext) {
    timer?.cancel()
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head:
      hasRequest = true
      enter(.receiving)
    case .body: break
    case .end: enter(hasRequest ? .answering : .idle)
    }
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if case .end = unwrapOutboundIn(data) {
      hasRequest = false
      if phase == .answering { enter(.idle) }
    }
    context.write(data, promise: promise)
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    let wasUnread = isUnread
    isUnread = !context.channel.isWritable
    if isUnread, !wasUnread {
      since = .now()
      arm(context, after: limits.unreadTime)
    }
    context.fireChannelWritabilityChanged()
  }

  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    // The client may keep its half open; not for long.
    if mode == .output {
      enter(.closing)
      arm(context, after: Self.closingTime)
    }
    context.close(mode: mode, promise: promise)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard error is HTTPParserError, phase == .idle || phase == .receiving else {
      context.close(promise: nil)
      return
    }
    var head = HTTPResponseHead(version: .http1_1, status: .badRequest)
    head.headers = ["Connection": "close", "Content-Length": "0"]
    metrics.count(route: "other", status: Response.Status.badRequest.rawValue)
    enter(.closing)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in bound.value.close(promise: nil) }
  }

  private func enter(_ next: Phase) {
    phase = next
    since = .now()
  }

  /// How long the client may keep the server waiting; `nil` where it is the client that waits.
  private var patience: TimeAmount? {
    if isUnread { return limits.unreadTime }
    switch phase {
    case .idle: return limits.idleTime
    case .receiving: return limits.requestTime
    case .answering: return nil
    case .closing: return Self.closingTime
    }
  }

  /// Looks again later: a timer for each request would cost more than the request.
  private func arm(_ context: ChannelHandlerContext, after delay: TimeAmount) {
    timer?.cancel()
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    timer = context.eventLoop.scheduleTask(in: delay) {
      let (guardian, context) = bound.value
      guardian.look(context)
    }
  }

  private func look(_ context: ChannelHandlerContext) {
    guard let patience else { return arm(context, after: min(limits.requestTime, limits.idleTime)) }
    let waited = NIODeadline.now() - since
    if waited >= patience { return context.close(promise: nil) }
    // The phase may change to one that is waited for less long.
    arm(context, after: min(patience - waited, limits.requestTime))
  }
}

/// Turns away a connection that is one too many.
final class ConnectionRefusal: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private static let answer =
    "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\nRetry-After: \(Response.retrySeconds)\r\n\r\n"

  /// How long the answer may take to leave.
  private static let closingTime = TimeAmount.seconds(2)

  private let isEncrypted: Bool

  /// Of an encrypted connection: the answer would have to wait for a handshake that may never come, so there is none.
  init(isEncrypted: Bool) { self.isEncrypted = isEncrypted }

  func channelActive(context: ChannelHandlerContext) {
    if isEncrypted { return context.channel.close(mode: .all, promise: nil) }
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    let timer = context.eventLoop.scheduleTask(in: Self.closingTime) { bound.value.close(promise: nil) }
    context.channel.closeFuture.whenComplete { _ in timer.cancel() }
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: Self.answer))).whenComplete { _ in
      bound.value.close(promise: nil)
    }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {}
}
