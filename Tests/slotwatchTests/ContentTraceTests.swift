import Foundation
import StatsFormats
import Testing

@testable import slotwatch_serve

@Suite struct ContentTraceTests {
  private let number = FileStamp.Number(device: 7, inode: 9)

  /// The trace of the first bytes of a text.
  private func trace(_ text: String, _ count: Int) -> ContentTrace {
    let read = Array(text.utf8.prefix(count))
    return ContentTrace(
      number, offset: UInt64(count), head: read.prefix(256), tail: read.suffix(256),
      writtenAt: 1_795_000_000_000_000_001)
  }

  private func kinship(_ trace: ContentTrace, _ text: String) throws -> ContentTrace.Kinship {
    let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try text.write(toFile: path, atomically: false, encoding: .utf8)
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    return trace.kinship(of: file.fileDescriptor, size: UInt64(text.utf8.count))
  }

  private let text = (0..<100).map { "line \($0)\n" }.joined()

  @Test func isKeptAsAPosition() throws {
    let trace = trace(text, 500)
    #expect(ContentTrace(trace.position(as: "a")) == trace)
    #expect(trace.position(as: "a").input == "a" && trace.position(as: "a").offset == 500)
  }

  @Test(arguments: ["", "1:2:3", "1:2:300:4", "1:2:3:x", "1:2:3:4:5", "1:2:3:4:600:6:7", "-1:2:3:4"])
  func anythingElseIsNoTrace(_ identity: String) {
    #expect(ContentTrace(InputPosition(input: "a", identity: identity, offset: 1_000)) == nil)
  }

  @Test func knowsAPositionOfAnOlderProgram() throws {
    let whole = trace(text, 500)
    let old = InputPosition(input: "a", identity: "7:9:256:\(whole.head.digest)", offset: 500)
    let trace = try #require(ContentTrace(old))
    #expect(trace.tail == nil && trace.writtenAt == nil)
    #expect(try kinship(trace, text) == .continues)
  }

  @Test func tellsFilesByTheirContent() throws {
    let trace = trace(text, 500)
    #expect(try kinship(trace, text) == .continues)
    #expect(try kinship(trace, String(text.prefix(500))) == .continues)
    #expect(try kinship(trace, String(text.prefix(499))) == .beginning)
    #expect(try kinship(trace, String(text.prefix(300)) + "new\n" + text.dropFirst(300)) == .rewritten)
    #expect(try kinship(trace, "x" + text) == .stranger)
    #expect(try kinship(trace, "") == .stranger)
  }

  @Test func aHoleAtTheBeginningTellsNothing() throws {
    let hole = String(repeating: "\0", count: 400)
    let trace = trace(hole + text, 800)
    #expect(try kinship(trace, hole + text) == .continues)
    #expect(try kinship(trace, hole + "other\n") == .stranger)
  }

  @Test func whatWasNotReadIsKnownToNobody() throws {
    #expect(try kinship(trace(text, 0), text) == .stranger)
  }
}
