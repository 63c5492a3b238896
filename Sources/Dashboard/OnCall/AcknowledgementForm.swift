import FoundationEssentials
import SlotStats
import TerminalUI

/// What is asked before a slot is acknowledged: a note, and how long.
struct AcknowledgementForm: Hashable, Sendable {
  /// The slot.
  let slotID: Slot.ID
  /// Why.
  var note = ""
  /// The place of the chosen time among ``times``.
  var choice = standard

  /// A time that can be chosen, with its seconds; without any it holds until the slot recovers.
  struct Time: Hashable, Sendable {
    let label: String
    let seconds: TimeInterval?
  }

  /// The times, the shortest first.
  static let times = [
    Time(label: "1h", seconds: 3_600), Time(label: "4h", seconds: 14_400), Time(label: "8h", seconds: 28_800),
    Time(label: "24h", seconds: 86_400), Time(label: "7d", seconds: 604_800),
    Time(label: "until it recovers", seconds: nil),
  ]
  /// Eight hours.
  private static let standard = 2

  /// The most characters of one paste.
  static let pasteLimit = 500
}

extension DashboardState {
  /// Asks for what an acknowledgement of the slot under the cursor needs, where there is something to acknowledge.
  mutating func startAcknowledging() {
    guard options.acknowledger != nil else {
      say("there is no place for acknowledgements: set HOME or XDG_STATE_HOME")
      return
    }
    if isPast {
      say("what is past cannot be acknowledged; Esc returns to now")
      return
    }
    guard let slot = cursorSlot, let newest = newest?.slot(slot.id, in: window) else {
      say("there is no slot under the cursor")
      return
    }
    guard newest.series.state.isTrouble else {
      say("\(Headline.short(slot.id)) is \(newest.series.state.rawValue): nothing to acknowledge")
      return
    }
    form = AcknowledgementForm(slotID: slot.id, note: acknowledgement(slot.id)?.note ?? "")
  }

  /// Does what a key means while the form is open.
  mutating func type(_ key: Key, in form: AcknowledgementForm) -> [Effect] {
    let times = AcknowledgementForm.times
    switch key {
    case .escape:
      self.form = nil
      say("nothing was acknowledged")
    case .enter: return save(form)
    case .right, .down, .tab: self.form?.choice = (form.choice + 1) % times.count
    case .left, .up: self.form?.choice = (form.choice + times.count - 1) % times.count
    case .backspace, .delete: if !form.note.isEmpty { self.form?.note.removeLast() }
    case .control("u"): self.form?.note = ""
    case .control("l"): return [.redraw]
    case .character(let character): append(String(character))
    default: say("type a note; Tab chooses how long, Enter saves, Esc cancels")
    }
    return []
  }

  /// Adds text to the note as one line, up to what a note may hold.
  mutating func append(_ text: String) {
    guard let form else { return }
    let note = form.note + text
    let kept = note.unicodeScalars.prefix(Acknowledgement.maxNoteLength)
    self.form?.note = String(String.UnicodeScalarView(kept))
    if kept.count < note.unicodeScalars.count { say("a note has up to \(Acknowledgement.maxNoteLength) characters") }
  }

  /// Takes pasted text into the note.
  mutating func pasteIntoForm(_ text: String) {
    let line = text.prefix(AcknowledgementForm.pasteLimit).split(whereSeparator: \.isNewline).joined(separator: " ")
    append(TerminalText.neutralised(line))
  }

  private mutating func save(_ form: AcknowledgementForm) -> [Effect] {
    let note = form.note.drop { $0.isWhitespace }
    guard !note.isEmpty else {
      say("write why, for whoever comes next; Esc cancels")
      return []
    }
    self.form = nil
    guard let name = options.acknowledger, let slot = newest?.slot(form.slotID, in: window),
      slot.series.state.isTrouble
    else {
      say("\(Headline.short(form.slotID)) has recovered meanwhile; nothing was acknowledged")
      return []
    }
    let time = AcknowledgementForm.times[form.choice]
    let entry = Acknowledgement(
      of: slot.id, note: String(note), by: name, at: now.wall,
      until: time.seconds.map { .at(now.wall.addingTimeInterval($0)) } ?? .recovery, trouble: Trouble(slot.series),
      window: window)
    say("acknowledging \(Headline.short(slot.id))")
    return [.onCall(.acknowledge(entry))]
  }
}
