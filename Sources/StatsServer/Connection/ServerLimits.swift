import NIOCore

/// How far a client may go.
package struct ServerLimits: Sendable {
  /// How many connections are open at once; past it they are refused with 503.
  package var maxConnections = 1_024
  /// How many listen to live changes at once.
  package var maxStreams = 512
  /// The largest body of events, as sent and as inflated, in bytes.
  package var maxBodyBytes = 8 << 20
  /// The largest head of a request, in bytes.
  package var maxHeaderBytes = 16 << 10
  /// How many headers a request may have.
  package var maxHeaders = 100
  /// How long a connection may be silent before a request has come in.
  package var idleTime = TimeAmount.seconds(60)
  /// How long a request may take to come in, from its first byte to its last.
  package var requestTime = TimeAmount.seconds(30)
  /// How long a client may leave unread what it was sent without taking any of it.
  package var unreadTime = TimeAmount.seconds(30)
  /// How long a connection that is to end, or what is sent after a refusal, may take to do so.
  package var closingTime = TimeAmount.seconds(2)
  /// How long what is under way may take once the server stops.
  package var stopTime = Duration.seconds(10)
  /// How many events wait to become durable.
  package var maxQueuedEvents = 100_000
  /// How many bytes of bodies come in, or wait to become durable.
  package var maxQueuedBytes = 64 << 20

  /// The usual limits.
  package init() {}
}
