import FoundationEssentials
import ReadingCommands
import SlotStats
import StatsFormats
import TerminalUI

/// What is done with the marks of one source.
struct MarkRun: Sendable {
  private let opened: OpenedForNotes
  private let store: any MarkStore
  private let program: Program

  /// The marks of a source, where they are kept, for a program.
  init(_ opened: OpenedForNotes, _ store: any MarkStore, _ program: Program) {
    self.opened = opened
    self.store = store
    self.program = program
  }

  /// Keeps a mark; without an instant it happened now.
  /// - Returns: the exit status.
  /// - Throws: what cannot be kept, and an instant that lies too far away.
  func add(_ text: String, at instant: Date?, by name: String) throws(CommandFailure) -> Int32 {
    try opened.source.requireLastingNotes()
    let now = opened.source.clocks.wall()
    let mark = Mark(at: instant ?? now, text: text, by: name)
    if let problem = Mark.problem(ofInstant: mark.at, now: now) {
      throw CommandFailure(.usage, "Cannot use \(Options.markedAt.flag) \"\(RFC3339.format(mark.at))\": it \(problem).")
    }
    let store = store
    let kept = try opened.result { try await store.add(mark, now: now) }
    let isShared = try opened.result { try await store.isShared() }
    try say("marked \(isShared ? "for everybody" : "for you alone"): \(Self.line(kept))")
    return ExitStatus.done.rawValue
  }

  /// Takes a mark away.
  /// - Returns: the exit status.
  func remove(_ id: Int) throws(CommandFailure) -> Int32 {
    try opened.source.requireLastingNotes()
    let store = store
    guard try opened.result({ try await store.removeMark(id) }) else {
      throw CommandFailure(
        .inputMissing, "No mark \(id) in \"\(opened.source.label)\"; slotwatch mark --list lists what there is.")
    }
    try say("mark \(id) is taken away")
    return ExitStatus.done.rawValue
  }

  /// Prints all of them, a line each, the newest last.
  /// - Returns: the exit status.
  func list() throws(CommandFailure) -> Int32 {
    let store = store
    let book = try opened.result { try await store.marks() } ?? MarkBook()
    if book.marks.isEmpty { try say("there are no marks") }
    for mark in book.marks { try say(Self.line(mark)) }
    return ExitStatus.done.rawValue
  }

  private static func line(_ mark: Mark) -> String {
    "\(mark.id)  \(RFC3339.format(mark.at))  \(mark.text)\(mark.by.isEmpty ? "" : ", by \(mark.by)")"
  }

  /// Prints a line; what was given by people is neutralised.
  private func say(_ line: String) throws(CommandFailure) { try program.print(TerminalText.neutralised(line) + "\n") }
}
