import NIOCore

/// Looks at the bytes of requests before they are parsed: when one begins, and how long its first line is.
final class HeadWatch: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  /// What those further in are told.
  enum Sign {
    /// Something came that is more than an empty line.
    case bytes
  }

  private static let lineEnd = UInt8(ascii: "\n")

  /// How long the first line is, as far as it has come.
  private(set) var lineBytes = 0
  private var hasLine = false

  /// Waits for the next request.
  func begin() { (lineBytes, hasLine) = (0, false) }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let bytes = unwrapInboundIn(data).readableBytesView
    // Some clients end a body with an empty line that is not part of it.
    if lineBytes > 0 || bytes.contains(where: { $0 != Self.lineEnd && $0 != UInt8(ascii: "\r") }) {
      if !hasLine {
        let end = bytes.firstIndex(of: Self.lineEnd)
        lineBytes += (end ?? bytes.endIndex) - bytes.startIndex
        hasLine = end != nil
      }
      context.fireUserInboundEventTriggered(Sign.bytes)
    }
    context.fireChannelRead(data)
  }
}
