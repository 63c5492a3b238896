import NIOCore
import NIOHTTP1

/// What takes posts of events.
struct Intake: Sendable {
  let queue: IntakeQueue
  let access: AccessRule
  let metrics: ServerMetrics
}

/// Takes posts of events off the connection, so that each costs no task; every other request passes.
///
/// It stands behind the handler that lets one request through after the other: at most one is under way.
final class IntakeHandler: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  /// What becomes of the request whose parts come in.
  private enum State {
    /// It goes on to the others.
    case passing
    /// It is a post whose body is gathered.
    case receiving(IntakeBody)
    /// It is a post that is answered once its body has passed.
    case passingBody(Response)
    /// It is answered; the connection ends with it.
    case ending
    /// It is a post that waits for its commit.
    case waiting
  }

  /// A body that is refused is passed up to this size, so that the connection can go on.
  private static let maxPassedBytes = 64 << 10

  private let intake: Intake
  private let limits: ServerLimits
  private var state = State.passing
  private var isKeptAlive = true
  /// How much room is set aside for the body that comes in.
  private var reservedBytes = 0
  private var context: ChannelHandlerContext?
  private var me: NIOLoopBound<IntakeHandler>?

  init(_ intake: Intake, limits: ServerLimits) {
    self.intake = intake
    self.limits = limits
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    me = NIOLoopBound(self, eventLoop: context.eventLoop)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    giveBack()
    self.context = nil
    me = nil
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): begin(head, data, context)
    case .body(let bytes): take(bytes, data, context)
    case .end: finish(data, context)
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    // Whoever has nothing more to send still has its answer to come; the connection ends with that.
    if case ChannelEvent.inputClosed = event, !isPassing {
      isKeptAlive = false
      return
    }
    context.fireUserInboundEventTriggered(event)
  }

  private var isPassing: Bool {
    if case .passing = state { true } else { false }
  }

  private func begin(_ head: HTTPRequestHead, _ data: NIOAny, _ context: ChannelHandlerContext) {
    isKeptAlive = head.isKeepAlive
    guard head.method == .POST, Self.isIntake(head.uri) else {
      state = .passing
      context.fireChannelRead(data)
      return
    }
    let length = head.headers.first(name: "content-length").flatMap { Int($0) }
    var opened = IntakeBody.open(head, intake.access, limits)
    if case .success = opened, !intake.queue.hasRoom(for: length ?? 0) {
      opened = .failure(IntakeBody.Refusal(answer: Self.full))
    }
    switch opened {
    case .success(let body):
      state = .receiving(body)
      if Self.waits(head) {
        context.writeAndFlush(
          wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .continue))), promise: nil)
      }
    case .failure(let refusal):
      let isShort = (length ?? (head.headers.contains(name: "transfer-encoding") ? .max : 0)) <= Self.maxPassedBytes
      if isShort, !Self.waits(head) {
        state = .passingBody(refusal.answer)
      } else {
        end(with: refusal.answer, context)
      }
    }
  }

  /// Whether the client waits to be told to send the body. One of HTTP/1.0 never does, whatever it says.
  private static func waits(_ head: HTTPRequestHead) -> Bool {
    head.version.minor > 0 && head.headers[canonicalForm: "expect"].contains { $0.lowercased() == "100-continue" }
  }

  /// Whether a request goes to the path of the intake, whatever its query.
  private static func isIntake(_ uri: String) -> Bool {
    uri == Route.eventsPath || (uri.hasPrefix(Route.eventsPath) && uri.dropFirst(Route.eventsPath.count).first == "?")
  }

  private func take(_ bytes: ByteBuffer, _ data: NIOAny, _ context: ChannelHandlerContext) {
    switch state {
    case .passing: context.fireChannelRead(data)
    case .receiving(var body):
      // Not held twice while it grows.
      state = .waiting
      guard body.append(bytes, atMost: limits.maxBodyBytes) else {
        return end(with: IntakeBody.tooLarge(limits), context)
      }
      guard intake.queue.reserve(bytes.readableBytes) else { return end(with: Self.full, context) }
      reservedBytes += bytes.readableBytes
      state = .receiving(body)
    case .passingBody, .ending, .waiting: break
    }
  }

  private func finish(_ data: NIOAny, _ context: ChannelHandlerContext) {
    switch state {
    case .passing: context.fireChannelRead(data)
    case .receiving(let body):
      state = .waiting
      offer(body, context)
    case .passingBody(let answer):
      state = .waiting
      send(answer, context)
    case .ending: context.close(promise: nil)
    case .waiting: break
    }
  }

  private func offer(_ body: IntakeBody, _ context: ChannelHandlerContext) {
    guard let me else { return }
    giveBack()
    do {
      let offer = try body.withBytes(within: limits) { bytes in
        intake.queue.offer(bytes, body.form, on: context.eventLoop) { outcome in me.value.reply(outcome) }
      }
      switch offer {
      case .taken: break
      case .answered(let outcome):
        intake.metrics.count(outcome)
        send(outcome.answer, context)
      case .unreadable(let reason): send(.error(.badRequest, "The body cannot be read: \(reason)."), context)
      case .full: send(Self.full, context)
      case .stopping:
        isKeptAlive = false
        send(.error(.unavailable, "The server is stopping; nothing was taken."), context)
      }
    } catch {
      send(error.answer, context)
    }
  }

  private static let full = Response.error(.unavailable, "Too many events wait to be stored; nothing was taken.")

  private func giveBack() {
    if reservedBytes > 0 { intake.queue.giveBack(reservedBytes) }
    reservedBytes = 0
  }

  private func reply(_ outcome: IntakeOutcome) {
    // Gone, where the client has left meanwhile.
    guard let context, context.channel.isActive else { return }
    send(outcome.answer, context)
  }

  /// Answers before the body has come, and ends the connection once it has, or soon.
  private func end(with answer: Response, _ context: ChannelHandlerContext) {
    isKeptAlive = false
    state = .ending
    giveBack()
    write(answer, context)
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    context.eventLoop.scheduleTask(in: limits.closingTime) { bound.value.close(promise: nil) }
  }

  private func send(_ answer: Response, _ context: ChannelHandlerContext) {
    let isLast = !isKeptAlive
    state = .passing
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    let written = write(answer, context)
    if isLast { written.whenComplete { _ in bound.value.close(promise: nil) } }
  }

  @discardableResult
  private func write(_ answer: Response, _ context: ChannelHandlerContext) -> EventLoopFuture<Void> {
    intake.metrics.countPost(answer.status.rawValue)
    context.write(wrapOutboundOut(.head(answer.head(isLast: !isKeptAlive))), promise: nil)
    let bytes = context.channel.allocator.buffer(bytes: answer.bytes)
    context.write(wrapOutboundOut(.body(.byteBuffer(bytes))), promise: nil)
    if isKeptAlive {
      context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
      return context.eventLoop.makeSucceededVoidFuture()
    }
    return context.writeAndFlush(wrapOutboundOut(.end(nil)))
  }
}
