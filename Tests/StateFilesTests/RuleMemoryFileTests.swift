import Foundation
import Glibc
import SlotStats
import SlotStatsTesting
import Synchronization
import Testing

@testable import StateFiles

@Suite struct RuleMemoryFileTests {
  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("state.json")
  }

  private static let now = Date(timeIntervalSince1970: 1_795_098_725)

  private let contents = RuleMemoryFile.Contents(
    memory: [
      AlertMemory(rule: "down \"x\"", subject: .slot("a\n"), began: now, heldSeconds: 12.5),
      AlertMemory(
        rule: "down \"x\"", subject: .all, began: now, firedAt: now + 60, holds: false, wasKnown: false,
        missedSeconds: 3, lastedSecondsAgo: 4),
      AlertMemory(rule: "lost", subject: .source, began: now),
    ], savedAt: now + 90)

  private func file(_ source: String = "/data/a.json") -> RuleMemoryFile {
    RuleMemoryFile(path: path, source: source, clock: ContinuousClock())
  }

  /// What is found, after which this is remembered.
  private func replace(_ file: RuleMemoryFile, with next: RuleMemoryFile.Contents) async throws
    -> RuleMemoryFile.Contents?
  {
    let found = Mutex<RuleMemoryFile.Contents?>(nil)
    try await file.replace { contents in
      found.withLock { $0 = contents }
      return next
    }
    return found.withLock { $0 }
  }

  @Test func remembersEverything() async throws {
    #expect(try await replace(file(), with: contents) == nil)
    #expect(try await replace(file(), with: contents) == contents)
  }

  private func refusal(_ file: RuleMemoryFile) async -> String {
    do {
      _ = try await replace(file, with: contents)
      return ""
    } catch {
      return (error as? RuleMemoryFile.Failure)?.line ?? "\(error)"
    }
  }

  @Test func leavesAnotherVersionAsItIs() async throws {
    let text = #"{"schema":"slotwatch.rules/2","more":1}"#
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    #expect(
      await refusal(file())
        == "Cannot use state \"\(path)\": its schema is \"slotwatch.rules/2\", not \"slotwatch.rules/1\"; "
        + "it stays as it is, mend it or move it away")
    #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
  }

  @Test func leavesWhatIsCutOffAsItIs() async throws {
    _ = try await replace(file(), with: contents)
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    for length in stride(from: 0, to: whole.count - 2, by: 7) {
      try whole.prefix(length).write(to: URL(fileURLWithPath: path))
      #expect(await refusal(file()).contains("it is cut off"), "\(length) bytes")
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)).count == length)
    }
  }

  @Test func belongsToOneSource() async throws {
    _ = try await replace(file(), with: contents)
    #expect(await refusal(file("/data/b.json")).contains("it belongs to the source \"/data/a.json\""))
  }

  @Test func saysWhereItCannotBeWritten() async throws {
    let place = RuleMemoryFile(path: "/proc/nowhere/state.json", source: "a", clock: ContinuousClock())
    #expect(await refusal(place).hasPrefix("Cannot use state \"/proc/nowhere/state.json\": "))
  }
}
