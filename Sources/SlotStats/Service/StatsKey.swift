#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a cached series is known by: slot, window and since.
struct StatsKey: Hashable, Sendable {
  /// The window and range, apart from whose series it is.
  struct Span: Hashable, Sendable {
    var window: StatsWindow
    /// The bits of the instant rather than a `Date`: cheaper to hash, and a NaN equals itself, so that an entry kept
    /// under one can be found and dropped again.
    var sinceBits: UInt64?
  }

  /// The slot; `nil` where the entry is of all slots, together or each.
  var slotID: Slot.ID?
  var span: Span

  init(_ slotID: Slot.ID?, _ window: StatsWindow, since: Date?) {
    self.slotID = slotID
    span = Span(window: window, sinceBits: since?.timeIntervalSinceReferenceDate.bitPattern)
  }

  var window: StatsWindow { span.window }

  var since: Date? {
    span.sinceBits.map { Date(timeIntervalSinceReferenceDate: TimeInterval(bitPattern: $0)) }
  }
}

/// A loaded value with what is known about its load.
struct StatsEntry<Value: Sendable>: Sendable {
  var value: Value
  /// When the load began, by the service's clock; the time to live counts from here.
  var loadStarted: Duration
  /// The instant that the data describes: no count is of an event after it.
  var generatedAt: Date
  /// When the source was read, by the wall clock.
  var readAt: Date
  /// The version of a source that has them.
  var version: UInt64?
  /// The number of the last event that the load is sure to have seen; 0 where events drop the entry instead.
  var epoch: UInt64 = 0
  /// Tells this load from every other one of the same ``SingleFlightCache``.
  var serial: UInt64 = 0
  /// How often the cache had been emptied when this was put in.
  var generation: UInt64 = 0
}
