import Foundation
import Glibc
import SlotStats
import SlotStatsTesting
import StatsFormats
import Testing

@testable import StateFiles

@Suite struct AcknowledgementFileTests {
  private let folder: TemporaryFolder
  private let state: String
  private let file: AcknowledgementFile

  init() throws {
    folder = try TemporaryFolder()
    state = folder.file("state/slotwatch")
    file = AcknowledgementFile(folder: state, source: "/data/stats.json", clock: ContinuousClock())
  }

  private static let now = Date(timeIntervalSince1970: 1_795_098_725)

  private func entry(_ slotID: Slot.ID?, note: String = "known") -> Acknowledgement {
    Acknowledgement(
      of: slotID, note: note, by: "ann", at: Self.now, until: .recovery,
      trouble: Trouble(state: .critical, low: 0.2, high: 0.3, kind: .timeouts), window: .day)
  }

  private func mode(_ path: String) -> UInt32 {
    var info = stat()
    return stat(path, &info) == 0 ? info.st_mode & 0o777 : 0
  }

  private func write(_ text: String) throws {
    try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: file.place))
  }

  @Test func keepsWhatWasAcknowledgedForItsOwnerAlone() async throws {
    #expect(try await file.acknowledgements() == AcknowledgementBook())
    #expect(!FileManager.default.fileExists(atPath: state))
    try await file.acknowledge(entry("b"))
    try await file.acknowledge(entry(nil))
    try await file.acknowledge(entry("b", note: "still known"))
    #expect(try await file.acknowledgements()?.all == [entry(nil), entry("b", note: "still known")])
    #expect((mode(state), mode(file.place), mode(file.place + ".lock")) == (0o700, 0o600, 0o600))
    #expect(!FileManager.default.fileExists(atPath: file.place + ".new"))
  }

  @Test func takesBackWhatIsThereAndMakesNothingOtherwise() async throws {
    #expect(try await file.withdraw("a") == false)
    #expect(!FileManager.default.fileExists(atPath: state))
    try await file.acknowledge(entry("a"))
    #expect(try await file.withdraw(nil) == false)
    #expect(try await file.withdraw("a"))
    #expect(try await file.acknowledgements()?.isEmpty == true)
  }

  @Test func notesWhatWasSeenOfTheSameAcknowledgementAlone() async throws {
    try await file.acknowledge(entry("a"))
    try await file.note([AcknowledgementSighting(of: "a", madeAt: Self.now - 1, seen: .worse)])
    #expect(try await file.acknowledgements()?["a"]?.seen == nil)
    try await file.note([AcknowledgementSighting(of: "a", madeAt: Self.now, seen: .recovered)])
    #expect(try await file.acknowledgements()?["a"]?.hasRecovered == true)
  }

  @Test(arguments: [
    ("", "byte 0 is the end; the document is empty"),
    (#"{"schema":"slotwatch.acks/2","acks":[]}"#, #"$.schema is "slotwatch.acks/2"; "slotwatch.acks/1" is read"#),
    (#"{"schema":"slotwatch.acks/1","acks":[{"slot":"a","#, "byte 49 is the end, in the middle of the document"),
  ])
  func aRefusedFileIsNeverOverwritten(text: String, cause: String) async throws {
    try write(text)
    let changes: [@Sendable (AcknowledgementFile) async throws -> Void] = [
      { [self] in try await $0.acknowledge(entry("a")) }, { _ = try await $0.withdraw("a") },
      { try await $0.note([AcknowledgementSighting(of: "a", madeAt: Self.now, seen: .worse)]) },
    ]
    for change in changes {
      let refusal = await #expect(throws: StatsSourceError.self) { try await change(file) }
      #expect(refusal?.cause.hasPrefix(cause) == true, "\(refusal?.cause ?? "")")
      #expect(refusal?.action.contains("\"\(file.place)\"") == true)
      #expect(refusal?.kind == .contentRefused)
    }
    #expect(try String(contentsOfFile: file.place, encoding: .utf8) == text)
  }

  @Test func severalAtOnceLoseNothing() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<8 {
        group.addTask { [self] in
          let own = AcknowledgementFile(folder: state, source: "/data/stats.json", clock: ContinuousClock())
          for number in 0..<10 { try await own.acknowledge(entry("slot-\(writer)-\(number)")) }
        }
      }
      try await group.waitForAll()
    }
    #expect(try await file.acknowledgements()?.count == 80)
  }

  @Test func waitsForALockAndThenSaysSo() async throws {
    try await file.acknowledge(entry("a"))
    let held = open(file.place + ".lock", O_RDWR)
    defer { close(held) }
    #expect(flock(held, LOCK_EX) == 0)
    let clock = ManualClock()
    let other = AcknowledgementFile(folder: state, source: "/data/stats.json", clock: clock)
    let waiting = Task { try await other.acknowledge(entry("b")) }
    await clock.waitForSleepers(1)
    clock.advance(by: .milliseconds(10))
    await clock.waitForSleepers(1)
    #expect(flock(held, LOCK_UN) == 0)
    clock.advance(by: .milliseconds(10))
    try await waiting.value
    #expect(try await file.acknowledgements()?.count == 2)
  }

  @Test func whatAnEndedProcessLeftBehindIsNoHindrance() async throws {
    try await file.acknowledge(entry("a"))
    try Data("half".utf8).write(to: URL(fileURLWithPath: file.place + ".new"))
    try await file.acknowledge(entry("b"))
    #expect(try await file.acknowledgements()?.count == 2)
  }

  @Test func aFolderInItsPlaceIsToldAsSuch() async throws {
    try FileManager.default.createDirectory(atPath: file.place, withIntermediateDirectories: true)
    let refusal = await #expect(throws: StatsSourceError.self) { try await file.acknowledgements() }
    #expect(refusal?.kind == .inputMissing)
  }

  @Test func sourcesThatReadAlikeHaveFilesOfTheirOwn() {
    let names = ["/a/stats.json", "/b/stats.json", "", "panel+https://host/ü/..", String(repeating: "x", count: 300)]
      .map { StateFileName.of("acks", source: $0) }
    #expect(Set(names).count == names.count)
    #expect(names[0].hasPrefix("acks-stats.json-") && names[0].count == "acks-stats.json-".count + 16)
    #expect(names.allSatisfy { $0.count < 80 && !$0.contains("/") && $0.utf8.allSatisfy { $0 < 128 } })
    // It is found again by every later version of the program.
    #expect(StateFileName.of("acks", source: "sample:").hasPrefix("acks-sample_-"))
  }

  @Test func theFolderIsInTheStateFolder() {
    #expect(StateFolder.path(["XDG_STATE_HOME": "/s", "HOME": "/h"]) == "/s/slotwatch")
    #expect(StateFolder.path(["XDG_STATE_HOME": "s", "HOME": "/h"]) == "/h/.local/state/slotwatch")
    #expect(StateFolder.path(["HOME": "h"]) == nil)
  }
}
