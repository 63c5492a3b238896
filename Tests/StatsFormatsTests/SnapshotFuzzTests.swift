import Foundation
import SlotStats
import SlotStatsTesting
import Testing

@testable import StatsFormats

@Suite struct SnapshotFuzzTests {
  /// What Foundation's decoder makes of a document.
  private struct Oracle: Decodable {
    struct Slot: Decodable {
      var id: String
      var name: String?
    }
    struct Window: Decodable {
      var global: [Row]?
      var slots: [String: [Row]]?
    }
    struct Row: Decodable {
      var period_start: String
      var success: Int?
      var timeouts: Int?
      var provider_errors: Int?
      var cancelled: Int?
      var errors: Int?
      var ingest_count: Int?

      var counters: StatsCounters {
        StatsCounters(
          success: success ?? 0, timeouts: timeouts ?? 0, providerErrors: provider_errors ?? 0,
          cancelled: cancelled ?? 0, errors: errors ?? 0, ingestCount: ingest_count ?? 0)
      }
    }
    struct Windows: Decodable {
      var day: Window?
      var week: Window?
    }
    var schema: String
    var generated_at: String
    var slots: [Slot]?
    var windows: Windows

    /// The rows in time order, without those that begin after the data.
    func series(_ rows: [Row]) -> [StatsMetric: StatsCounters] {
      let end = RFC3339.parse(generated_at)?.date ?? .distantPast
      var series: [StatsMetric: StatsCounters] = [:]
      for row in rows {
        let start = RFC3339.parse(row.period_start)?.date ?? .distantFuture
        guard start <= end else { continue }
        series[StatsMetric(.day, start: start, counters: .zero)] = row.counters
      }
      return series
    }
  }

  /// What is wrong with our reading of a document, compared with Foundation's; `nil` if nothing is.
  private func difference(_ bytes: [UInt8]) -> String? {
    guard let document = try? SnapshotDocument(parsing: bytes) else { return nil }
    let oracle: Oracle
    do {
      oracle = try JSONDecoder().decode(Oracle.self, from: Data(bytes))
    } catch {
      return "Foundation refuses: \(error)"
    }
    let names = Dictionary(uniqueKeysWithValues: document.slots.map { ($0.id, $0.name) })
    for slot in oracle.slots ?? [] {
      let name = slot.name.flatMap { $0.isEmpty ? nil : $0 } ?? slot.id
      if names[slot.id] != name { return "slot \(slot.id) is called \(names[slot.id] ?? "nothing")" }
    }
    for (window, given) in [(StatsWindow.day, oracle.windows.day), (.week, oracle.windows.week)] {
      let series = document.series[window]
      for (id, rows) in given?.slots ?? [:] {
        let expected = oracle.series(rows)
        if !expected.isEmpty, counters(series?.bySlot[id]) != expected { return "\(window) of \(id) differs" }
      }
      let expected = oracle.series(given?.global ?? [])
      if !expected.isEmpty, counters(series?.global) != expected { return "global \(window) differs" }
    }
    return nil
  }

  private func counters(_ metrics: [StatsMetric]?) -> [StatsMetric: StatsCounters] {
    Dictionary(
      uniqueKeysWithValues: (metrics ?? []).map {
        (StatsMetric(.day, start: $0.periodStart, counters: .zero), $0.counters)
      })
  }

  @Test func readsEveryGoodDocumentAsFoundationDoes() {
    for seed in 0..<300 {
      var random = RandomSnapshot(seed: UInt64(seed))
      let bytes = random.document()
      #expect(SnapshotText.refusal(bytes) == "accepted", "seed \(seed)")
      #expect(difference(bytes) == nil, "seed \(seed)")
    }
  }

  @Test func acceptsNoMutantThatFoundationRefusesOrReadsOtherwise() {
    var accepted = 0
    for seed in 0..<3_000 {
      var random = RandomSnapshot(seed: UInt64(seed) + 1_000_000)
      let bytes = random.mutant()
      if (try? SnapshotDocument(parsing: bytes)) != nil { accepted += 1 }
      #expect(difference(bytes) == nil, "seed \(seed)")
    }
    #expect((30..<2_000).contains(accepted), "mutants must be of both kinds; \(accepted) were accepted")
  }

  @Test func isReadPieceByPieceAsItIsReadWhole() {
    var read = 0
    for seed in 0..<2_000 {
      var random = RandomSnapshot(seed: UInt64(seed) + 5_000_000)
      let bytes = seed % 2 == 0 ? random.document() : random.mutant()
      let whole = try? SnapshotDocument(parsing: bytes)
      for size in [64, 1_000, 5_000, bytes.count + 1] {
        let document = SnapshotDocument(through: DocumentPane(ByteList(bytes), size: size))
        #expect(document == nil || document == whole, "seed \(seed), \(size) bytes at once")
        if size == 5_000, seed % 2 == 0, document != nil { read += 1 }
        if size > bytes.count { #expect(document == whole, "seed \(seed)") }
      }
    }
    #expect(read > 800, "a piece that holds any value is enough; it was for \(read)")
  }

  @Test func whatFollowsFarBehindADocumentIsSeen() {
    let text = SnapshotText.document()
    for gap in [0, 1_000, 100_000] {
      let blanks = String(repeating: " ", count: gap)
      func document(_ text: String) -> SnapshotDocument? {
        SnapshotDocument(through: DocumentPane(ByteList(Array(text.utf8)), size: 1_024))
      }
      #expect(document(text + blanks + "x") == nil)
      #expect(document(text + blanks) == nil || gap < 1_024)
    }
  }

  @Test func whatWasNeverReadIsNoInstant() {
    let known = #"{"period_start":"2026-11-23","period_end":"2026-11-24T00:00:00Z"}"#
    let blank = #"{"period_start":\#(String(repeating: "\0", count: 22)),"period_end":"1970-01-02T00:00:00Z"}"#
    let text = SnapshotText.document(windows: #"{"day":{"slots":{"a":[\#(known)],"b":[\#(blank)]}}}"#)
    #expect(SnapshotText.refusal(text).contains("byte "))
  }

  @Test func aDocumentCutAnywhereIsRefused() throws {
    var random = RandomSnapshot(seed: 7)
    let bytes = random.document()
    _ = try SnapshotDocument(parsing: bytes)
    let end = try #require(bytes.lastIndex(of: 0x7D))
    for length in 0...end {
      let line = SnapshotText.refusal(Array(bytes[..<length]))
      #expect(line.hasPrefix("byte \(length) is the end"), "\(length): \(line)")
    }
  }

  @Test func anErrorsPlaceIsFoundInAnyMutant() {
    for seed in 0..<500 {
      var random = RandomSnapshot(seed: UInt64(seed) + 9_000_000)
      let bytes = random.mutant()
      do throws(SnapshotError) {
        _ = try SnapshotDocument(parsing: bytes)
      } catch {
        #expect(error.place.hasPrefix("$") || error.place.hasPrefix("byte "))
        #expect(error.problem.unicodeScalars.count < 200, "\(error.problem)")
      }
    }
  }
}
