import FoundationEssentials
import HTTPTransport
import SlotStats
import StatsFormats

/// What was found out of a server, and how it is asked from then on.
package struct PreparedServer: Sendable {
  /// What its counters mean.
  package private(set) var mapping: CounterMapping
  /// The preset that says so; `nil` for own counters.
  package let preset: String?
  /// Whether it is VictoriaMetrics.
  package let isVictoriaMetrics: Bool
  /// Seconds between two looks for a restart.
  package private(set) var step: Int
  /// Whether that is known.
  private(set) var isMeasured: Bool

  private static let usualStep = 15
  /// Seconds after the end of a bucket in which samples of it may still arrive, besides those between two samples.
  private static let lateness = 45

  /// Asks a server what it is and what metrics it has.
  /// - Throws: `StatsSourceError` where no preset fits, or a counter is a gauge.
  init(_ client: PrometheusClient, _ settings: MappingSettings, at now: Date) async throws {
    isVictoriaMetrics = try await client.isVictoriaMetrics()
    let needsNames = settings.counters.isEmpty || settings.preset != nil
    let names = needsNames ? try await client.names(before: now) : []
    do {
      (mapping, preset) = try settings.mapping(names)
    } catch {
      throw StatsSourceError(.contentRefused, action: client.action, cause: error.reason)
    }
    step = settings.scrapeInterval.map { SideQuery.step(scrapeInterval: Double($0)) } ?? Self.usualStep
    isMeasured = settings.scrapeInterval != nil
    for name in Set(mapping.selectors.map(\.name)).sorted() where !name.isEmpty {
      guard try await client.types(of: name) == ["gauge"] else { continue }
      throw StatsSourceError(
        .contentRefused, action: client.action, cause: "\(name) is a gauge, which may fall; a counter is needed")
    }
  }

  /// Finds out how far apart samples are, unless somebody said so or it is known already: the least distance that the
  /// series with most of them has. Until there are two samples it is taken to be what most servers have.
  mutating func measure(_ client: PrometheusClient, at instant: Date) async throws {
    guard !isMeasured else { return }
    var least: Double?
    var asked: Set<String> = []
    for selector in mapping.selectors where asked.insert(selector.name).inserted {
      guard let labels = try await client.query(SideQuery.densest(selector), at: instant).series.first?.labels else {
        continue
      }
      let one = labels.sorted { $0.key < $1.key }.reduce(selector) { selector, label in
        label.key == "__name__" ? selector : selector.narrowed(by: "\(label.key)=\(MetricSelector.quoted(label.value))")
      }
      let times =
        try await client.query(SideQuery.samples(of: one), at: instant).series.first?.samples.map(\.time) ?? []
      let distances = zip(times, times.dropFirst()).map { $1 - $0 }.filter { $0 > 0 }
      least = [least, distances.min()].compactMap(\.self).min()
    }
    guard let least else { return }
    step = SideQuery.step(scrapeInterval: least)
    isMeasured = true
  }

  /// Seconds after the end of a bucket until nothing of it changes any more.
  var settleTime: Int { Self.lateness + max(step, Self.usualStep) }

  /// What tells buckets that were kept from those of another server, or of another question.
  func key(of client: PrometheusClient) -> String {
    let queries = mapping.selectors.map { query($0, .day) }
    let counters = CounterMapping.names.map { mapping.counters[$0]?.text ?? "" }
    let headers = client.headers.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    return ([client.base.display] + headers + queries + counters).joined(separator: "\n")
  }

  private func query(
    _ selector: MetricSelector, _ window: StatsWindow, _ search: BucketQuery.RestartSearch = .counting
  ) -> String {
    BucketQuery(selector: selector, labels: mapping.labels, aggregate: mapping.aggregate, step: step(window))
      .text(window, search)
  }

  /// The steps of a whole answer that VictoriaMetrics takes at once, those within its subqueries; it allows 30,000 points.
  private static let mostSteps = 29_000

  /// The step for a window: of VictoriaMetrics no shorter than that it takes one bucket at once.
  private func step(_ window: StatsWindow) -> Int {
    guard isVictoriaMetrics else { return step }
    return max(step, SideQuery.step(scrapeInterval: (window.length / Double(Self.mostSteps)).rounded(.up)))
  }

  /// A span in which restarts are looked for, in parts that one request each brings.
  private func parts(of span: Range<Int>, _ window: StatsWindow) -> [Range<Int>] {
    let most = isVictoriaMetrics ? max(1, Self.mostSteps * step(window) / Int(window.length)) : .max
    return BucketNeeds.parts(of: span, window, most: most)
  }

  /// Every query that is sent while the server is watched, with what it is for: buckets by window and counter, and those
  /// in which counters restarted once more.
  package var queries: [(purpose: String, text: String)] {
    let searches: [(BucketQuery.RestartSearch, String)] = [
      (.counting, ""), (.near, ", where it restarted"), (.far, ", where it restarted after a gap"),
    ]
    let buckets = CountTable.windows.flatMap { window in
      mapping.selectors.flatMap { selector in
        let counters = CounterMapping.names.filter { name in
          mapping.counters[name]?.terms.contains { $0.selector == selector } ?? false
        }
        let purpose = "\(window.rawValue): \(counters.joined(separator: ", "))"
        return searches.map { (purpose + $1, query(selector, window, $0)) }
      }
    }
    return buckets + [("the newest sample", SideQuery.newest(mapping.selectors))]
  }

  /// What was counted in the buckets of a span, by the start of each, with what the server warns of.
  func counts(
    _ client: PrometheusClient, _ window: StatsWindow, in span: Range<Int>
  ) async throws -> (counts: [Int: [CountOwner: StatsCounters]], warnings: [String]) {
    typealias Answer = (selector: MetricSelector, term: CountedTerm, warnings: [String])
    let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
      for selector in mapping.selectors { group.addTask { try await term(client, selector, window, in: span) } }
      return try await group.reduce(into: [Answer]()) { $0.append($1) }
    }
    let terms = Dictionary(uniqueKeysWithValues: answers.map { ($0.selector, $0.term) })
    return (mapping.counters(terms), answers.flatMap(\.warnings))
  }

  /// What a selector saw in a span. What restarts set back is looked for where there were any, and further back where
  /// not all of it was found.
  private func term(
    _ client: PrometheusClient, _ selector: MetricSelector, _ window: StatsWindow, in span: Range<Int>
  ) async throws -> (MetricSelector, CountedTerm, [String]) {
    let answers = try await Self.answers(client, query(selector, window), window, in: span)
    var term = CountedTerm(QueryAnswer(series: answers.flatMap(\.series)), window, by: mapping)
    for search in [BucketQuery.RestartSearch.near, .far] {
      var mended: [QueryAnswer.Series] = []
      for part in term.spansToMend(window).flatMap({ parts(of: $0, window) }) {
        mended += try await Self.answers(client, query(selector, window, search), window, in: part).flatMap(\.series)
      }
      if !mended.isEmpty { term.mend(with: CountedTerm(QueryAnswer(series: mended), window, by: mapping)) }
    }
    return (selector, term, answers.flatMap(\.warnings))
  }

  /// The answers of a span; one that is too large for the server is asked for in halves.
  private static func answers(
    _ client: PrometheusClient, _ text: String, _ window: StatsWindow, in span: Range<Int>
  ) async throws -> [QueryAnswer] {
    do {
      return [try await client.query(text, window, in: span)]
    } catch let error as StatsSourceError where error.isOfSize {
      let width = Int(window.length)
      let half = span.count / width / 2 * width
      guard half > 0 else { throw error }
      let middle = span.lowerBound + half
      let first = try await answers(client, text, window, in: span.lowerBound..<middle)
      return first + (try await answers(client, text, window, in: middle..<span.upperBound))
    }
  }
}
