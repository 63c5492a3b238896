import Foundation
import SlotStats
import StatsFormats

/// Decoding a snapshot, against Foundation's decoder over the same bytes.
let snapshotBenchmarks: [Benchmark] = [15, 1_000, 10_000].map { slots in
  Benchmark("snapshot: decode, \(slots) slots", repetitions: slots > 5_000 ? 1 : 15_000 / slots) {
    let bytes = SnapshotWriter.bytes(of: FleetMaker.document(slots: slots))
    let data = Data(bytes)
    return Benchmark.Work(
      ours: { times in for _ in 0..<times { _ = try SnapshotDocument(parsing: bytes) } },
      peer: Benchmark.Peer(name: "JSONDecoder, \(bytes.count / 1000) kB", repetitions: 1) { times in
        for _ in 0..<times { _ = try JSONDecoder().decode(DecodedSnapshot.self, from: data) }
      })
  }
}

/// The snapshot's shape as Foundation's decoder takes it; periods stay texts, which favours it.
private struct DecodedSnapshot: Decodable {
  struct DecodedSlot: Decodable {
    var id: String
    var name: String?
    var provider_id: String?
    var active: Bool?
  }

  struct Metric: Decodable {
    var period_start: String
    var period_end: String
    var success: Int?
    var timeouts: Int?
    var provider_errors: Int?
    var cancelled: Int?
    var errors: Int?
    var ingest_count: Int?
  }

  struct Window: Decodable {
    var global: [Metric]?
    var slots: [String: [Metric]]?
  }

  var schema: String
  var generated_at: String
  var slots: [DecodedSlot]?
  var windows: [String: Window]
}
