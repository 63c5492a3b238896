import FoundationEssentials
import SlotStats
import StatsFormats

/// An Alertmanager of Prometheus, version 0.16 or later: `POST /api/v2/alerts`.
///
/// It knows an alert by its labels alone, so that any number of programs with the same rules and the same `source` raise
/// one alert. While an alert fires it is sent each minute, with an end four minutes ahead: where everyone who sends it has
/// died, it ends by itself. A resolution is sent with its true end, and for some minutes again: Alertmanager takes an
/// end that is ahead of its own clock, by however little, for another end that may come, and keeps the latest of those.
/// `findings/alertmanager-ignores-a-resolution-ahead-of-its-clock.sh` shows it.
package struct AlertmanagerSink: AlertSink {
  /// How far ahead the end of an alert lies that fires: four times as far as it is sent again, as Prometheus has it.
  private static let lifetime: TimeInterval = 240

  /// `alertmanager`.
  package let name = "alertmanager"
  /// How many alerts one request holds.
  package let maxBatch = 200
  /// Each minute.
  package let resending: Resending? = Resending(interval: .seconds(60), afterResolution: .seconds(300))
  private let target: HTTPTarget
  private let wallClock: @Sendable () -> Date

  /// An Alertmanager.
  /// - Parameters:
  ///   - base: the URL below which its API stands.
  ///   - wallClock: the time of day.
  package init(_ base: HTTPTarget, wallClock: @escaping @Sendable () -> Date) {
    target = base.appending(path: "/api/v2/alerts")
    self.wallClock = wallClock
  }

  /// Posts `notices` in one request.
  package func deliver(_ notices: [AlertNotice]) async throws(SinkFailure) -> String {
    try await target.post(Self.document(notices, now: wallClock()))
  }

  /// The body of a request at `now`.
  static func document(_ notices: [AlertNotice], now: Date) -> [UInt8] {
    var writer = JSONWriter()
    writer.array { writer in
      for notice in notices { write(notice, now: now, to: &writer) }
    }
    return writer.bytes
  }

  private static func write(_ notice: AlertNotice, now: Date, to writer: inout JSONWriter) {
    // What lies ahead is no resolution to it. And one alert that ends before it starts has the whole request answered
    // with 400, though the others were taken.
    let end = notice.endsAt.map { min($0, now) } ?? max(now, notice.startsAt).addingTimeInterval(lifetime)
    writer.object { writer in
      writer.key("labels")
      writer.object { writer in
        writer.member("alertname", notice.identity.rule)
        writer.member("rule", notice.identity.rule)
        writer.member("severity", notice.severity.rawValue)
        if let slot = notice.identity.slotID { writer.member("slot", slot) }
        writer.member("source", notice.identity.source)
      }
      writer.member("startsAt", notice.startsAt)
      writer.member("endsAt", max(end, notice.startsAt))
      writer.key("annotations")
      writer.object { writer in
        writer.member("summary", notice.summary)
        if let runbook = notice.runbook { writer.member("runbook", runbook) }
      }
    }
  }
}
