@preconcurrency import CNcurses
import CTerminal

/// What brings the terminal into and out of full-screen drawing, from its description; a terminal must be open.
struct ScreenSequences {
  /// Alternate screen, application keys, marked pastes, no cursor.
  let enter: String
  /// Ends whatever was begun, in any state, even in the middle of an escape sequence.
  let leave: String
  /// Before a frame: nothing is to be painted yet.
  let beginUpdate: String
  /// After a frame.
  let endUpdate: String

  /// Reads the capabilities.
  init() {
    let isStandard = cn_is_ecma48() != 0
    beginUpdate = isStandard ? "\u{1B}[?2026h" : ""
    endUpdate = isStandard ? "\u{1B}[?2026l" : ""
    let enter = ["smcup", "smkx", "civis"].map(Self.capability).joined()
    self.enter = enter + (isStandard ? "\u{1B}[?2004h" : "")
    // CAN and ST end a sequence that was cut. Scroll region, insert mode and autowrap are switched by ncurses within a frame.
    var leave = isStandard ? "\u{18}\u{1B}\\" + endUpdate + "\u{1B}[?2004l\u{1B}[r" : ""
    leave += ["rmir", "smam", "rmkx", "sgr0", "op", "cnorm"].map(Self.capability).joined()
    // Where the terminal has no second screen, whatever its description says, the prompt belongs under the last frame.
    let leaveAlternate = Self.capability("rmcup")
    if isStandard { leave += "\u{1B}[9999;1H" }
    if isStandard || leaveAlternate.isEmpty { leave += "\r\n" }
    self.leave = leave + leaveAlternate
  }

  /// Hands both ways to what restores the terminal.
  func install() {
    var enter = enter
    var leave = leave
    enter.withUTF8 { enter in
      leave.withUTF8 { leave in
        enter.withMemoryRebound(to: CChar.self) { enter in
          leave.withMemoryRebound(to: CChar.self) { leave in
            _ = ct_set_sequences(enter.baseAddress, enter.count, leave.baseAddress, leave.count)
          }
        }
      }
    }
  }

  /// A string capability without its delays, which no terminal of today needs; empty where there is none.
  static func capability(_ name: String) -> String {
    guard let text = cn_string(name) else { return "" }
    var result = ""
    var isDelay = false
    for character in String(cString: text) {
      if isDelay {
        isDelay = character != ">"
      } else if character == "<" && result.last == "$" {
        result.removeLast()
        isDelay = true
      } else {
        result.append(character)
      }
    }
    return result
  }
}
