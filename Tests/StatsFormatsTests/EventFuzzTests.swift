import Foundation
import SlotStats
import SlotStatsTesting
import Testing

@testable import StatsFormats

@Suite struct EventFuzzTests {
  /// What Foundation's decoder makes of an event.
  private struct Oracle: Decodable {
    struct Details: Decodable { var failure_reason: String? }
    var id: String
    var job_id: String
    var slot_id: String
    var status: String
    var occurred_at: String
    var message: String?
    var details: Details?
    var provider_latency_ms: Double?

    /// What is wrong with our reading; `nil` if nothing is.
    func difference(_ log: ProcessingLog) -> String? {
      if UUID(uuidString: id) != log.id || UUID(uuidString: job_id) != log.jobID { return "ids" }
      if slot_id != log.slotID || !(1...128).contains(slot_id.unicodeScalars.count) { return "slot" }
      if status != log.status.rawValue { return "status" }
      if RFC3339.parse(occurred_at).map({ abs($0.date.timeIntervalSince(log.occurredAt)) < 1e-5 }) != true {
        return "instant"
      }
      if message != log.message || (message?.unicodeScalars.count ?? 0) > 1_024 { return "message" }
      if details?.failure_reason != log.failureReason?.rawValue { return "reason" }
      if provider_latency_ms.map({ Int($0.rounded(.down)) }) != log.providerLatencyMilliseconds { return "latency" }
      return nil
    }
  }

  private func difference(_ bytes: [UInt8]) -> String? {
    guard case .success(let log) = EventText.read(bytes) else { return nil }
    do {
      return try JSONDecoder().decode(Oracle.self, from: Data(bytes)).difference(log)
    } catch {
      return "Foundation refuses: \(error)"
    }
  }

  /// A good event with its members in any order, spelled in any way.
  private func event(_ random: inout SeededGenerator) -> [UInt8] {
    func pick(_ values: [String]) -> String { values.randomElement(using: &random) ?? "" }
    let status = pick(ProcessingLog.Status.allCases.map(\.rawValue))
    var members = [
      "\"id\":\"\(pick([EventText.id, EventText.id.uppercased()]))\"", "\"job_id\" : \"\(EventText.job)\"",
      "\"slot_id\":\"\(pick(["s", "слот", "\\u0000\\ud83d\\ude00", "a\\\"b\\\\"]))\"", "\"status\":\"\(status)\"",
      "\"occurred_at\":\"2026-11-\(pick(["01", "19"]))T\(pick(["00:00:00Z", "14:09:59.123456Z", "01:00:00.5+02:00"]))\"",
    ]
    let optional = [
      "\"message\":\(pick(["null", "\"\"", "\"\\n\\u00e9\""]))",
      "\"provider_latency_ms\":\(pick(["0", "12.0", "3e2", "1.5", "null"]))",
      "\"details\":\(pick(["{}", "null", "{\"failure_reason\":\"cancelled\",\"x\":1}", "{\"failure_reason\":null}"]))",
      "\"unknown\":\(pick(["-1.5e-7", "[{\"id\":{}}]", "\"\\ud83d\\ude00\"", "true"]))",
    ]
    members += optional.filter { _ in Bool.random(using: &random) }
    return Array(
      ("{" + members.shuffled(using: &random).joined(separator: pick([",", " ,\t"])) + pick(["}", "} "])).utf8)
  }

  @Test func readsEveryGoodEventAsFoundationDoes() {
    for seed in 0..<500 {
      var random = SeededGenerator(state: UInt64(seed))
      let bytes = event(&random)
      #expect(EventText.refusal(String(decoding: bytes, as: UTF8.self)) == "accepted", "seed \(seed)")
      #expect(difference(bytes) == nil, "seed \(seed)")
    }
  }

  @Test func acceptsNoMutantThatFoundationRefusesOrReadsOtherwise() {
    var accepted = 0
    for seed in 0..<10_000 {
      var random = SeededGenerator(state: UInt64(seed) + 1_000_000)
      var bytes = event(&random)
      for _ in 0...Int.random(in: 0...1, using: &random) { mutate(&bytes, &random) }
      if case .success = EventText.read(bytes) { accepted += 1 }
      #expect(difference(bytes) == nil, "seed \(seed): \(String(decoding: bytes, as: UTF8.self))")
    }
    #expect((500..<9_000).contains(accepted), "mutants must be of both kinds; \(accepted) were accepted")
  }

  @Test func theReasonOfAnyMutantIsOneShortLine() {
    for seed in 0..<2_000 {
      var random = SeededGenerator(state: UInt64(seed) + 5_000_000)
      var bytes = event(&random)
      mutate(&bytes, &random)
      guard case .failure(let fault) = EventText.read(bytes) else { continue }
      let reason = bytes.withUnsafeBytes { fault.reason(in: $0) }
      #expect(reason.hasPrefix("$") || reason.hasPrefix("byte "), "\(reason)")
      #expect(reason.unicodeScalars.count < 220, "\(reason)")
    }
  }

  private func mutate(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
    guard !bytes.isEmpty else { return }
    let start = Int.random(in: bytes.indices, using: &random)
    let end = min(start + Int.random(in: 0...6, using: &random), bytes.count)
    let pieces = [
      "null", "-1", "1e5", "\"", "\\ud800", "\\u0041", ",", "}", "{", ":", "9", "é", "\u{0}", "status", "Z", "a", "F",
    ]
    switch Int.random(in: 0..<4, using: &random) {
    case 0: bytes[start] = UInt8.random(in: 0...255, using: &random)
    case 1: bytes.removeSubrange(start..<end)
    case 2: bytes[start] ^= 1 << UInt8.random(in: 0...7, using: &random)
    default: bytes.replaceSubrange(start..<end, with: (pieces.randomElement(using: &random) ?? "").utf8)
    }
  }
}
