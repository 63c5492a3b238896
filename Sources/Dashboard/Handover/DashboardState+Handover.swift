import SlotStats
import TerminalUI

/// A reading of which a handover is to be made.
package struct HandoverQuestion: Equatable, Sendable {
  /// How the source is, or was then.
  package let reading: FleetReading
  /// Whether that is past.
  package let isPast: Bool
}

/// The handover on the screen, and what of it is being made.
struct HandoverPage: Equatable, Sendable {
  /// What became of it; `nil` until it is made.
  var outcome: HandoverOutcome?
  /// What is to be made next.
  var wanted: HandoverQuestion?
  /// Whether one is being made: never more than one.
  var isUnderWay = false
  /// Whether nobody wants to see the one that is being made any more.
  var isDropped = false

  /// Forgets what is there; one that is being made is no longer wanted.
  mutating func close() { (outcome, wanted, isDropped) = (nil, nil, isUnderWay) }
}

extension DashboardState {
  /// Opens the handover, which is made anew each time: of the past that is shown, else of the newest reading, also where
  /// the screen is held.
  mutating func openHandover() {
    guard let fleet = past.fleet ?? newest else { return say("there is nothing to hand over yet") }
    handover.close()
    handover.wanted = HandoverQuestion(reading: fleet.reading, isPast: isPast)
    open(.handover)
  }

  /// Has one made that is wanted.
  mutating func startHandover() -> [Effect] {
    guard !handover.isUnderWay, let question = handover.wanted else { return [] }
    (handover.wanted, handover.isUnderWay, handover.isDropped) = (nil, true, false)
    return [.makeHandover(question)]
  }

  /// Takes in what became of it; nothing where it has been closed meanwhile.
  mutating func take(_ outcome: HandoverOutcome) {
    if handover.isUnderWay, !handover.isDropped { handover.outcome = outcome }
    (handover.isUnderWay, handover.isDropped) = (false, false)
  }

  /// Does something with the handover's text.
  mutating func handOver(_ effect: (String) -> Effect) -> [Effect] {
    guard case .made(let sheet) = handover.outcome else {
      say("there is no text yet")
      return []
    }
    return [effect(sheet.text)]
  }
}
