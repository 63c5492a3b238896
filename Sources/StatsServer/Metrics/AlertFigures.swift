/// What a server's rules find, and how telling of it goes: for its metrics. Names no slot and no rule.
package struct AlertFigures: Sendable {
  /// One who is told of alerts.
  package struct Sink: Sendable {
    /// What it is called: `hook`, `webhook`, `alertmanager`.
    package var name: String
    /// The notices that it took.
    package var sent: Int
    /// The notices that it could not be told of, and will not be.
    package var failed: Int
    /// The notices that left the queue untold, since it was full.
    package var dropped: Int
    /// The notices that it is still to be told of.
    package var waiting: Int

    /// A sink.
    package init(name: String, sent: Int, failed: Int, dropped: Int, waiting: Int) {
      (self.name, self.sent, self.failed, self.dropped, self.waiting) = (name, sent, failed, dropped, waiting)
    }
  }

  /// How many alerts fire, by severity.
  package var firing = ["page": 0, "notice": 0]
  /// Everyone who is told.
  package var sinks: [Sink] = []

  /// Nothing fires, and nobody is told.
  package init() {}

  /// Writes them.
  func write(to text: inout MetricsText) {
    text.family("slotwatch_alerts_firing", "gauge", "Alerts that fire, by severity.")
    for (severity, count) in firing.sorted(by: { $0.key < $1.key }) {
      text.sample("slotwatch_alerts_firing", [("severity", severity)], Double(count))
    }
    guard !sinks.isEmpty else { return }
    text.family("slotwatch_notices_total", "counter", "Notices of alerts, by who is told and what became of them.")
    for sink in sinks {
      for (outcome, count) in [("sent", sink.sent), ("failed", sink.failed), ("dropped", sink.dropped)] {
        text.sample("slotwatch_notices_total", [("sink", sink.name), ("outcome", outcome)], Double(count))
      }
    }
    text.family("slotwatch_notices_waiting", "gauge", "Notices that are still to be told.")
    for sink in sinks { text.sample("slotwatch_notices_waiting", [("sink", sink.name)], Double(sink.waiting)) }
  }
}
