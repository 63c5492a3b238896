import Synchronization

/// The last frame of a source with versions, and the numbers of frames of one without.
final class FrameMemory: Sendable {
  private struct State: Sendable {
    var frame: FleetReading?
    var forgotten: UInt64 = 0
    var serials: [UInt64] = []
    var number: UInt64 = 0
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
