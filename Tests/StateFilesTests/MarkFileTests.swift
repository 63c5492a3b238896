import Foundation
import SlotStats
import SlotStatsTesting
import Testing

@testable import StateFiles

@Suite struct MarkFileTests {
  private let folder: TemporaryFolder
  private let state: String
  private let file: MarkFile

  init() throws {
    folder = try TemporaryFolder()
    state = folder.file("state/slotwatch")
    file = MarkFile(folder: state, source: "/data/stats.json", clock: ContinuousClock())
  }

  private static let now = Date(timeIntervalSince1970: 1_795_098_725)

  @Test func keepsMarksAndMakesNothingBefore() async throws {
    #expect(try await file.marks() == MarkBook())
    #expect(try await file.removeMark(1) == false)
    #expect(!FileManager.default.fileExists(atPath: state))
    let first = try await file.add(Mark(at: Self.now, text: "api 1.4", by: "ann"), now: Self.now)
    let second = try await file.add(Mark(at: Self.now - 60, text: "before"), now: Self.now)
    #expect((first.id, second.id) == (1, 2))
    #expect(try await file.marks()?.marks == [second, first])
    #expect(try await file.removeMark(1))
    #expect(try await file.marks()?.marks == [second])
  }

  @Test func aFileOfAnotherVersionStaysAsItIs() async throws {
    let text = #"{"schema":"slotwatch.marks/9","marks":[]}"#
    try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: file.place))
    let error = await #expect(throws: StatsSourceError.self) {
      try await file.add(Mark(at: Self.now, text: "a"), now: Self.now)
    }
    #expect(error?.line.contains("it stays as it is, mend it or move it away") == true)
    #expect(try String(contentsOfFile: file.place, encoding: .utf8) == text)
  }
}
