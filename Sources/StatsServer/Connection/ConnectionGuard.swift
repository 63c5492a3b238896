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

  /// How much of an answer is taken, or not, at once.
  private static let pieceBytes = 64 << 10

  private let limits: ServerLimits
  private let metrics: ServerMetrics
  private let watch: HeadWatch
  private var phase = Phase.idle
  /// Since when the client keeps the server waiting.
  private var since = NIODeadline.now()
  private var isUnread = false
  private var hasRequest = false
  /// Whether the connection ends with the answer that is being sent.
  private var isLast = false
  private var isRefused = false
  private var timer: Scheduled<Void>?

  init(limits: ServerLimits, metrics: ServerMetrics, watch: HeadWatch) {
    self.limits = limits
    self.metrics = metrics
    self.watch = watch
  }

  func handlerAdded(context: ChannelHandlerContext) { arm(context, after: min(limits.requestTime, limits.idleTime)) }

  func channelInactive(context: ChannelHandlerContext) {
    timer?.cancel()
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head:
      hasRequest = true
      // Its first bytes may have come long before.
      if phase != .receiving { enter(.receiving) }
    case .body: break
    case .end: enter(hasRequest ? .answering : .idle)
    }
    context.fireChannelRead(data)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard event is HeadWatch.Sign else { return context.fireUserInboundEventTriggered(event) }
    if phase == .idle { enter(.receiving) }
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    // It has been answered here.
    if isRefused {
      promise?.fail(ChannelError.ioOnClosedChannel)
      return
    }
    switch unwrapOutboundIn(data) {
    case .head(let head):
      if head.status.code >= 200 { isLast = !head.isKeepAlive }
      context.write(data, promise: promise)
    case .body(.byteBuffer(let bytes)) where bytes.readableBytes > Self.pieceBytes:
      write(bytes, context, promise)
    case .body: context.write(data, promise: promise)
    case .end:
      hasRequest = false
      if isLast { end(context) } else if phase == .answering { enter(.idle) }
      context.write(data, promise: promise)
    }
  }

  /// A long body goes in pieces, so that it is seen that a slow client takes them.
  private func write(_ bytes: ByteBuffer, _ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
    var rest = bytes
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    while let piece = rest.readSlice(length: min(Self.pieceBytes, rest.readableBytes)), piece.readableBytes > 0 {
      let taken = context.eventLoop.makePromise(of: Void.self)
      taken.futureResult.whenSuccess { if bound.value.isUnread { bound.value.since = .now() } }
      if rest.readableBytes == 0 { taken.futureResult.cascade(to: promise) }
      context.write(wrapOutboundOut(.body(.byteBuffer(piece))), promise: taken)
    }
  }

  private func end(_ context: ChannelHandlerContext) {
    enter(.closing)
    arm(context, after: limits.closingTime)
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
    if mode == .output { end(context) }
    context.close(mode: mode, promise: promise)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // What still comes is read only so that the answer is not lost.
    if phase == .closing { return }
    guard let error = error as? HTTPParserError, phase == .idle || phase == .receiving else {
      context.close(promise: nil)
      return
    }
    let answer = answer(to: error)
    metrics.count(route: ServerMetrics.otherRoute, status: answer.status.rawValue)
    end(context)
    isRefused = true
    context.end(with: answer)
  }

  private func answer(to error: HTTPParserError) -> Response {
    guard error == .headerOverflow else { return .error(.badRequest, "This is no request of HTTP/1.1.") }
    guard watch.lineBytes <= limits.maxHeaderBytes else {
      return .error(.targetTooLong, "A target has fewer than \(limits.maxHeaderBytes) bytes.")
    }
    return .error(
      .headTooLarge, "The head of a request has at most \(limits.maxHeaderBytes) bytes and \(limits.maxHeaders) fields."
    )
  }

  private func enter(_ next: Phase) {
    // Nothing that still comes in makes a connection stay that is to end.
    if phase == .closing { return }
    if next == .idle { watch.begin() }
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
    case .closing: return limits.closingTime
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
