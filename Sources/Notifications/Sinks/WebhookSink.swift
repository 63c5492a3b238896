import SlotStats

/// A URL that each notice is posted to, as one JSON object.
package struct WebhookSink: AlertSink {
  /// `webhook`.
  package let name = "webhook"
  private let target: HTTPTarget

  /// A webhook at `target`.
  package init(_ target: HTTPTarget) { self.target = target }

  /// Posts each of `notices`.
  package func deliver(_ notices: [AlertNotice]) async throws(SinkFailure) -> String {
    var answer = ""
    for notice in notices { answer = try await target.post(NoticeDocument.bytes(notice)) }
    return answer
  }
}
