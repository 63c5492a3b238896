import FoundationEssentials
import SlotStats
import StatsFormats

/// Answers with a snapshot of everything. The text is made once for each state of the statistics.
///
/// With more than ``maxFineSlots`` slots, windows within a day are left out: they are most of the document, which would
/// be longer than readers take.
actor SnapshotRoute {
  private struct Made {
    var version: UInt64
    var generatedAt: Date
    var tag: String
    var bytes: [UInt8]
  }

  /// The most slots whose minutes and hours are told.
  static let maxFineSlots = 2_000

  private let service: CachedStatsService
  private let wallClock: @Sendable () -> Date
  private var made: Made?

  init(service: CachedStatsService, wallClock: @escaping @Sendable () -> Date) {
    self.service = service
    self.wallClock = wallClock
  }

  /// The snapshot, or that it is still the one that the caller has.
  func answer(ifNoneMatch: String?) async throws -> Response {
    let frame = try await service.readFleet(now: wallClock())
    let snapshot = snapshot(of: frame)
    var answer = Response(body: .bytes(snapshot.bytes))
    answer.headers.append((.etag, snapshot.tag))
    answer.caching = "no-cache"
    if let ifNoneMatch, EntityTags.match(ifNoneMatch, snapshot.tag) {
      answer.status = .notModified
      answer.body = .bytes([])
    }
    return answer
  }

  private func snapshot(of frame: FleetReading) -> Made {
    if let made, made.version == frame.version, made.generatedAt == frame.generatedAt { return made }
    let isShort = frame.slots.count > Self.maxFineSlots
    let series = frame.series.filter { !isShort || !$0.key.isWithinDay }.mapValues { series in
      SnapshotDocument.Series(global: series.global.metrics, bySlot: series.bySlot.mapValues(\.metrics))
    }
    let document = SnapshotDocument(generatedAt: frame.generatedAt, slots: frame.slots, series: series)
    let bytes = SnapshotWriter.bytes(of: document)
    let digest = bytes.withUnsafeBytes { ContentDigest.of($0) }
    let new = Made(
      version: frame.version, generatedAt: frame.generatedAt, tag: "\"\(String(digest, radix: 16))\"", bytes: bytes)
    made = new
    return new
  }
}
