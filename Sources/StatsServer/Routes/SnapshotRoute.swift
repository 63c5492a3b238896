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

  /// The snapshot of a past instant, or of the last one before it that can be told exactly.
  func answer(at instant: Date) async throws -> Response {
    guard let frame = try await service.readPast(at: instant) else { return .noHistory }
    return Response(body: .bytes(Self.bytes(of: frame)))
  }

  private static func bytes(of frame: FleetReading) -> [UInt8] {
    let isShort = frame.slots.count > maxFineSlots
    let series = frame.series.filter { !isShort || !$0.key.isWithinDay }.mapValues { series in
      SnapshotDocument.Series(global: series.global.metrics, bySlot: series.bySlot.mapValues(\.metrics))
    }
    return SnapshotWriter.bytes(
      of: SnapshotDocument(generatedAt: frame.generatedAt, slots: frame.slots, series: series))
  }

  private func snapshot(of frame: FleetReading) -> Made {
    if let made, made.version == frame.version, made.generatedAt == frame.generatedAt { return made }
    let bytes = Self.bytes(of: frame)
    let digest = bytes.withUnsafeBytes { ContentDigest.of($0) }
    let new = Made(
      version: frame.version, generatedAt: frame.generatedAt, tag: "\"\(String(digest, radix: 16))\"", bytes: bytes)
    made = new
    return new
  }
}

extension Response {
  /// That a store does not keep enough to tell how it was: no writer of this version has opened it yet.
  static let noHistory = error(.notFound, "The store keeps no history yet.")
}
