import Foundation
import SlotStats
import Testing

@testable import StatsFormats

@Suite struct EventDocumentsTests {
  @Test func whatIsWrittenIsReadAgainAsItWas() throws {
    let instant = EventText.now.addingTimeInterval(-1.25)
    let logs = [
      ProcessingLog(
        id: UUID(), jobID: UUID(), slotID: "slot \"1\"\n\u{1F600}", status: .failed, occurredAt: instant,
        message: "no\tanswer \\", failureReason: .providerError),
      ProcessingLog(
        id: UUID(), jobID: UUID(), slotID: "b", status: .providerResponded, occurredAt: EventText.now,
        providerLatencyMilliseconds: 0),
      ProcessingLog(
        id: UUID(), jobID: UUID(), slotID: "c", status: .failed, occurredAt: EventText.now,
        failureReason: ProcessingLog.FailureReason(rawValue: "result_refused")),
    ]
    let lines = EventDocuments.lines(logs).split(separator: 0x0A, omittingEmptySubsequences: false)
    #expect(lines.count == logs.count + 1)
    #expect(lines.last?.isEmpty == true)
    for (line, log) in zip(lines, logs) { #expect(try EventText.read(line).get() == log) }
  }
}
