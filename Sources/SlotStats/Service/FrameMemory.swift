import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The last frame of a source with versions, and the numbers of frames of one without.
final class FrameMemory: Sendable {
  private struct State: Sendable {
    var frame: FleetReading?
    var forgotten: UInt64 = 0
    var serials: [UInt64] = []
    var number: UInt64 = 0
    var recent: (number: UInt64, reading: RecentReading?)?
  }

  private let state = Mutex(State())

  /// How often the frame was forgotten, to be given to ``keep(_:since:)``, and the last frame.
  var current: (mark: UInt64, frame: FleetReading?) { state.withLock { ($0.forgotten, $0.frame) } }

  /// Keeps a frame, unless a newer one is kept or frames were forgotten since its reading began.
  func keep(_ frame: FleetReading, since mark: UInt64) {
    state.withLock { state in
      guard state.forgotten == mark, state.frame.map({ $0.version <= frame.version }) ?? true else { return }
      state.frame = frame
    }
  }

  /// Forgets the frame.
  func forget() {
    state.withLock { state in
      state.frame = nil
      state.forgotten += 1
    }
  }

  /// What a frame of this number has of the last minutes: read once, and anew with each minute.
  nonisolated(nonsending) func recent(
    of number: UInt64, at instant: Date, _ read: () async throws -> RecentReading?
  ) async throws -> RecentReading? {
    if let known = state.withLock({ $0.recent }), known.number == number {
      guard let reading = known.reading else { return nil }
      if reading.minute == MinuteCounts.number(instant) { return reading }
    }
    let reading = try await read()
    state.withLock { $0.recent = (number, reading) }
    return reading
  }

  /// A number that is the last one again only if the parts are the last ones again.
  func number(of serials: [UInt64]) -> UInt64 {
    state.withLock { state in
      if state.serials != serials {
        state.serials = serials
        state.number += 1
      }
      return state.number
    }
  }
}

/// The log of events behind a lock.
final class EventCounter: Sendable {
  private let log = Mutex(InvalidationLog())

  /// The number of the last event; 0 before the first.
  var lastEvent: UInt64 { log.withLock { $0.lastEvent } }

  /// Notes an event of a slot.
  func noteEvent(of slotID: Slot.ID) { log.withLock { $0.noteEvent(of: slotID) } }

  /// The slots with an event after number `epoch`, sorted; `nil` where they are no longer known.
  func slots(after epoch: UInt64) -> [Slot.ID]? { log.withLock { $0.slots(after: epoch) } }
}
