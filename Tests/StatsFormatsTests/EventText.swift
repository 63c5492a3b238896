import Foundation
import SlotStats

@testable import StatsFormats

/// Events as text, and what reading them gives.
enum EventText {
  /// 2026-11-19T14:30:00Z, the present of the tests.
  static let now = Date(timeIntervalSince1970: 1_795_098_600)
  static let id = "0f8c2a5e-8a43-4f0e-9d52-6a1b5c3d7e90"
  static let job = "a1b2c3d4-0000-4000-8000-00000000ABCD"

  /// An event whose members may be replaced, as JSON; a member without a value is left out.
  static func event(_ changes: [String: String?] = [:], more: String = "") -> String {
    let members: [(String, String)] = [
      ("id", "\"\(id)\""), ("job_id", "\"\(job)\""), ("slot_id", "\"slot-001\""), ("status", "\"failed\""),
      ("occurred_at", "\"2026-11-19T14:00:00.25Z\""), ("message", "\"no answer\""),
      ("details", "{\"failure_reason\":\"provider_error\"}"), ("provider_latency_ms", "120"),
    ]
    let texts = members.compactMap { key, value in
      (changes[key] ?? value).map { "\"\(key)\":\($0)" }
    }
    return "{" + texts.joined(separator: ",") + more + "}"
  }

  static var accepted: ClosedRange<Int64> { ProcessingLogReader.accepted(now: now, keptSeconds: 400 * 86_400) }

  /// What reading these bytes as one event gives.
  static func read(_ bytes: some Collection<UInt8>) -> Result<ProcessingLog, EventFault> {
    var reader = ProcessingLogReader(accepted: accepted)
    var batch = EventBatch()
    return Array(bytes).withUnsafeBytes { bytes in
      Result { () throws(EventFault) in
        try batch.append(bytes, with: &reader)
        return batch[0]
      }
    }
  }

  /// Why this event is refused, or `accepted`.
  static func refusal(_ text: String) -> String {
    switch read(text.utf8) {
    case .success: "accepted"
    case .failure(let fault): Array(text.utf8).withUnsafeBytes { fault.reason(in: $0) }
    }
  }

  /// The events of these pieces of input, and what was refused.
  static func stream(_ pieces: [[UInt8]]) -> (batch: EventBatch, stream: EventStream) {
    var stream = EventStream(accepted: accepted)
    var batch = EventBatch()
    for piece in pieces { piece.withUnsafeBytes { stream.feed($0, into: &batch) } }
    stream.finish(into: &batch)
    return (batch, stream)
  }
}
