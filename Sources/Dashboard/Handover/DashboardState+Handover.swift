import SlotStats
import TerminalUI

extension DashboardState {
  /// Opens the handover, which is made anew each time.
  mutating func openHandover() -> [Effect] {
    guard let shown else {
      say("there is nothing to hand over yet")
      return []
    }
    handover = nil
    open(.handover)
    return [.makeHandover(shown.reading)]
  }

  /// Takes in what became of it; nothing where it has been closed meanwhile.
  mutating func take(_ outcome: HandoverOutcome) {
    if overlay == .handover { handover = outcome }
  }

  /// Does something with the handover's text.
  mutating func handOver(_ effect: (String) -> Effect) -> [Effect] {
    guard case .made(let sheet) = handover else {
      say("there is no text yet")
      return []
    }
    return [effect(sheet.text)]
  }
}
