import ArgumentParser
import Foundation
import ReadingCommands
import SlotStatsTesting
import SlotStats
import Testing

@testable import slotwatch_serve

/// Every sample of the users' page works as it is written there.
@Suite struct ReadmeTests {
  private let text: String

  init() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../README.md")
      .standardizedFileURL
    text = try String(contentsOf: file, encoding: .utf8)
  }

  /// The lines between the fences of a language.
  private func blocks(_ languages: String...) -> [[String]] {
    var blocks: [[String]] = []
    var isInside = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      if line.hasPrefix("```") {
        isInside = !isInside && languages.contains(String(line.dropFirst(3)))
        if isInside { blocks.append([]) }
      } else if isInside {
        blocks[blocks.count - 1].append(line)
      }
    }
    return blocks
  }

  /// The arguments of each `slotwatch` of a line of the shell, as far as its words are simple.
  private func commands(_ line: String) -> [[String]] {
    var commands: [[String]] = []
    var words: [String] = []
    var word = ""
    var (isQuoted, isWord) = (false, false)
    func ends(_ character: Character) -> Bool { "|;&()<>#".contains(character) }
    func note() {
      if words.first == "$" { words.removeFirst() }
      if words.prefix(2) == ["swift", "run"] { words.removeFirst(2) }
      // `*/5 * * * *  out=$(slotwatch …)` and `command_line /usr/local/bin/slotwatch …`
      if words.first == "command_line" { words.removeFirst() }
      if words.first?.split(separator: "/").last == "slotwatch" { commands.append(Array(words.dropFirst())) }
      words = []
    }
    for character in line + "\n" {
      if character == "\"" {
        isQuoted.toggle()
        isWord = true
      } else if !isQuoted, character.isWhitespace || ends(character) {
        if isWord { words.append(word) }
        (word, isWord) = ("", false)
        if ends(character) { note() }
        if character == "#" { return commands }
      } else {
        word.append(character)
        isWord = true
      }
    }
    note()
    return commands
  }

  @Test func everyCommandIsUnderstood() async {
    let lines = blocks("sh", "console", "text").flatMap { $0 }.filter {
      $0.contains("slotwatch") && !$0.contains(" LIVE ")
    }
    let all = lines.flatMap(commands)
    #expect(all.count >= 20)
    let refused = await onOwnThread {
      all.filter { arguments in
        guard let call = try? Invocation(arguments, outputIsTerminal: true) else { return true }
        return (try? SlotwatchCommand.parseAsRoot(call.arguments)) == nil
      }
    }
    #expect(refused == [])
  }

  @Test func theEventIsAccepted() async throws {
    let folder = try TemporaryFolder()
    let events = blocks("json").map { $0.joined(separator: "\n") + "\n" }.filter { $0.contains("\"job_id\"") }
    #expect(events.count == 1)
    let path = try folder.file("event.ndjson", events.joined())
    let run = await ProgramRun("ingest", "--dry-run", "--now", "2026-11-24T15:00:00Z", path)
    #expect((run.status, run.errors) == (0, ""))
    #expect(run.output.contains("slot-001  2026-11-24  failed       1"), "\(run.output)")
  }

  @Test func theSnapshotIsRead() async throws {
    let folder = try TemporaryFolder()
    let snapshots = blocks("json").map { $0.joined(separator: "\n") }.filter { $0.contains("slotwatch.snapshot/1") }
    #expect(snapshots.count == 1)
    let path = try folder.file("stats.json", snapshots.joined())
    let run = await ProgramRun("check", path, "--now", "2026-11-23T14:32:10Z")
    #expect(run.status == 1 && run.output.hasPrefix("SLOTWATCH WARNING - 1 warning: slot-001 6.7%"), "\(run.output)")
    let ofSlots = blocks("sh").joined().flatMap(commands).filter { $0.contains("stats.json") && $0.contains("--slot") }
    #expect(ofSlots.count == 2)
    for arguments in ofSlots {
      let own = arguments.map { $0 == "stats.json" ? path : $0 } + ["--now", "2026-11-23T14:32:10Z"]
      #expect(await ProgramRun(arguments: own).output.contains("slot-001"))
      #expect(await ProgramRun(arguments: own).errors.isEmpty)
    }
  }

  @Test func theConfigurationIsRead() throws {
    let files = blocks("toml").map { $0.joined(separator: "\n") }
    let read = try files.map { file in
      try ConfigurationReader(path: "config.toml", folder: "/etc/slotwatch", home: "/home/u").read(file)
    }
    #expect(read.contains { $0.sources["panel"] != nil })
    #expect(read.flatMap(\.rules).map(\.rule.name) == ["provider down"])
  }
}
