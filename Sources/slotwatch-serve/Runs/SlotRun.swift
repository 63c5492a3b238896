import ReadingCommands
import SlotStats
import TerminalUI

/// What is done with the descriptions of one source's slots.
struct SlotRun: Sendable {
  private let opened: OpenedForNotes
  private let program: Program

  init(_ opened: OpenedForNotes, _ program: Program) {
    self.opened = opened
    self.program = program
  }

  /// Keeps what `description` says of a slot.
  /// - Returns: the exit status.
  func set(_ slotID: Slot.ID, _ description: SlotDescription) throws(CommandFailure) -> Int32 {
    guard let store = opened.source.slotDescriptions else {
      throw CommandFailure(
        .contentRefused,
        "Cannot describe slots of \"\(opened.source.label)\": it keeps nothing; write [slots.\"\(slotID)\"] into the "
          + "configuration file.")
    }
    try opened.result { try await store.describe(slotID, as: description) }
    let texts = SlotTextOption.all.compactMap { text in
      description[keyPath: text.path].map { $0.isEmpty ? "no \(text.name)" : "\(text.name) \($0)" }
    }
    try say("\"\(slotID)\" has \(texts.joined(separator: ", "))")
    return ExitStatus.done.rawValue
  }

  /// Prints what is known of each slot, by id.
  /// - Returns: the exit status.
  func list() throws(CommandFailure) -> Int32 {
    let service = try opened.source.service(ttl: .zero)
    let slots = try opened.result { try await service.readSlots() }
    if slots.isEmpty { try say("there are no slots") }
    for slot in slots.sorted(by: { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }) {
      let description = SlotDescription(
        name: slot.name == slot.id ? nil : slot.name, providerID: slot.providerID, runbook: slot.runbook,
        link: slot.link)
      let texts = SlotTextOption.all.compactMap { text in
        description[keyPath: text.path].map { "\(text.name) \($0)" }
      }
      try say("\(slot.id)  \(texts.isEmpty ? "nothing is known" : texts.joined(separator: ", "))")
    }
    return ExitStatus.done.rawValue
  }

  /// Prints a line; what was given by people is neutralised.
  private func say(_ line: String) throws(CommandFailure) { try program.print(TerminalText.neutralised(line) + "\n") }
}

/// A source whose notes are read or changed.
struct OpenedForNotes: Sendable {
  /// The source.
  let source: OpenedSource
  /// The seconds that reading or writing may take.
  let timeout: Int

  /// What `body` gives in time.
  func result<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) throws(CommandFailure) -> Value {
    try source.result(within: timeout, of: body)
  }
}
