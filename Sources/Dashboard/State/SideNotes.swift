import FoundationEssentials
import SlotStats

/// How a read of what failures say ended.
package enum MessagesOutcome: Equatable, Sendable {
  case told(FailureMessages)
  /// The source keeps no messages, and will not be asked again.
  case keepsNone
  case failed
}

/// What is told of a source beside its statistics: marks, and what the failures of the open slot say.
struct SideNotes: Equatable, Sendable {
  /// A slot that was asked about.
  struct Asked: Equatable, Sendable {
    let slotID: Slot.ID
    /// The reading that was on the screen then.
    let version: UInt64
    let at: Duration
    var isWaiting = true
  }

  /// What was told of a slot.
  struct Told: Equatable, Sendable {
    let slotID: Slot.ID
    let messages: FailureMessages
  }

  /// The marks, by instant.
  var marks: [Mark] = []
  /// When they were last asked for; `nil` where they are to be read as soon as may be.
  var marksAskedAt: Duration?
  var isReadingMarks = false
  var asked: Asked?
  var told: Told?
  var keepsNoMessages = false

  /// How often marks are read, and how soon messages are read again where something came.
  static let intervals = (marks: Duration.seconds(15), messages: Duration.seconds(5))
}

extension DashboardState {
  /// Asks for marks and messages where it is time.
  mutating func askForNotes() -> [Effect] { askForMarks() + askForMessages() }

  /// The marks that the clock has come to; of the past, those that it had come to then.
  var marksSoFar: [Mark] { notes.marks.filter { $0.at <= now.wall } }

  private mutating func askForMarks() -> [Effect] {
    guard options.keepsMarks, newest != nil, !notes.isReadingMarks else { return [] }
    if let last = notes.marksAskedAt, now.uptime - last < SideNotes.intervals.marks { return [] }
    notes.isReadingMarks = true
    notes.marksAskedAt = now.uptime
    return [.readMarks]
  }

  /// Messages are read while a slot is open: once, and again when a reading brought something.
  private mutating func askForMessages() -> [Effect] {
    guard screen == .slot, let cursor, let newest else {
      (notes.asked, notes.told) = (nil, nil)
      return []
    }
    guard options.tellsMessages, !notes.keepsNoMessages else { return [] }
    if let asked = notes.asked, asked.slotID == cursor {
      let isNew = asked.version != newest.reading.version && held == nil
      guard isNew, !asked.isWaiting, now.uptime - asked.at >= SideNotes.intervals.messages else { return [] }
    }
    notes.asked = SideNotes.Asked(slotID: cursor, version: newest.reading.version, at: now.uptime)
    return [.readMessages(of: cursor)]
  }

  /// Takes the marks that were read.
  mutating func take(_ marks: [Mark]?) {
    notes.isReadingMarks = false
    if let marks { notes.marks = marks }
  }

  /// Takes what the failures of a slot say, unless another one is open by now.
  mutating func take(_ outcome: MessagesOutcome, of slotID: Slot.ID) {
    if outcome == .keepsNone { notes.keepsNoMessages = true }
    guard notes.asked?.slotID == slotID else { return }
    notes.asked?.isWaiting = false
    if case .told(let messages) = outcome { notes.told = SideNotes.Told(slotID: slotID, messages: messages) }
  }

  /// Says what became of a mark, and has the marks read again.
  mutating func endMark(_ text: String) {
    say(text)
    notes.marksAskedAt = nil
  }

  /// What the failures of a slot say, where that was read and there is something.
  func messages(of slotID: Slot.ID) -> FailureMessages? {
    guard let told = notes.told, told.slotID == slotID, !told.messages.patterns.isEmpty else { return nil }
    return told.messages
  }
}
