import SlotStats

/// What became of the events that a ``JobService`` was given.
public struct DeliveryReport: Hashable, Sendable {
  /// Events that the statistics took.
  public var delivered = 0
  /// Events that they refuse for good.
  public var refused = 0
  /// Events that there was no room for while the statistics took none.
  public var leftOut = 0
  /// How often a delivery failed and was put off.
  public var failures = 0
  /// Whether the latest delivery failed.
  public var isFailing = false

  /// A report of nothing.
  package init() {}
}

/// What a person should know of events that do not arrive.
public enum DeliveryTrouble: Sendable {
  /// The statistics took none; told once until they do again.
  case storeFailed(any Error)
  /// The statistics take events again.
  case storeRecovered
  /// The statistics refuse this event for good.
  case refused(ProcessingLog, any Error)
  /// So many events had no room and are lost to the statistics.
  case leftOut(Int)
  /// The queue could not be asked or told.
  case queueFailed(any Error)
}

/// How a ``JobService`` hands events on.
public struct DeliverySettings: Sendable {
  /// How many events are handed on at once, at most.
  public var batchSize: Int
  /// How long events are gathered before they are handed on; 0 hands on at once.
  public var gatherTime: Duration
  /// The pauses while the statistics take none. Attempts have no end.
  public var pauses: RetryPolicy

  /// Settings. `batchSize` below 1 is taken as 1.
  public init(
    batchSize: Int = 256, gatherTime: Duration = .zero,
    pauses: RetryPolicy = RetryPolicy(firstPause: .milliseconds(100), longestPause: .seconds(10))
  ) {
    self.batchSize = max(1, batchSize)
    self.gatherTime = max(.zero, gatherTime)
    self.pauses = pauses
  }
}
