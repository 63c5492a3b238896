import Dashboard
import FoundationEssentials
import SlotStats

/// Reads and judges for a dashboard, away from the thread that draws.
package struct DashboardReader: Sendable {
  /// Where readings come from.
  package let service: CachedStatsService
  /// The source, where it is read slot by slot.
  package let gathering: (any GatheringStatsRepository)?
  /// The source, where it tells by itself when it changed.
  package let changing: (any ChangingStatsRepository)?
  /// Whether what the service keeps stays true until the source tells otherwise. A source with revisions is asked for
  /// its newest each time instead.
  package let keepsUnchanged: Bool
  /// By what slots are judged.
  package let thresholds: ThresholdRules
  /// Whether the source moves its data with the clock: its days are others after midnight, and nothing came.
  package let movesWithTime: Bool
  /// The time of day.
  package let wallClock: @Sendable () -> Date

  /// A reader.
  package init(
    service: CachedStatsService, gathering: (any GatheringStatsRepository)? = nil,
    changing: (any ChangingStatsRepository)? = nil, keepsUnchanged: Bool = false, thresholds: ThresholdRules,
    movesWithTime: Bool = false, wallClock: @escaping @Sendable () -> Date
  ) {
    self.service = service
    self.gathering = gathering
    self.changing = changing
    self.keepsUnchanged = keepsUnchanged
    self.thresholds = thresholds
    self.movesWithTime = movesWithTime
    self.wallClock = wallClock
  }

  /// How long the service keeps what it read: less than the shortest interval, so that every read reaches the source.
  package static let cacheTTL: Duration = .milliseconds(500)
  /// How long it keeps what it read of a source that tells what changed: longer than the longest interval.
  package static let changingCacheTTL: Duration = .seconds(600)

  /// What a source that is read slot by slot has gathered since `previous`, without asking it.
  package func gathered(after previous: Fleet?) async -> Message {
    guard let reading = try? await service.readGathered(), previous?.showsTheSame(as: reading) != true else {
      return .gathered(nil, change: nil)
    }
    let fleet = await Fleet.judging(reading, thresholds: thresholds)
    return .gathered(fleet, change: previous.map { FleetChange(from: $0, to: fleet) })
  }

  /// Tells a source that is read slot by slot what is looked at.
  package func attend(to attention: StatsAttention) { gathering?.attend(to: attention) }

  /// One read, after one that gave `previous`.
  /// - Throws: what the source throws.
  package func readOrThrow(after previous: Fleet?, isFresh: Bool) async throws -> ReadOutcome {
    // What was not told is not believed for longer than an interval.
    if isFresh || keepsUnchanged { service.invalidateAll() }
    return await outcome(try await service.readFleet(now: wallClock()), after: previous)
  }

  func outcome(_ reading: FleetReading, after previous: Fleet?) async -> ReadOutcome {
    var reading = reading
    // A source without revisions is read as a whole now and then: only a comparison tells that nothing came of it.
    if keepsUnchanged, let old = previous?.reading, old.slots == reading.slots, old.series == reading.series {
      reading.revision = old.revision
    }
    if let previous, previous.showsTheSame(as: reading) { return .unchanged(previous.read(again: reading)) }
    let fleet = await Fleet.judging(reading, thresholds: thresholds)
    guard let previous, !movesWithTime else { return .fleet(fleet, change: nil) }
    return .fleet(fleet, change: FleetChange(from: previous, to: fleet))
  }

  /// One read, after one that gave `previous`; a failure is an outcome too.
  package func read(after previous: Fleet?, isFresh: Bool) async -> ReadOutcome {
    await outcome { try await readOrThrow(after: previous, isFresh: isFresh) }
  }

  func outcome(of read: () async throws -> ReadOutcome) async -> ReadOutcome {
    do {
      return try await read()
    } catch let error as StatsSourceError {
      return .failed(cause: error.cause, retryAfter: error.retryAfter)
    } catch {
      return .failed(cause: "\(error)")
    }
  }
}
