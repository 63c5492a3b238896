import SlotStats

/// Why an event is refused. Small on purpose: its words are made when they are shown, not where it is found.
package struct EventFault: Error, Hashable, Sendable {
  /// The byte of the text that it was found at, from 0.
  package var offset: Int
  /// What is wrong there.
  package var problem: Problem

  /// What can be wrong with an event.
  package enum Problem: Hashable, Sendable {
    /// The text is no JSON.
    case json(JSONFailure.Fault)
    /// The object at the place lacks a key that every event has: its number in the reader's table.
    case missing(Int)
    /// The value stands under a key that its object had before.
    case givenTwice
    /// The value is of another type.
    case wrongType(Expected)
    /// The value is of the right type and means nothing.
    case notUUID, unknownStatus, notInstant, emptySlotID
    /// The event lies outside the instants that are accepted.
    case tooFarAhead, tooOld
    /// The value is past a limit.
    case slotIDTooLong, textTooLong, negativeLatency, latencyTooLarge, lineTooLong
  }

  /// What is expected where a value has another type.
  package enum Expected: String, Sendable {
    case object = "an object"
    case text = "a text"
    case number = "a number"
  }

  /// A fault.
  package init(offset: Int, problem: Problem) {
    self.offset = offset
    self.problem = problem
  }

  /// The reason in one line, with the place: `$.slot_id is ""; a slot id has 1 to 128 characters`. The bytes are the
  /// text of the event, in which ``offset`` counts.
  package func reason(in bytes: UnsafeRawBufferPointer) -> String {
    if problem == .lineTooLong { return "is longer than \(EventLines.maxLineBytes) bytes" }
    guard let scanner = JSONScanner(bytes) else { return "byte 0 is the end; an event is expected" }
    if case .json(let fault) = problem {
      return SnapshotError(JSONFailure(offset: offset, fault: fault), in: scanner).line
    }
    var spot = scanner
    spot.cursor = offset
    let place = JSONPlace.path(of: offset, in: scanner)
    if case .missing(let key) = problem {
      return "\(place).\(ProcessingLogReader.keys.keys[key]) is missing; every event has it"
    }
    return "\(place) \(words(for: JSONPlace.describe(spot)))"
  }

  private func words(for value: String) -> String {
    switch problem {
    case .json, .missing, .lineTooLong: "is refused"
    case .givenTwice: "is given twice"
    case .wrongType(let expected): "is \(value); \(expected.rawValue) is expected"
    case .notUUID: "is \(value); a UUID such as \"2f1c0a5e-8a43-4f0e-9d52-6a1b5c3d7e90\" is expected"
    case .unknownStatus: "is \(value); it is one of \(EventStatusTable.shared.known)"
    case .notInstant: "is \(value); an instant such as \"2026-11-23T14:32:05Z\" is expected"
    case .tooFarAhead: "is \(value), more than 24 hours ahead; check the sender's clock"
    case .tooOld: "is \(value), older than events are kept"
    case .emptySlotID: "is \"\"; a slot id has 1 to \(Slot.maxIDLength) characters"
    case .slotIDTooLong: "is \(value); a slot id has 1 to \(Slot.maxIDLength) characters"
    case .textTooLong: "is \(value); it has at most \(ProcessingLogReader.maxTextLength) characters"
    case .negativeLatency: "is \(value); it is a number from 0"
    case .latencyTooLarge: "is \(value); it goes up to \(Int.max)"
    }
  }
}
