import NIOCore
import NIOHTTP1

/// Lets requests through whose head is as it has to be, and says in each answer whether the connection ends with it.
///
/// It stands behind the handler that lets one request through after the other.
final class HeadHandler: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  private let metrics: ServerMetrics
  private var isOld = false
  private var isHead = false
  /// Whether the connection ends with the answer.
  private var isLast = false
  /// Whether it ends without anybody further in knowing.
  private var endsUnasked = false
  /// Whether nothing more is looked at: what a client sends after its last request is none.
  private var isOver = false

  init(metrics: ServerMetrics) { self.metrics = metrics }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if isOver { return }
    switch unwrapInboundIn(data) {
    case .head(let head): begin(head, context)
    case .body: context.fireChannelRead(data)
    case .end:
      isOver = isLast
      context.fireChannelRead(data)
    }
  }

  private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    (isOld, isHead) = (head.version.minor == 0, head.method == .HEAD)
    do throws(HeadRule.Refusal) {
      let checked = try HeadRule.checked(head)
      isLast = !checked.isKeepAlive
      context.fireChannelRead(wrapInboundOut(.head(checked)))
    } catch {
      isOver = true
      metrics.count(route: ServerMetrics.otherRoute, status: error.answer.status.rawValue)
      context.end(with: error.answer, isHead: isHead)
    }
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .head(var head) where head.status.code >= 200:
      let hasLength = head.headers.contains(name: "content-length") || !head.status.mayHaveResponseBody
      if !hasLength, isOld || isHead {
        // Chunks are not for an old client, nor for whoever asks for the head alone: the end of the connection is the
        // end of the answer (RFC 9112, 6.1 and 6.3).
        head.version = .http1_0
        endsUnasked = !isLast
        isLast = true
      }
      if isLast { head.headers.replaceOrAdd(name: "Connection", value: "close") }
      context.write(wrapOutboundOut(.head(head)), promise: promise)
    case .end where endsUnasked:
      isOver = true
      let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
      let sent = context.writeAndFlush(data)
      sent.cascade(to: promise)
      sent.whenComplete { _ in bound.value.close(mode: .output, promise: nil) }
    case .head, .body, .end: context.write(data, promise: promise)
    }
  }
}

extension ChannelHandlerContext {
  /// Sends an answer that is the connection's last, and nothing more; what still comes in is not answered.
  func end(with answer: Response, isHead: Bool = false) {
    func part(_ part: HTTPServerResponsePart) -> NIOAny { NIOAny(part) }
    write(part(.head(answer.head(isLast: true))), promise: nil)
    if !isHead { write(part(.body(.byteBuffer(channel.allocator.buffer(bytes: answer.bytes)))), promise: nil) }
    let bound = NIOLoopBound(self, eventLoop: eventLoop)
    // Whole connections that are closed with something unread take the answer with them.
    writeAndFlush(part(.end(nil))).whenComplete { _ in bound.value.close(mode: .output, promise: nil) }
  }
}
