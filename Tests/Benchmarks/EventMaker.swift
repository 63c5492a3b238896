import Foundation
import SlotStats
import StatsFormats

/// Lines of events that are the same in every run: whole jobs in time order, of skewed slots, over 14 days.
enum EventMaker {
  /// The present of the events: 2026-11-19T14:30:00Z.
  static let now = Date(timeIntervalSince1970: 1_795_098_600)
  static let keptSeconds = 400 * 86_400

  /// About `count` events, three a job, one a line.
  static func lines(_ count: Int, slots: Int = 200) -> [UInt8] {
    var random = SplitMix(state: 1)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count * 240)
    let start = now.timeIntervalSince1970 - 14 * 86_400
    for index in 0..<count / 3 {
      let job = random.uuid()
      let slot = random.next() % UInt64(slots) * (random.next() % UInt64(slots)) / UInt64(slots)
      let at = start + Double(index) * 14 * 86_400 / Double(count / 3 + 1)
      for (step, status) in ["received", "dispatched", random.next() % 12 == 0 ? "failed" : "succeeded"].enumerated() {
        let instant = RFC3339.format(Date(timeIntervalSince1970: at + Double(step) * 0.75))
        let more = step < 2 ? "" : ",\"provider_latency_ms\":\(random.next() % 4_000)"
        bytes +=
          """
          {"id":"\(random.uuid())","job_id":"\(job)","slot_id":"slot-\(1_000 + slot)","status":"\(status)",\
          "occurred_at":"\(instant)"\(more)}\n
          """.utf8
      }
    }
    return bytes
  }

  /// The events of these lines, in batches.
  static func batches(_ lines: [UInt8], size: Int) -> [EventBatch] {
    var stream = EventStream(accepted: ProcessingLogReader.accepted(now: now, keptSeconds: keptSeconds))
    var batches: [EventBatch] = []
    var batch = EventBatch()
    lines.withUnsafeBytes { bytes in
      for start in stride(from: 0, to: bytes.count, by: 16_384) {
        stream.feed(UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + 16_384, bytes.count)]), into: &batch)
        if batch.count >= size {
          batches.append(batch)
          batch.removeAll()
        }
      }
      stream.finish(into: &batch)
    }
    return batches + [batch]
  }
}

/// Numbers that are spread evenly (SplitMix64).
struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }

  mutating func uuid() -> String {
    EventID(high: next(), low: next()).uuid.uuidString.lowercased()
  }
}
