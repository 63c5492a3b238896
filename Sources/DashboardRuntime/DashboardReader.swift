import Dashboard
import FoundationEssentials
import SlotStats

/// Reads and judges for a dashboard, away from the thread that draws.
package struct DashboardReader: Sendable {
  /// Where readings come from.
  package let service: CachedStatsService
  /// The window that is shown first.
  package let window: StatsWindow
  /// By what slots are judged.
  package let thresholds: ThresholdRules
  /// Whether the source moves its data with the clock: its days are others after midnight, and nothing came.
  package let movesWithTime: Bool
  /// Where readings of a source that keeps no history are kept; `nil` for nowhere.
  package let recorder: (any ReadingRecorder)?
  /// Whether what is read is kept there too.
  package let isRecording: Bool
  /// What makes handovers; `nil` where none can be made.
  package var handovers: HandoverWork?
  /// What looks at readings by rules, and at what is acknowledged; `nil` for nothing.
  package var onCall: OnCallReader?
  /// The time of day.
  package let wallClock: @Sendable () -> Date
  /// Where marks are kept; `nil` where there is no place for them.
  package var marks: (any MarkStore)?
  /// Who sets marks here.
  package var author = ""

  /// A reader.
  package init(
    service: CachedStatsService, window: StatsWindow = .standard, thresholds: ThresholdRules,
    movesWithTime: Bool = false, recorder: (any ReadingRecorder)? = nil, isRecording: Bool = false,
    wallClock: @escaping @Sendable () -> Date
  ) {
    self.service = service
    self.window = window
    self.thresholds = thresholds
    self.movesWithTime = movesWithTime
    self.recorder = recorder
    self.isRecording = isRecording
    self.wallClock = wallClock
  }

  /// How long the service keeps what it read: less than the shortest interval, so that every read reaches the source.
  package static let cacheTTL: Duration = .milliseconds(500)

  /// What a source that is read slot by slot has gathered since `previous`, without asking it.
  package func gathered(after previous: Fleet?) async -> Message {
    guard let reading = try? await service.readGathered(), previous?.showsTheSame(as: reading) != true else {
      return .gathered(nil, change: nil)
    }
    let fleet = await Fleet.judging(reading, thresholds: thresholds, after: previous, opening: window)
    return .gathered(fleet, change: previous.map { FleetChange(from: $0, to: fleet) })
  }

  /// Tells a source that is read slot by slot what is looked at.
  package func focus(to focus: ReadFocus) { service.focus(to: focus) }

  /// One read, after one that gave `previous`.
  /// - Throws: what the source throws.
  package func readOrThrow(after previous: Fleet?, isFresh: Bool) async throws -> ReadOutcome {
    if isFresh { service.invalidateAll() }
    let outcome = await outcome(try await service.readFleet(now: wallClock()), after: previous)
    record(outcome)
    return outcome
  }

  func outcome(_ reading: FleetReading, after previous: Fleet?) async -> ReadOutcome {
    var reading = reading
    // Of a source without versions only a comparison tells that nothing came.
    if service.reading == .bySeries, let old = previous?.reading, old.slots == reading.slots,
      old.series == reading.series
    {
      reading.version = old.version
    }
    if let previous, previous.showsTheSame(as: reading) { return .unchanged(previous.read(again: reading)) }
    let fleet = await Fleet.judging(reading, thresholds: thresholds, after: previous, opening: window)
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
      return .failed(cause: ErrorWords.text(error))
    }
  }
}
