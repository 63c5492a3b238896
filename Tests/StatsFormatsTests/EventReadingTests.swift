import Foundation
import SlotStats
import Testing

@testable import StatsFormats

@Suite struct EventReadingTests {
  private func log(_ text: String) throws -> ProcessingLog { try EventText.read(text.utf8).get() }

  @Test func readsEveryValueOfAnEvent() throws {
    let log = try log(EventText.event())
    #expect(log.id == UUID(uuidString: EventText.id))
    #expect(log.jobID == UUID(uuidString: EventText.job))
    #expect(log.slotID == "slot-001")
    #expect(log.status == .failed)
    #expect(log.occurredAt == Date(timeIntervalSince1970: 1_795_096_800.25))
    #expect(log.message == "no answer")
    #expect(log.failureReason == .providerError)
    #expect(log.providerLatencyMilliseconds == 120)
  }

  @Test func whatIsOptionalMayBeMissingOrNull() throws {
    let missing: [String: String?] = ["message": nil, "details": nil, "provider_latency_ms": nil]
    for text in [
      EventText.event(missing),
      EventText.event(["message": "null", "details": "null", "provider_latency_ms": "null"]),
      EventText.event(["message": "null", "details": "{\"failure_reason\":null}", "provider_latency_ms": "null"]),
    ] {
      let log = try log(text)
      #expect(log.message == nil)
      #expect(log.failureReason == nil)
      #expect(log.providerLatencyMilliseconds == nil)
    }
  }

  @Test func spellingsOfJSONMakeNoDifference() throws {
    let plain = try log(EventText.event())
    let escaped = EventText.event(["slot_id": "\"slot\\u002d001\"", "message": "\"no\\u0020answer\""])
      .replacingOccurrences(of: "\"status\"", with: " \"st\\u0061tus\" ").replacingOccurrences(
        of: "failed", with: "\\u0066ailed"
      )
      .replacingOccurrences(of: "provider_error", with: "provider\\u005ferror")
      .replacingOccurrences(
        of: EventText.id, with: EventText.id.uppercased().replacingOccurrences(of: "F", with: "\\u0046")
      )
      .replacingOccurrences(of: "14:00:00.25Z", with: "15:00:00.250000000\\u002b01:00")
      .replacingOccurrences(of: "120", with: "1.2e2")
    #expect(try log(escaped) == plain)
    #expect(try log(EventText.event(more: ",\"x\":[{\"id\":1}],\"x\":{\"status\":\"done\"}")) == plain)
  }

  @Test func aFractionOfALatencyIsCut() throws {
    #expect(try log(EventText.event(["provider_latency_ms": "12.75"])).providerLatencyMilliseconds == 12)
    #expect(try log(EventText.event(["provider_latency_ms": "0"])).providerLatencyMilliseconds == 0)
  }

  @Test(arguments: [
    ("2026-11-19T14:00:00Z", 0), ("2026-11-19T14:00:00.5Z", 500_000_000),
    ("2026-11-19t14:00:00.123456789z", 123_456_789),
    ("2026-11-19T14:00:00.1234567891Z", 123_456_789), ("2026-11-19T16:30:00+02:30", 0),
    ("2026-11-19T14:00:00.0000000009Z", 1),
  ])
  func anInstantIsReadToTheNanosecond(_ text: String, nanoseconds: Int64) throws {
    var reader = ProcessingLogReader(accepted: EventText.accepted)
    var slots = EventSlots()
    for text in [
      EventText.event(["occurred_at": "\"\(text)\""]),
      EventText.event(["occurred_at": nil], more: ",\"occurred_at\":\"\(text)\""),
    ] {
      let record = try Array(text.utf8).withUnsafeBytes { bytes in
        Result { () throws(EventFault) in try reader.read(bytes, slots: &slots) }
      }.get()
      #expect(record.occurredAt == 1_795_096_800 * EventRecord.second + nanoseconds)
    }
  }

  @Test func anInstantGivenAsDateComesBackAsItWasWritten() {
    for microseconds in [0, 1, 250_000, 123_456, 999_999] {
      let date = Date(timeIntervalSince1970: 1_795_096_800 + Double(microseconds) / 1e6)
      #expect(EventRecord.nanoseconds(date) == 1_795_096_800_000_000_000 + Int64(microseconds) * 1_000)
    }
    #expect(EventRecord.nanoseconds(Date(timeIntervalSince1970: 1_795_096_800.999_999_8)) == 1_795_096_800_999_999_000)
  }

  @Test func everyKindOfEventIsToldApart() throws {
    for status in ProcessingLog.Status.allCases {
      #expect(try log(EventText.event(["status": "\"\(status.rawValue)\""])).status == status)
    }
    let outcomes: [(String, EventKind)] = [
      ("timeout", .failedByTimeout), ("provider_error", .failedByProvider), ("cancelled", .failedByCancelling),
      ("no memory", .failed), ("", .failed),
    ]
    for (reason, kind) in outcomes {
      let log = try log(EventText.event(["details": "{\"a\":[],\"failure_reason\":\"\(reason)\"}"]))
      #expect(EventKind(log.status, log.failureReason) == kind)
      #expect(log.failureReason?.rawValue == reason)
    }
  }

  @Test(arguments: [
    ("id", "\"0f8c2a5e8a434f0e9d526a1b5c3d7e90\"", "$.id is \"0f8c2a5e8a434f0e9d526a1b5c3d7e90\"; a UUID such as"),
    ("id", "\"0f8c2a5e-8a43-4f0e-9d52-6a1b5c3d7e9g\"", "$.id is \"0f8c2a5e-8a43-4f0e-9d52-6a1b5c3d7e9g\"; a UUID"),
    ("id", "\"0f8c2a5e-8a43-4f0e-9d52-6a1b5c3d7e9\\u0000\"", "$.id is"),
    ("id", "\"{0f8c2a5e-8a43-4f0e-9d52-6a1b5c3d7e90}\"", "$.id is"),
    ("job_id", "7", "$.job_id is 7; a text is expected"),
    ("job_id", nil, "$.job_id is missing; every event has it"),
    ("slot_id", "\"\"", "$.slot_id is \"\"; a slot id has 1 to 128 characters"),
    ("slot_id", "null", "$.slot_id is null; a text is expected"),
    ("status", "\"done\"", "$.status is \"done\"; it is one of succeeded, received"),
    ("status", "\"Received\"", "$.status is \"Received\"; it is one of"),
    ("occurred_at", "\"2026-11-19\"", "$.occurred_at is \"2026-11-19\"; an instant such as"),
    ("occurred_at", "\"2026-11-19T14:00:00\"", "$.occurred_at is \"2026-11-19T14:00:00\"; an instant"),
    ("occurred_at", "\"2026-11-19T24:00:00Z\"", "$.occurred_at is"),
    ("occurred_at", "\"2026-11-19T14:00:0 Z\"", "$.occurred_at is"),
    ("occurred_at", "1795096800", "$.occurred_at is 1795096800; a text is expected"),
    (
      "occurred_at", "\"2026-11-20T14:30:00.001Z\"",
      "$.occurred_at is \"2026-11-20T14:30:00.001Z\", more than 24 hours ahead"
    ),
    ("occurred_at", "\"2025-10-15T14:29:59.999Z\"", "$.occurred_at is \"2025-10-15T14:29:59.999Z\", older than events"),
    ("occurred_at", "\"0001-01-01T00:00:00Z\"", "$.occurred_at is \"0001-01-01T00:00:00Z\", older"),
    ("occurred_at", "\"9999-12-31T23:59:59Z\"", "$.occurred_at is \"9999-12-31T23:59:59Z\", more"),
    ("message", "[]", "$.message is a list; a text is expected"),
    ("details", "\"cancelled\"", "$.details is \"cancelled\"; an object is expected"),
    ("details", "{\"failure_reason\":1}", "$.details.failure_reason is 1; a text is expected"),
    ("details", "{\"failure_reason\":\"a\",\"failure_reason\":\"a\"}", "$.details.failure_reason is given twice"),
    ("provider_latency_ms", "-1", "$.provider_latency_ms is -1; it is a number from 0"),
    ("provider_latency_ms", "-0.5", "$.provider_latency_ms is -0.5; it is a number from 0"),
    ("provider_latency_ms", "1e19", "$.provider_latency_ms is 1e19; it goes up to"),
    ("provider_latency_ms", "\"7\"", "$.provider_latency_ms is \"7\"; a number is expected"),
  ])
  func refusesAValueWithItsPlace(_ key: String, _ value: String?, _ reason: String) {
    let line = EventText.refusal(EventText.event([key: value]))
    #expect(line.hasPrefix(reason), "\(line)")
  }

  @Test func theBoundsOfLengthsAreCountedInCharacters() {
    #expect(EventText.refusal(EventText.event(["slot_id": "\"\(String(repeating: "й", count: 128))\""])) == "accepted")
    #expect(
      EventText.refusal(EventText.event(["slot_id": "\"\(String(repeating: "\\u0439", count: 128))\""])) == "accepted")
    #expect(
      EventText.refusal(EventText.event(["slot_id": "\"\(String(repeating: "й", count: 129))\""])).hasPrefix(
        "$.slot_id"))
    #expect(
      EventText.refusal(EventText.event(["message": "\"\(String(repeating: "й", count: 1_024))\""])) == "accepted")
    let line = EventText.refusal(EventText.event(["message": "\"\(String(repeating: "й", count: 1_025))\""]))
    #expect(line.hasSuffix("…\"; it has at most 1024 characters"), "\(line)")
  }

  @Test func refusesWhatIsNoObjectOrNoJSON() {
    #expect(EventText.refusal("[]") == "$ is a list; an object is expected")
    #expect(EventText.refusal("{}") == "$.id is missing; every event has it")
    #expect(EventText.refusal("").hasPrefix("byte 0 is the end"))
    #expect(EventText.refusal("{\"id\":").hasPrefix("byte 6 is the end"))
    #expect(EventText.refusal(EventText.event() + ",").hasSuffix("after the end of the document"))
    #expect(EventText.refusal(EventText.event(more: ",\"x\":tru")).contains("a value is expected"))
    #expect(EventText.refusal(EventText.event(more: ",\"id\":\"\(EventText.id)\"")) == "$.id is given twice")
    #expect(EventText.refusal(EventText.event(more: ",")).contains("trailing comma"))
  }

  @Test func aRefusedEventAddsNoSlot() {
    var reader = ProcessingLogReader(accepted: EventText.accepted)
    var slots = EventSlots()
    let text = EventText.event(["slot_id": "\"new\""]) + "x"
    Array(text.utf8).withUnsafeBytes { bytes in _ = try? reader.read(bytes, slots: &slots) }
    #expect(slots.count == 0)
  }
}
