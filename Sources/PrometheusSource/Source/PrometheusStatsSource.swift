import FoundationEssentials
import HTTPTransport
import SlotStats
import StatsFormats

/// Statistics of a server of the Prometheus query API: Prometheus, VictoriaMetrics, Thanos, Mimir.
///
/// Each look asks for what is not settled, all slots in one request a selector and window; what is settled is asked for
/// once. Hours, days and weeks that still fill are made of their minutes. The data's instant is that of the newest sample.
package actor PrometheusStatsSource: StatsRepository {
  /// How a server is read.
  package struct Setup: Sendable {
    /// What its counters mean.
    package var mapping: MappingSettings
    /// How long to wait after a failure.
    package var timing: RetryTiming
    /// Whether the first look reads all weeks; otherwise the second does.
    package var readsWeeksAtOnce: Bool
    /// Where settled buckets are kept; `nil` where they are not.
    package var keeper: BucketKeeper?

    package init(
      mapping: MappingSettings, timing: RetryTiming = RetryTiming(), readsWeeksAtOnce: Bool = true,
      keeper: BucketKeeper? = nil
    ) {
      self.mapping = mapping
      self.timing = timing
      self.readsWeeksAtOnce = readsWeeksAtOnce
      self.keeper = keeper
    }
  }

  let client: PrometheusClient
  let setup: Setup
  private let wallClock: @Sendable () -> Date
  private nonisolated let looks = SingleFlight<SourceVersion>()
  private var backoff = Backoff()
  private var prepared: PreparedServer?
  private var table = CountTable()
  private var newest: Date?
  private var last: (version: SourceVersion, document: SnapshotDocument)?
  private var looksDone = 0
  private var keptHour: Int?
  /// The minute in which buckets that still fill were last asked for themselves.
  private var doubtsAskedIn: [StatsWindow: Int] = [:]

  /// A source that asks when it is asked.
  package init(_ client: PrometheusClient, _ setup: Setup, wallClock: @escaping @Sendable () -> Date) {
    self.client = client
    self.setup = setup
    self.wallClock = wallClock
  }

  package nonisolated var reading: SourceReading { .byVersion }

  /// All of them.
  package nonisolated var windows: Set<StatsWindow> { Set(StatsWindow.allCases) }

  package nonisolated var keepsHistory: Bool { true }

  package func slots() async throws -> [Slot] { try await currentVersion().contents.slots() }

  package func collectGlobalMetrics(window: StatsWindow, since: Date?) async throws -> [StatsMetric] {
    try await currentVersion().contents.collectGlobalMetrics(window: window, since: since)
  }

  package func collectSlotMetrics(
    _ slotID: Slot.ID, window: StatsWindow, since: Date?
  ) async throws -> [StatsMetric] {
    try await currentVersion().contents.collectSlotMetrics(slotID, window: window, since: since)
  }

  package func collectSlotMetrics(window: StatsWindow, since: Date?) async throws -> [Slot.ID: [StatsMetric]] {
    try await currentVersion().contents.collectSlotMetrics(window: window, since: since)
  }

  /// What the server holds now; whoever asks while it is being asked shares the answer.
  /// - Throws: `StatsSourceError`; `CancellationError` for a caller that is cancelled.
  package func currentVersion(after known: UInt64? = nil) async throws -> SourceVersion {
    try await looks.value { [self] in try await look(after: known) }
  }

  private func look(after known: UInt64?) async throws -> SourceVersion {
    do {
      let version = try await read(after: known)
      backoff.succeed()
      return version
    } catch var failure as StatsSourceError {
      // It may be another server when it is back.
      prepared = nil
      failure.retryAfter = backoff.fail(
        interval: setup.timing.interval, retryAfter: failure.retryAfter, random: setup.timing.random())
      throw failure
    }
  }

  private func read(after known: UInt64?) async throws -> SourceVersion {
    let now = wallClock()
    let server = try await ready(at: now)
    newest = try await newestSample(of: server, at: now) ?? newest
    let instant = newest ?? now
    let needs = BucketNeeds(
      at: instant, settleTime: server.settleTime, hasWeeks: setup.readsWeeksAtOnce || looksDone > 0)
    var filled = table
    let warnings = try await fill(&filled, needs, server)
    table = filled
    looksDone += 1
    await keep(server, needs)
    let document = table.document(at: instant)
    return version(of: document, after: known, readAt: now, notice: notice(server, warnings))
  }

  /// What is known of the server and of its counters; found out at the first look, and after a failure.
  package func ready(at now: Date) async throws -> PreparedServer {
    if var prepared {
      if !prepared.isMeasured {
        try await prepared.measure(client, at: newest ?? now)
        self.prepared = prepared
      }
      return prepared
    }
    var server = try await PreparedServer(client, setup.mapping, at: now)
    let instant = try await newestSample(of: server, at: now) ?? now
    try await server.measure(client, at: instant)
    if let bytes = setup.keeper?.load(), let kept = KeptBucketsDocument(parsing: bytes),
      kept.key == server.key(of: client)
    {
      table.restore(kept.table)
    }
    prepared = server
    return server
  }

  /// The names of the server's metrics.
  package func metricNames() async throws -> Set<String> { try await client.names(before: wallClock()) }

  /// The instant of the newest sample; of counters that have none any more it is looked for once.
  private func newestSample(of server: PreparedServer, at now: Date) async throws -> Date? {
    let selectors = server.mapping.selectors
    var queries = [SideQuery.newest(selectors)]
    if newest == nil {
      queries.append(SideQuery.newest(selectors, within: "6h", step: "\(SideQuery.step(scrapeInterval: 15))s"))
      queries.append(SideQuery.newest(selectors, within: "14d", step: "5m"))
    }
    for query in queries {
      let answer = try await client.query(query, at: now)
      if let value = answer.series.first?.samples.last?.value, value.isFinite, value > 0, value < 1e12 {
        return Date(timeIntervalSince1970: value)
      }
    }
    return nil
  }

  private func fill(_ table: inout CountTable, _ needs: BucketNeeds, _ server: PreparedServer) async throws -> [String]
  {
    var warnings: [String] = []
    do {
      for need in needs.spans {
        var need = need
        if let filling = doubtfulSpan(of: table, need.window, needs) { need.spans.append(filling) }
        warnings += try await fill(&table, need, settledBefore: needs.settledEnds[need.window] ?? 0, server)
        table.drop(need.window, before: needs.kept[need.window] ?? 0)
      }
    } catch {
      // What has come is not asked for again.
      self.table = table
      throw error
    }
    return warnings
  }

  /// The buckets that still fill, where they cannot be made of finer ones: a series came back after longer than those are
  /// looked back for. They are asked for once a minute.
  private func doubtfulSpan(of table: CountTable, _ window: StatsWindow, _ needs: BucketNeeds) -> Range<Int>? {
    guard let start = needs.settledEnds[window], table.makesDoubtful(window, from: start) else { return nil }
    guard doubtsAskedIn[window] != needs.minute else { return nil }
    doubtsAskedIn[window] = needs.minute
    return start..<needs.fillingEnd(window)
  }

  /// Asks for what is not settled of a window's spans.
  private func fill(
    _ table: inout CountTable, _ need: BucketNeeds.Need, settledBefore end: Int, _ server: PreparedServer
  ) async throws -> [String] {
    var warnings: [String] = []
    let window = need.window
    for span in need.spans.flatMap({ table.missing(window, in: $0) }) {
      for part in BucketNeeds.parts(of: span, window) {
        let (counts, said) = try await server.counts(client, window, in: part)
        table.put(counts, window, part, settledBefore: end)
        warnings += said
      }
    }
    return warnings
  }

  private func keep(_ server: PreparedServer, _ needs: BucketNeeds) async {
    let hour = needs.settledEnds[.hour]
    guard let keeper = setup.keeper, hour != keptHour || looksDone == 2 else { return }
    keptHour = hour
    let bytes = KeptBucketsDocument(table, key: server.key(of: client), unknown: server.mapping.unknown).bytes
    if bytes.count <= KeptBucketsDocument.maxBytes { await keeper.save(bytes) }
  }

  private func notice(_ server: PreparedServer, _ warnings: [String]) -> String? {
    let parts = [
      table.owners.isEmpty ? "no samples of \(server.mapping.selectors.first?.text ?? "any counter")" : nil,
      server.mapping.countsAttempts ? "counts attempts, not jobs" : nil, warnings.first,
    ].compactMap(\.self)
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }

  private func version(
    of document: SnapshotDocument, after known: UInt64?, readAt: Date, notice: String?
  ) -> SourceVersion {
    var (id, changed): (UInt64, ChangedSlots) = (1, .all)
    var contents = SnapshotContents(document: document, name: client.name)
    if let last {
      let difference = document.changes(from: last.document)
      let isSame = difference == .only([]) && notice == last.version.notice
      id = last.version.id + (isSame ? 0 : 1)
      changed = known == last.version.id ? difference : .all
      if isSame { contents = SnapshotContents(document: last.document, name: client.name) }
    }
    let version = SourceVersion(
      id: id, contents: contents, changed: changed, generatedAt: document.generatedAt, readAt: readAt, notice: notice)
    last = (version, document)
    return version
  }

  /// Everything as it was at an instant, as far as the server still has it.
  package func past(at instant: Date) async throws -> FleetReading? {
    let now = wallClock()
    let server = try await ready(at: now)
    var table = table
    let needs = BucketNeeds(at: instant, settleTime: 0, hasWeeks: true)
    for need in needs.spans {
      _ = try await fill(&table, need, settledBefore: needs.settledEnds[need.window] ?? 0, server)
    }
    let contents = SnapshotContents(document: table.document(at: instant), name: client.name)
    let kept = Dictionary(uniqueKeysWithValues: StatsWindow.allCases.map { ($0, Date.distantPast) })
    return try await contents.past(PastMoment(instant, keptFrom: kept), readAt: now)
  }
}
