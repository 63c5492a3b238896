import SlotStats

/// Somebody who is told of alerts.
package protocol AlertSink: Sendable {
  /// What it is called in configuration, on the status line and in metrics: `hook`, `webhook`, `alertmanager`.
  var name: String { get }
  /// The most notices that are handed over at once, from 1 on.
  var maxBatch: Int { get }
  /// How often it wants to hear again of what fires, and of what was resolved lately; `nil` where once is enough.
  var resending: Resending? { get }

  /// Tells it. It must end within a time of its own; nothing else waits for it.
  ///
  /// - Parameter notices: 1 to ``maxBatch`` notices, in the order in which they came.
  /// - Returns: what it answered, in a few words such as `exit 0` or `200`.
  /// - Throws: why it could not be told. It is then told again where that may help, all of `notices` at once.
  func deliver(_ notices: [AlertNotice]) async throws(SinkFailure) -> String
}

extension AlertSink {
  /// One at a time.
  package var maxBatch: Int { 1 }
  /// Once is enough.
  package var resending: Resending? { nil }
}

/// How a sink is told again of what it knows.
package struct Resending: Hashable, Sendable {
  /// How far apart.
  package var interval: Duration
  /// For how long after a resolution it is told of that.
  package var afterResolution: Duration

  /// Intervals.
  package init(interval: Duration, afterResolution: Duration) {
    (self.interval, self.afterResolution) = (interval, afterResolution)
  }
}

/// Why a sink could not be told.
package struct SinkFailure: Error, Hashable, Sendable {
  /// Why, in a few words; it may hold text from outside.
  package var cause: String
  /// Whether telling it once more may help.
  package var isPassing: Bool
  /// How long it wants to be left alone.
  package var retryAfter: Duration?

  /// A failure; by default one that stays.
  package init(_ cause: String, isPassing: Bool = false, retryAfter: Duration? = nil) {
    (self.cause, self.isPassing, self.retryAfter) = (cause, isPassing, retryAfter)
  }
}
