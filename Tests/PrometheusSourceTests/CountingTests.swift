import FoundationEssentials
import PrometheusSource
import SlotStats
import StatsFormats
import Testing

@Suite("Prometheus: from answers to counts")
struct CountingTests {
  private static func mapping(_ counters: [String: String]) -> CounterMapping {
    CounterMapping(counters: counters.compactMapValues { SelectorSum($0) }, slotLabel: "queue")
  }

  private static func series(
    _ slot: String?, _ part: String? = nil, _ samples: (Double, Double)...
  ) -> QueryAnswer.Series {
    var labels: [String: String] = [:]
    labels["queue"] = slot
    labels["slotwatch"] = part
    return QueryAnswer.Series(labels: labels, samples: samples.map { QueryAnswer.Sample(time: $0.0, value: $0.1) })
  }

  private static func counted(
    _ mapping: CounterMapping, _ answers: [String: [QueryAnswer.Series]]
  ) -> [Int: [CountOwner: StatsCounters]] {
    var terms: [MetricSelector: CountedTerm] = [:]
    for selector in mapping.selectors {
      terms[selector] = CountedTerm(QueryAnswer(series: answers[selector.text] ?? []), .hour, by: mapping)
    }
    return mapping.counters(terms)
  }

  @Test("A sample at the end of a bucket is the bucket's; the bucket of a restart has to be mended")
  func parts() {
    let mapping = Self.mapping(["success": "a"])
    let owner = CountOwner(slot: "mail")
    func term(_ series: QueryAnswer.Series...) -> CountedTerm {
      CountedTerm(QueryAnswer(series: series), .hour, by: mapping)
    }
    var counted = term(
      Self.series("mail", nil, (3_600, 5), (7_200, -3)), Self.series("mail", "restarts", (7_200, 2)))
    #expect(counted.spansToMend(.hour) == [3_600..<7_200])
    // Only one of both is found at first.
    counted.mend(with: term(Self.series("mail", nil, (7_200, 7)), Self.series("mail", "found", (7_200, 1))))
    #expect(counted.spansToMend(.hour) == [3_600..<7_200])
    counted.mend(with: term(Self.series("mail", nil, (7_200, 9)), Self.series("mail", "found", (7_200, 2))))
    #expect(counted.spansToMend(.hour).isEmpty)
    #expect(counted.buckets[0]?[owner] == CountedTerm.Count(value: 5))
    #expect(counted.buckets[3_600]?[owner] == CountedTerm.Count(value: 9, doubts: .restarted))
  }

  @Test("A series that was large at first makes its bucket partial, and says why")
  func firstSeenLarge() {
    let counts = Self.counted(
      Self.mapping(["success": "a"]),
      ["a": [Self.series("m", nil, (3_600, 5_005)), Self.series("m", "first", (3_600, 5_000))]])
    let counters = counts[0]?[CountOwner(slot: "m")]
    #expect(counters?.success == 5)
    #expect(counters?.doubts.words?.contains("first seen") == true)
  }

  @Test("Counters without a selector are unknown; one whose series are absent is 0")
  func unknown() {
    let mapping = Self.mapping(["success": "a", "errors": "b"])
    let counters = Self.counted(mapping, ["a": [Self.series("m", nil, (3_600, 5))]])[0]?[CountOwner(slot: "m")]
    #expect(counters?.unknown == [.timeouts, .providerErrors, .cancelled, .ingestCount])
    #expect(counters?.errors == 0)
    #expect(counters?.failureRatio == 0)
  }

  @Test("What is taken off is 0 where it is absent, and never makes a count negative")
  func differences() {
    let mapping = Self.mapping(["success": "a - b", "errors": "b"])
    let counts = Self.counted(
      mapping,
      [
        "a": [Self.series("x", nil, (3_600, 5)), Self.series("y", nil, (3_600, 2))],
        "b": [Self.series("y", nil, (3_600, 3))],
      ])
    #expect(counts[0]?[CountOwner(slot: "x")]?.success == 5)
    #expect(counts[0]?[CountOwner(slot: "y")]?.success == 0)
    #expect(counts[0]?[CountOwner(slot: "y")]?.errors == 3)
  }

  @Test("Series without the slot's label are of one slot, values that are no numbers count nothing")
  func oddAnswers() {
    let counts = Self.counted(
      Self.mapping(["success": "a"]),
      [
        "a": [
          Self.series(nil, nil, (3_600, 4)), Self.series("n", nil, (3_600, .nan)),
          Self.series("i", nil, (3_600, .infinity)),
        ]
      ])
    #expect(counts[0]?.keys.map(\.slot) == ["(none)"])
  }

  @Test("Hours and days that fill are made of their minutes; weeks of days that are all known")
  func table() {
    var table = CountTable()
    let day = 1_732_492_800  // Monday 2024-11-25
    let owner = CountOwner(slot: "m")
    func counts(_ starts: [Int], _ success: Int) -> [Int: [CountOwner: StatsCounters]] {
      Dictionary(uniqueKeysWithValues: starts.map { ($0, [owner: StatsCounters(success: success)]) })
    }
    let now = day + 2 * 3_600 + 150
    table.put(counts([day - 86_400, day - 2 * 86_400], 1_000), .day, day - 14 * 86_400..<day, settledBefore: day)
    table.put(counts([day, day + 3_600], 100), .hour, day - 86_400..<day + 7_200, settledBefore: day + 7_200)
    table.put(
      counts([day + 7_200, day + 7_260, day + 7_320], 7), .minute, day + 7_200..<day + 7_380,
      settledBefore: day + 7_260)
    let document = table.document(at: Date(timeIntervalSince1970: Double(now)))
    func last(_ window: StatsWindow) -> Int? { document.series[window]?.bySlot["m"]?.last?.counters.success }
    #expect(last(.minute) == 7)
    #expect(last(.hour) == 21)
    #expect(last(.day) == 221)
    #expect(last(.week) == 221)
    #expect(document.series[.week]?.global.first?.counters.success == 2_000)
    #expect(table.missing(.minute, in: day + 7_200..<day + 7_380) == [day + 7_260..<day + 7_380])
  }

  @Test("A bucket that fills is asked for itself where a finer one left something out")
  func doubtful() {
    var table = CountTable()
    let owner = CountOwner(slot: "m")
    table.put([0: [owner: StatsCounters(success: 1, doubts: .firstSeenLarge)]], .minute, 0..<120, settledBefore: 60)
    #expect(table.makesDoubtful(.hour, from: 0))
    #expect(!table.makesDoubtful(.hour, from: 60))
    #expect(!table.makesDoubtful(.minute, from: 0) && !table.makesDoubtful(.day, from: 0))
    table.put([0: [owner: StatsCounters(success: 500)]], .hour, 0..<3_600, settledBefore: 0)
    let document = table.document(at: Date(timeIntervalSince1970: 90))
    #expect(document.series[.hour]?.bySlot["m"]?.map(\.counters.success) == [500])
    #expect(document.series[.day]?.bySlot["m"]?.map(\.counters.success) == [500])
    #expect(
      BucketNeeds(at: Date(timeIntervalSince1970: 7_290), settleTime: 60, hasWeeks: false).fillingEnd(.hour) == 10_800)
  }

  @Test("A slot with several owners adds them; a later reading replaces an earlier one")
  func replacing() {
    var table = CountTable()
    let (first, second) = (CountOwner(slot: "m", provider: "p"), CountOwner(slot: "m", provider: "q"))
    table.put(
      [0: [first: StatsCounters(success: 1), second: StatsCounters(success: 2)]], .minute, 0..<60, settledBefore: 0)
    table.put([0: [first: StatsCounters(success: 5)]], .minute, 0..<60, settledBefore: 60)
    #expect(table.series[.minute]?["m"]?.map(\.counters.success) == [5])
    #expect(table.settled[.minute]?.all == [0..<60])
    table.put([:], .minute, 0..<120, settledBefore: 120)
    #expect(table.series[.minute]?["m"]?.isEmpty == true)
  }

  @Test("Spans grow together where they touch")
  func spans() {
    var spans = Spans([0..<10, 20..<30])
    #expect(spans.missing(in: 5..<40) == [10..<20, 30..<40])
    spans.insert(10..<20)
    #expect(spans.all == [0..<30])
    spans.drop(before: 25)
    #expect(spans.all == [25..<30])
  }

  @Test("What is settled is kept and comes back the same")
  func keeping() throws {
    var document = KeptBucketsDocument(key: "k", unknown: .timeouts)
    document.spans[.hour] = [0..<7_200]
    let counters = StatsCounters(success: 3, errors: 1, unknown: .timeouts, doubts: .restarted)
    let metrics = [StatsMetric(.hour, start: Date(timeIntervalSince1970: 3_600), counters: counters)]
    document.add(metrics, .hour, of: "a\"b", name: "n", provider: nil)
    #expect(KeptBucketsDocument(parsing: document.bytes) == document)
    #expect(KeptBucketsDocument(parsing: Array(document.bytes.dropLast(3))) == nil)
    #expect(KeptBucketsDocument(parsing: Array("{\"schema\":\"x\"}".utf8)) == nil)
  }

  @Test("A window is asked for in parts, and up to where it is settled")
  func needs() {
    let instant = Date(timeIntervalSince1970: 1_732_500_030)  // 02:00:30
    let needs = BucketNeeds(at: instant, settleTime: 60, hasWeeks: true)
    #expect(needs.settledEnds[.hour] == 1_732_496_400)
    #expect(needs.spans.first?.spans.last?.upperBound == 1_732_500_060)
    #expect(
      BucketNeeds.parts(of: 0..<16 * 86_400, .day) == [
        9 * 86_400..<16 * 86_400, 2 * 86_400..<9 * 86_400, 0..<2 * 86_400,
      ])
    #expect(BucketNeeds.parts(of: 0..<2 * 86_400, .day, most: 1) == [86_400..<2 * 86_400, 0..<86_400])
  }
}
