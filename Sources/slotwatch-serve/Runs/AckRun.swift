import FoundationEssentials
import ReadingCommands
import SlotStats
import TerminalUI

/// What is done with the acknowledgements of one source.
struct AckRun: Sendable {
  /// How the source is read and judged.
  let settings: ViewSettings
  /// The source.
  let source: OpenedSource
  /// Where they are kept.
  let store: any AcknowledgementStore
  /// What it belongs to.
  let program: Program

  /// Acknowledges the trouble there is, which the source is read for.
  /// - Parameters:
  ///   - target: the slot, or all slots together.
  ///   - note: why.
  ///   - name: who.
  ///   - time: how long, in seconds; `nil` until it has recovered.
  /// - Returns: the exit status.
  /// - Throws: what cannot be read or kept, and that there is no such slot, or no trouble.
  func acknowledge(
    _ target: AckTarget, note: String, by name: String, for time: TimeInterval?
  ) throws(CommandFailure) -> Int32 {
    try source.requireLastingNotes()
    let reading = try source.readOnce(within: settings.timeout)
    if let refusal = source.refusal(settings.window, of: reading) { throw refusal }
    let fleet = JudgedFleet(reading, window: settings.window, thresholds: settings.thresholds)
    let series = try series(of: target, in: fleet)
    guard series.state.isTrouble else {
      throw CommandFailure(
        .contentRefused,
        "Cannot acknowledge \(target.name): it is \(series.state.rawValue); only what is marked or missing can be.")
    }
    let now = source.clocks.wall()
    let entry = Acknowledgement(
      of: target.slotID, note: note, by: name, at: now,
      until: time.map { .at(now.addingTimeInterval($0)) } ?? .recovery,
      trouble: Trouble(series), window: settings.window)
    try result { try await $0.acknowledge(entry) }
    let isShared = try result { try await $0.isShared() }
    let whom = isShared ? "for everybody" : "for you alone"
    try say(
      "acknowledged \(target.name) \(whom), \(series.state.rawValue), \(Self.end(of: entry)), by \(name): \(note)")
    return ExitStatus.done.rawValue
  }

  private func series(of target: AckTarget, in fleet: JudgedFleet) throws(CommandFailure) -> JudgedSeries {
    guard let id = target.slotID else { return fleet.global }
    guard let slot = fleet.slots.first(where: { $0.id == id }) else {
      throw CommandFailure(
        .inputMissing, "No slot \(target.name) in \"\(source.label)\"; slotwatch report lists the slots.")
    }
    return slot.series
  }

  /// Takes back an acknowledgement; the source is not read.
  /// - Returns: the exit status.
  func withdraw(_ target: AckTarget) throws(CommandFailure) -> Int32 {
    try source.requireLastingNotes()
    guard try result({ try await $0.withdraw(target.slotID) }) else {
      throw CommandFailure(
        .inputMissing,
        "No acknowledgement of \(target.name) in \"\(source.label)\"; slotwatch ack --list lists what there is.")
    }
    try say("\(target.name) is acknowledged no longer")
    return ExitStatus.done.rawValue
  }

  /// Prints all of them, a line each; the source is not read.
  /// - Returns: the exit status.
  func list() throws(CommandFailure) -> Int32 {
    let book = try result { try await $0.acknowledgements() } ?? AcknowledgementBook()
    if book.isEmpty { try say("nothing is acknowledged") }
    let now = source.clocks.wall()
    for entry in book.all { try say(Self.line(entry, at: now)) }
    return ExitStatus.done.rawValue
  }

  private static func line(_ entry: Acknowledgement, at now: Date) -> String {
    var since = entry.seen.map { ", \($0.rawValue) since" } ?? ""
    if case .at(let end) = entry.until, now >= end { since = ", over" }
    let name = entry.slotID ?? "all slots together"
    return "\(name)  \(entry.state.rawValue), \(end(of: entry))\(since), by \(entry.by): \(entry.note)"
  }

  private static func end(of entry: Acknowledgement) -> String {
    entry.until == .recovery ? entry.end() : entry.end() + " UTC"
  }

  private func result<Value: Sendable>(
    _ body: @escaping @Sendable (any AcknowledgementStore) async throws -> Value
  ) throws(CommandFailure) -> Value {
    let store = store
    return try source.result(within: settings.timeout) { try await body(store) }
  }

  /// Prints a line; what was given by people is neutralised.
  private func say(_ line: String) throws(CommandFailure) { try program.print(TerminalText.neutralised(line) + "\n") }
}
