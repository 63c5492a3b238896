import FoundationEssentials
import SlotStats

/// Events as documents.
package enum EventDocuments {
  /// The media type of ``lines(_:)``.
  package static let linesType = "application/x-ndjson"

  /// Events as JSON, one a line; what ``ProcessingLogReader`` reads, to the microsecond.
  package static func lines(_ logs: some Sequence<ProcessingLog>) -> [UInt8] {
    var writer = JSONWriter()
    for log in logs {
      writer.object { write(log, to: &$0) }
      writer.newline()
    }
    return writer.bytes
  }

  private static func write(_ log: ProcessingLog, to writer: inout JSONWriter) {
    writer.member("id", log.id.uuidString)
    writer.member("job_id", log.jobID.uuidString)
    writer.member("slot_id", log.slotID)
    writer.member("status", log.status.rawValue)
    writer.member("occurred_at", log.occurredAt)
    if let message = log.message { writer.member("message", message) }
    if let reason = log.failureReason {
      writer.key("details")
      writer.object { $0.member("failure_reason", reason.rawValue) }
    }
    if let latency = log.providerLatencyMilliseconds { writer.member("provider_latency_ms", latency) }
  }
}
