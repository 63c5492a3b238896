import Foundation
import SlotStats
import SlotStatsTesting

/// Events as careless workers send them: retried, repeated, out of order, of jobs that move between slots.
enum RandomEvents {
  /// Thursday 2026-11-19T14:30:00Z, the present of the tests.
  static let now = Date(timeIntervalSince1970: 1_795_098_600)

  /// The events of `jobs` jobs in the days before now, in any order, one in five given twice, and one in five sharing its
  /// id with another one.
  static func make(seed: UInt64, jobs: Int, slots: Int = 5, days: Int = 30) -> [ProcessingLog] {
    var random = SeededGenerator(state: seed)
    var logs: [ProcessingLog] = []
    for _ in 0..<jobs {
      let job = uuid(&random)
      let start = now.addingTimeInterval(Double(Int.random(in: -days * 86_400 * 1_000...0, using: &random)) / 1_000)
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        // Few instants, so that some are the same and the id decides.
        let delays: [Double] = [0, 0, 1.5, 75, 3_600, 86_400]
        let later = delays.randomElement(using: &random) ?? 0
        let reasons: [ProcessingLog.FailureReason?] = [
          nil, .timeout, .providerError, .cancelled, ProcessingLog.FailureReason(rawValue: "bad weather"),
        ]
        let status = ProcessingLog.Status.allCases.randomElement(using: &random) ?? .received
        logs.append(
          ProcessingLog(
            id: uuid(&random), jobID: job, slotID: "slot-\(Int.random(in: 1...slots, using: &random))",
            status: status, occurredAt: start.addingTimeInterval(later),
            message: Bool.random(using: &random) ? "Ünd" : nil,
            failureReason: status == .failed ? reasons.randomElement(using: &random) ?? nil : nil,
            providerLatencyMilliseconds: Bool.random(using: &random) ? 12 : nil))
      }
    }
    logs += logs.filter { _ in Int.random(in: 0..<5, using: &random) == 0 }
    for index in logs.indices where index > 0 && Int.random(in: 0..<5, using: &random) == 0 {
      guard let other = logs[..<index].last(where: { $0.jobID == logs[index].jobID }) else { continue }
      let log = logs[index]
      logs[index] = ProcessingLog(
        id: other.id, jobID: log.jobID, slotID: log.slotID, status: log.status,
        occurredAt: Bool.random(using: &random) ? other.occurredAt : log.occurredAt, message: log.message,
        failureReason: log.failureReason, providerLatencyMilliseconds: log.providerLatencyMilliseconds)
    }
    return logs.shuffled(using: &random)
  }

  static func uuid(_ random: inout SeededGenerator) -> UUID {
    UUID(
      uuid: withUnsafeBytes(of: (random.next(), random.next())) { $0.loadUnaligned(as: uuid_t.self) })
  }
}

/// One event of a job, with little to say.
func event(
  _ status: ProcessingLog.Status, job: UUID = UUID(), id: UUID = UUID(), slot: Slot.ID = "slot-1",
  at instant: Date = RandomEvents.now, reason: ProcessingLog.FailureReason? = nil
) -> ProcessingLog {
  ProcessingLog(id: id, jobID: job, slotID: slot, status: status, occurredAt: instant, failureReason: reason)
}
