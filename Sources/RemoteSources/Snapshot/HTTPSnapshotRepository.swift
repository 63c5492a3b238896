import FoundationEssentials
import HTTPTransport
import SlotStats
import StatsFormats
import Synchronization

/// Statistics from a JSON snapshot behind a URL.
///
/// Every look is one request. What has not changed by the server's own word costs no body; what has not changed by its
/// bytes is not decoded. After a failure the versions that were given before stay valid.
package actor HTTPSnapshotRepository: StatsRepository {
  /// The largest snapshot that is read: 64 MiB.
  package static let maxBytes = 64 << 20

  private let url: RemoteURL
  private let access: AccessToken
  private let transport: HTTPTransport
  private let wallClock: @Sendable () -> Date
  private let timing: RetryTiming
  private var backoff = Backoff()
  private var lastID: UInt64 = 0
  /// What the server sent last, and what came of it.
  private var known: Known?
  private nonisolated let looks = SingleFlight<SourceVersion>()
  private nonisolated let lastWindows = Mutex(StatsWindow.usual)
  /// How often a body was decoded.
  package private(set) var contentReads = 0

  private struct Known {
    var digest: UInt64
    var count: Int
    var validators: HTTPValidators?
    var result: Result<Snapshot, StatsSourceError>
    /// The last document that was good; the next one shares what is the same.
    var lastGood: SnapshotDocument?
  }

  private struct Snapshot {
    var id: UInt64
    var contents: SnapshotContents
  }

  /// A repository that asks when it is asked.
  ///
  /// - Parameters:
  ///   - url: where the snapshot is.
  ///   - access: what convinces the server.
  ///   - transport: with a limit of ``maxBytes``.
  ///   - timing: how long to wait after a failure.
  ///   - wallClock: for `readAt`.
  package init(
    url: RemoteURL, access: AccessToken, transport: HTTPTransport, timing: RetryTiming = RetryTiming(),
    wallClock: @escaping @Sendable () -> Date
  ) {
    self.url = url
    self.access = access
    self.transport = transport
    self.timing = timing
    self.wallClock = wallClock
  }

  /// One state of the snapshot at a time.
  package nonisolated var reading: SourceReading { .byVersion }

  /// What the server holds now; whoever asks while it is being asked shares the answer.
  /// - Throws: `StatsSourceError`; `CancellationError` for a caller that is cancelled.
  package func currentVersion(after known: UInt64? = nil) async throws -> SourceVersion {
    try await looks.value { [self] in try await look() }
  }

  /// Those of the last good snapshot.
  package nonisolated var windows: Set<StatsWindow> { lastWindows.withLock { $0 } }

  /// All slots, in the snapshot's order.
  package func slots() async throws -> [Slot] { try await currentVersion().contents.slots() }

  /// The buckets of all slots together.
  package func collectGlobalMetrics(window: StatsWindow, since: Date?) async throws -> [StatsMetric] {
    try await currentVersion().contents.collectGlobalMetrics(window: window, since: since)
  }

  /// The buckets of one slot.
  package func collectSlotMetrics(
    _ slotID: Slot.ID, window: StatsWindow, since: Date?
  ) async throws -> [StatsMetric] {
    try await currentVersion().contents.collectSlotMetrics(slotID, window: window, since: since)
  }

  /// The buckets of every slot.
  package func collectSlotMetrics(window: StatsWindow, since: Date?) async throws -> [Slot.ID: [StatsMetric]] {
    try await currentVersion().contents.collectSlotMetrics(window: window, since: since)
  }

  private func look() async throws -> SourceVersion {
    do throws(StatsSourceError) {
      let snapshot = try await current()
      let document = snapshot.contents.document
      backoff.succeed()
      return SourceVersion(
        id: snapshot.id, contents: snapshot.contents, generatedAt: document.generatedAt, readAt: wallClock(),
        refreshInterval: document.refreshInterval, notice: document.leftOutLine)
    } catch {
      var failure = error
      failure.retryAfter = backoff.fail(
        interval: timing.interval, retryAfter: error.retryAfter, random: timing.random())
      throw failure
    }
  }

  private func current() async throws(StatsSourceError) -> Snapshot {
    let answer: RemoteResponse
    do {
      answer = try await access.answer(to: HTTPRequest(url, validators: known?.validators), over: transport)
    } catch {
      throw error.sourceError(action: action)
    }
    if answer.isUnchanged, let known {
      self.known?.validators = answer.validators
      return try known.result.get()
    }
    let digest = answer.body.withUnsafeBytes { ContentDigest.of($0) }
    if let known, known.digest == digest, known.count == answer.body.count {
      self.known?.validators = answer.validators
      return try known.result.get()
    }
    let result = parse(answer)
    let good = try? result.get().contents.document
    known = Known(
      digest: digest, count: answer.body.count, validators: answer.validators, result: result,
      lastGood: good ?? known?.lastGood)
    return try result.get()
  }

  private func parse(_ answer: RemoteResponse) -> Result<Snapshot, StatsSourceError> {
    contentReads += 1
    if answer.isPage {
      return .failure(StatsSourceError(.contentRefused, action: action, cause: "HTML instead of a snapshot"))
    }
    let previous = known?.lastGood
    let parsed = answer.body.withUnsafeBytes { bytes in
      Result { () throws(SnapshotError) in try SnapshotDocument(parsing: bytes, sharing: previous) }
    }
    switch parsed {
    case .success(let document):
      lastID += 1
      let contents = SnapshotContents(document: document, name: url.display)
      lastWindows.withLock { $0 = contents.windows }
      return .success(Snapshot(id: lastID, contents: contents))
    case .failure(let refusal):
      return .failure(StatsSourceError(.contentRefused, action: action, cause: refusal.line))
    }
  }

  private var action: String { "Cannot read \"\(url.display)\"" }
}
