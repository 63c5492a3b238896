import FoundationEssentials
import NIOSSL
import SlotStats
import StatsFormats

/// What a server serves, where, and to whom.
package struct ServerSettings: Sendable {
  /// Where events go, and statistics come from.
  package var ledger: any EventLedger
  /// What keeps what was read of it, and is told of changes.
  package var service: CachedStatsService
  /// The instants that events may have, in nanoseconds since 1970, as time goes on.
  package var accepted: @Sendable () -> ClosedRange<Int64>
  /// The host or address that it listens on.
  package var host = "127.0.0.1"
  /// The port; 0 is any that is free.
  package var port = 0
  /// Who may do what.
  package var tokens = AccessTokens.none
  /// By what it judges acknowledged slots.
  package var thresholds = ThresholdRules.standard
  /// What its rules find, for `/metrics`; `nil` where it has none.
  package var alerts: (@Sendable () async -> AlertFigures)?
  /// How connections are encrypted; `nil` where they are not.
  package var tls: TLSConfiguration?
  /// How far a client may go.
  package var limits = ServerLimits()
  /// The clock for heartbeats and time limits.
  package var clock: any Clock<Duration>
  /// The time of day.
  package var wallClock: @Sendable () -> Date

  /// Settings of a server on loopback, open to everybody on this machine.
  package init(
    ledger: any EventLedger, service: CachedStatsService, accepted: @escaping @Sendable () -> ClosedRange<Int64>,
    clock: any Clock<Duration>, wallClock: @escaping @Sendable () -> Date
  ) {
    self.ledger = ledger
    self.service = service
    self.accepted = accepted
    self.clock = clock
    self.wallClock = wallClock
  }
}
