import SlotStats
import TerminalUI

/// What is being typed on the status line.
struct TextField: Hashable, Sendable {
  /// What the text is for.
  enum Purpose: Hashable, Sendable {
    /// Which rows are listed: they follow each letter.
    case filter
    /// To which past instant to go.
    case instant
    /// What a mark at this instant says.
    case mark
  }

  let purpose: Purpose
  var text = ""

  /// The most characters of one paste.
  static let pasteLimit = 128

  /// What stands before the text.
  var prompt: String {
    switch purpose {
    case .filter: "/"
    case .instant: "@ "
    case .mark: "mark now: "
    }
  }

  /// The reminders of the keys.
  var hints: [KeyHint] {
    switch purpose {
    case .filter:
      [
        KeyHint(keys: "Enter", text: "keep", weight: 2), KeyHint(keys: "Esc", text: "clear", weight: 3),
        KeyHint(keys: "Backspace", text: "take back", weight: 1),
      ]
    case .instant:
      [
        KeyHint(keys: "Enter", text: "go there", weight: 3), KeyHint(keys: "Esc", text: "stay", weight: 2),
        KeyHint(keys: "03:10", text: "2026-11-23 03:10  -2h  90m ago", weight: 1),
      ]
    case .mark:
      [KeyHint(keys: "Enter", text: "keep the mark", weight: 2), KeyHint(keys: "Esc", text: "no mark", weight: 3)]
    }
  }

  /// What is said to a key that types nothing.
  var advice: String {
    switch purpose {
    case .filter: "type text; Enter keeps it, Esc clears it"
    case .instant: "type a time; Enter goes there, Esc stays"
    case .mark: "type what happened; Enter keeps it, Esc leaves it"
    }
  }
}

extension DashboardState {
  /// Does what a key means while text is typed.
  mutating func type(_ key: Key, in field: TextField) -> [Effect] {
    switch key {
    case .enter: return finish(field)
    case .escape: cancel(field)
    case .backspace, .delete:
      if field.text.isEmpty { self.field = nil } else { change { $0.removeLast() } }
    case .control("u"): change { $0 = "" }
    case .control("l"): return [.redraw]
    case .character(let character): change { $0.append(character) }
    case .up, .down, .pageUp, .pageDown, .home, .end:
      guard field.purpose == .filter else {
        say(field.advice)
        return []
      }
      self.field = nil
      return press(key)
    default: say(field.advice)
    }
    return []
  }

  /// Takes pasted text where text is typed, as one line. Elsewhere none of its letters is a key, and that is said.
  mutating func paste(_ text: String) {
    if form != nil { return pasteIntoForm(text) }
    guard field != nil else {
      say("what was pasted is left out; / takes text")
      return
    }
    notice = nil
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    change { $0 += TerminalText.neutralised(String(line.prefix(TextField.pasteLimit))) }
  }

  /// Changes the text; the rows follow a filter.
  private mutating func change(_ change: (inout String) -> Void) {
    guard var field else { return }
    change(&field.text)
    self.field = field
    switch field.purpose {
    case .filter:
      filter = field.text
      arrange()
    case .instant: break
    case .mark:
      self.field?.text = String(String.UnicodeScalarView(field.text.unicodeScalars.prefix(Mark.maxTextLength)))
    }
  }

  /// Takes the text that has been typed.
  private mutating func finish(_ field: TextField) -> [Effect] {
    self.field = nil
    switch field.purpose {
    case .filter: arrange()
    case .instant:
      guard let problem = goBack(to: field.text) else { break }
      self.field = field
      say(problem)
    case .mark:
      if Mark.problem(ofText: field.text) == nil { return [.mark(field.text)] }
      say("nothing was typed, nothing is marked")
    }
    return []
  }

  /// Leaves the text.
  private mutating func cancel(_ field: TextField) {
    self.field = nil
    switch field.purpose {
    case .filter:
      filter = ""
      arrange()
    case .instant: break
    case .mark: break
    }
  }
}
