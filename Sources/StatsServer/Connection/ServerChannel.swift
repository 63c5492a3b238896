import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// How one connection is set up: the intake of events stands before everything that is answered at leisure.
struct ServerChannel: HTTPChannelHandler {
  typealias Value = HTTP1Channel.Value

  private let base: HTTP1Channel
  private let limits: ServerLimits
  private let metrics: ServerMetrics
  private let intake: Intake
  private let isEncrypted: Bool

  init(
    responder: @escaping HTTPChannelHandler.Responder, limits: ServerLimits, metrics: ServerMetrics, intake: Intake,
    isEncrypted: Bool
  ) {
    let decoder = HTTP1Channel.Configuration.DecoderConfiguration(
      maxHeaderFieldSize: limits.maxHeaderBytes, maxHeaderListSize: limits.maxHeaderBytes,
      maxHeaderFieldCount: limits.maxHeaders)
    base = HTTP1Channel(responder: responder, configuration: .init(httpDecoderConfiguration: decoder))
    self.limits = limits
    self.metrics = metrics
    self.intake = intake
    self.isEncrypted = isEncrypted
  }

  var responder: HTTPChannelHandler.Responder { base.responder }

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
    let isWelcome = metrics.openConnection(atMost: limits.maxConnections)
    if !isWelcome {
      return channel.eventLoop.makeCompletedFuture {
        try channel.pipeline.syncOperations.addHandler(
          ConnectionRefusal(within: limits.closingTime, isEncrypted: isEncrypted))
      }.flatMap { base.setup(channel: channel, logger: logger) }
    }
    // Whatever becomes of its pipeline.
    channel.closeFuture.whenComplete { [metrics] _ in metrics.closeConnection() }
    return base.setup(channel: channel, logger: logger).flatMapThrowing { value in
      let pipeline = channel.pipeline.syncOperations
      let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
      let watch = HeadWatch()
      try pipeline.addHandler(watch, position: .before(decoder))
      let handlers: [any ChannelHandler] = [
        HTTPServerPipelineHandler(), ConnectionGuard(limits: limits, metrics: metrics, watch: watch),
        HeadHandler(metrics: metrics), IntakeHandler(intake, limits: limits),
      ]
      try pipeline.addHandlers(handlers, position: .after(decoder))
      return value
    }
  }

  func handle(value: Value, logger: Logger) async { await base.handle(value: value, logger: logger) }
}
