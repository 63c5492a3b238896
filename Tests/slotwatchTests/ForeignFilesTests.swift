import Foundation
import SlotStatsTesting
import Testing

@testable import slotwatch_serve

/// A file of another kind is named, with what to do with it.
@Suite struct ForeignFilesTests {
  private let folder: TemporaryFolder
  private static let event = """
    {"id":"0b1fa2c4-53a7-4f0e-9d6e-0d9f5a3f6a10","job_id":"7c9d3c0e-6f0b-4a52-8a43-2f1f1f7b9b55",\
    "slot_id":"slot-001","status":"received","occurred_at":"2026-11-19T14:32:05Z"}\n
    """

  init() throws { folder = try TemporaryFolder() }

  private func file(_ name: String, _ bytes: [UInt8]) throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: folder.file(name)))
    return folder.file(name)
  }

  private static let heads: [(String, [UInt8])] = [
    ("it is an SQLite database; ", Array("SQLite format 3\0".utf8) + [UInt8](repeating: 0, count: 600)),
    ("it is packed with zstd; ", [0x28, 0xB5, 0x2F, 0xFD, 0x0A, 0x0A, 0x41]),
    ("it is packed with xz; ", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]), ("it is packed with bzip2; ", Array("BZh9".utf8)),
    ("it is packed with zip; ", [0x50, 0x4B, 3, 4, 0x0A, 0x41, 0x0A]),
    ("it is UTF-16; ", [0xFF, 0xFE, 0x7B, 0, 0x0A, 0]),
  ]
  private static let page = (
    "it is an HTML page, such as one for logging in; ", Array("<!doctype html><p>Log in\n".utf8)
  )

  @Test(
    arguments: heads + [page, ("it is packed with gzip; unpack it: gzip -dc FILE > stats.json", [0x1F, 0x8B, 8, 0])])
  func isNoSnapshot(cause: String, bytes: [UInt8]) async throws {
    let path = try file("other", bytes)
    let run = await ProgramRun("report", path)
    #expect(run.status == 65)
    #expect(run.errors.hasPrefix("slotwatch: Cannot read snapshot \"\(path)\": \(cause)"), "\(run.errors)")
    #expect(run.errorLines.count == 1)
  }

  @Test func eventsAreNoSnapshot() async throws {
    let run = await ProgramRun("report", try folder.file("events.ndjson", Self.event + Self.event))
    #expect(run.status == 65)
    #expect(run.errors.contains("it holds events; store them with slotwatch ingest "), "\(run.errors)")
  }

  @Test func aLargeFileIsKnownToo() async throws {
    let path = try file("large.db", Array("SQLite format 3\0".utf8))
    #expect(truncate(path, (256 << 20) + 1) == 0)
    #expect(await ProgramRun("report", path).errors.contains("it is an SQLite database; use sqlite:FILE."))
  }

  @Test(arguments: heads + [page]) func holdsNoEvents(cause: String, bytes: [UInt8]) async throws {
    let path = try file("other", bytes)
    for more in [["--dry-run"], ["--store", "sqlite:" + folder.file("s.db")]] {
      let run = await ProgramRun(
        arguments: ["ingest", "--now", TemporaryFolder.now] + more + [path, try folder.file("e.ndjson", Self.event)])
      #expect(run.status == 65)
      #expect(run.output.contains("refused          1\n") || run.output.contains("refused    1\n"), "\(run.output)")
      #expect(run.output.contains("  \(path):1: \(cause)"), "\(run.output)")
    }
  }

  @Test(arguments: ["<34>Nov 29 10:00:00 junk\n", "{\0\n", "[\0x\n", "{\"slotwatch.snapshot/1\n", "<html>\n"])
  func anOddFirstLineStopsNoEvent(line: String) async throws {
    let path = try folder.file("events.ndjson", line + Self.event + Self.event)
    let run = await ProgramRun("ingest", "--dry-run", "--now", TemporaryFolder.now, path)
    #expect(run.status == 65)
    #expect(run.output.contains("counted    2\n") && run.output.contains("refused    1\n"), "\(run.output)")
    #expect(!run.output.contains(":1: it is "))
  }

  @Test func aSnapshotHoldsNoEvents() async throws {
    let path = try folder.file("stats.json", TemporaryFolder.snapshot())
    let run = await ProgramRun("ingest", "--dry-run", "--now", TemporaryFolder.now, path)
    #expect(run.status == 65)
    #expect(run.output.contains("\(path):1: it is a snapshot, which has no events; slotwatch report FILE shows it\n"))
  }

  @Test(arguments: [("stats.json", "it is a snapshot, no event store"), ("events.ndjson", "it holds events as JSON")])
  func isNoStore(name: String, cause: String) async throws {
    let snapshot = TemporaryFolder.snapshot() + String(repeating: " ", count: 600)
    let events = String(repeating: Self.event, count: 4)
    let path = try folder.file(name, name == "stats.json" ? snapshot : events)
    for arguments in [["report", "sqlite:\(path)"], ["ingest", "--store", "sqlite:\(path)", path]] {
      let run = await ProgramRun(arguments: arguments)
      #expect(run.status == 65)
      #expect(run.errors.contains(cause), "\(run.errors)")
    }
  }
}
