import Foundation
import Glibc
import SlotStats
import SlotStatsTesting
import StatsFormats
import Synchronization
import Testing

@testable import SnapshotSource

/// A wall clock far from every file's times, so that files count as settled.
private let later: @Sendable () -> Date = { Date(timeIntervalSince1970: 4_000_000_000) }

@Suite struct JSONSnapshotRepositoryTests {
  private func success(_ version: SourceVersion) async throws -> Int? {
    try await version.contents.collectGlobalMetrics(window: .day, since: nil).first?.counters.success
  }

  private func failure(_ repository: JSONSnapshotRepository) async -> StatsSourceError? {
    do {
      _ = try await repository.currentVersion()
      return nil
    } catch {
      return error
    }
  }

  @Test func readsAFileAndAnswersFromIt() async throws {
    let folder = try TemporaryFolder()
    let repository = JSONSnapshotRepository(path: try folder.write(snapshot(success: 3)), wallClock: later)
    let version = try await repository.currentVersion()
    #expect(version.generatedAt == Date(timeIntervalSince1970: 1_795_444_325))
    #expect(version.readAt == later())
    #expect(version.refreshInterval == 60)
    #expect(try await repository.slots() == [Slot(id: "slot-001")])
    let day = try await repository.collectSlotMetrics("slot-001", window: .day, since: nil)
    #expect(day.map(\.counters.success) == [3])
    #expect(try await repository.collectGlobalMetrics(window: .day, since: nil) == day)
    #expect(try await repository.collectSlotMetrics(window: .day, since: nil) == ["slot-001": day])
    #expect(
      try await repository.collectSlotMetrics("slot-001", window: .week, since: nil).map(\.counters.success) == [3])
    #expect(await repository.contentReads == 1)
  }

  @Test func sinceCutsByTheEndOfThePeriod() async throws {
    let folder = try TemporaryFolder()
    let repository = JSONSnapshotRepository(path: try folder.write(snapshot(success: 3)), wallClock: later)
    let end = Date(timeIntervalSince1970: 1_795_392_000 + 86_400)
    for (since, count) in [(end - 1, 1), (end, 0), (end + 1, 0)] {
      #expect(try await repository.collectGlobalMetrics(window: .day, since: since).count == count)
      #expect(try await repository.collectSlotMetrics("slot-001", window: .day, since: since).count == count)
      #expect(
        try await repository.collectSlotMetrics(window: .day, since: since).mapValues(\.count) == ["slot-001": count])
    }
  }

  @Test func anUnknownSlotIsAnError() async throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(snapshot(success: 3))
    let repository = JSONSnapshotRepository(path: path, name: "stats.json", wallClock: later)
    let expected = StatsSourceError(
      .noSuchSlot, action: "Cannot read slot \"x\"", cause: "snapshot \"stats.json\" has no such slot")
    await #expect(throws: expected) { try await repository.collectSlotMetrics("x", window: .day, since: nil) }
  }

  @Test func anUnchangedFileIsNotReadAgain() async throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(snapshot(success: 3))
    let now = Mutex(later())
    let repository = JSONSnapshotRepository(path: path) { now.withLock { $0 } }
    let first = try await repository.currentVersion()
    now.withLock { $0 += 5 }
    let second = try await repository.currentVersion()
    #expect(second.id == first.id)
    #expect(second.readAt == first.readAt + 5)
    #expect(await repository.contentReads == 1)
  }

  @Test(arguments: [true, false])
  func aReplacedOrRewrittenFileIsANewVersion(atomically: Bool) async throws {
    let folder = try TemporaryFolder()
    let repository = JSONSnapshotRepository(path: try folder.write(snapshot(success: 3)), wallClock: later)
    let first = try await repository.currentVersion()
    try folder.write(snapshot(success: 1_234), atomically: atomically)
    let second = try await repository.currentVersion()
    #expect(second.id > first.id)
    #expect(try await success(second) == 1_234)
    #expect(try await success(first) == 3, "what was given before stays as it was")
  }

  @Test func identicalContentIsTheSameVersion() async throws {
    let folder = try TemporaryFolder()
    let repository = JSONSnapshotRepository(path: try folder.write(snapshot(success: 3)), wallClock: later)
    let first = try await repository.currentVersion()
    try folder.write(snapshot(success: 3), atomically: true)
    #expect(try await repository.currentVersion().id == first.id)
    #expect(await repository.contentReads == 2, "a new file has to be read to know")
  }

  @Test func aChangeWithinOneTickOfTheFileSystemsClockIsSeen() async throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(snapshot(success: 3))
    let modified = try #require(
      try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date)
    let now = Mutex(modified + 0.005)
    let repository = JSONSnapshotRepository(path: path) { now.withLock { $0 } }
    let first = try await repository.currentVersion()
    // Whatever the times say: so near a change, the file is read again, and its content decides.
    #expect(try await repository.currentVersion().id == first.id)
    #expect(await repository.contentReads == 2)
    now.withLock { $0 = modified + 1 }
    _ = try await repository.currentVersion()
    #expect(await repository.contentReads == 3)
    _ = try await repository.currentVersion()
    #expect(await repository.contentReads == 3, "settled: from now on a look is enough")
  }

  @Test func aRewriteOfTheSameSizeAndModificationTimeIsSeen() async throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(snapshot(success: 3))
    let stamp = Date(timeIntervalSince1970: 1_700_000_000)
    try FileManager.default.setAttributes([.modificationDate: stamp], ofItemAtPath: path)
    let repository = JSONSnapshotRepository(path: path, wallClock: later)
    _ = try await repository.currentVersion()
    let before = try SnapshotFile(path: path, maxBytes: 1_000).look()
    // Until the file system's clock has moved on, which it does within milliseconds.
    repeat {
      try folder.write(snapshot(success: 4))
      try FileManager.default.setAttributes([.modificationDate: stamp], ofItemAtPath: path)
    } while try SnapshotFile(path: path, maxBytes: 1_000).look() == before
    #expect(try await success(repository.currentVersion()) == 4)
  }

  @Test func aRefusedContentIsNamedOnceReadAndRecoversByItself() async throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(snapshot(success: 3))
    let repository = JSONSnapshotRepository(path: path, name: "stats.json", wallClock: later)
    let first = try await repository.currentVersion()
    try folder.write(snapshot(success: -2))
    let expected = StatsSourceError(
      .contentRefused, action: "Cannot read snapshot \"stats.json\"",
      cause: "$.windows.day.slots[\"slot-001\"][0].success is -2; counters are whole numbers from 0")
    #expect(await failure(repository) == expected)
    #expect(await failure(repository) == expected)
    #expect(await repository.contentReads == 2, "rubbish is not read again either")
    #expect(try await success(first) == 3)
    try folder.write(snapshot(success: 5))
    let third = try await repository.currentVersion()
    #expect(third.id > first.id)
    #expect(try await success(third) == 5)
  }

  /// A snapshot of so many slots, far larger than what is read at once.
  private func large(_ slots: Int, last success: Int) -> String {
    let rows = (0..<slots).map { slot in
      let success = slot == slots - 1 ? success : slot
      return #""slot-\#(slot)":[{"period_start":"2026-11-23","period_end":"2026-11-23","success":\#(success)}]"#
    }
    return """
      {"schema":"slotwatch.snapshot/1","generated_at":"2026-11-23T14:32:05Z","windows":{"day":{"slots":{\
      \(rows.joined(separator: ","))}}}}
      """
  }

  @Test func aLargeFileIsReadPieceByPieceAndRefusedByItsPlace() async throws {
    let folder = try TemporaryFolder()
    let good = large(20_000, last: 7)
    try #require(good.utf8.count > 1 << 20)
    let path = try folder.write(good)
    let repository = JSONSnapshotRepository(path: path, name: "stats.json", wallClock: later)
    let version = try await repository.currentVersion()
    let expected = try SnapshotDocument(parsing: Array(good.utf8))
    #expect(try await version.contents.slots() == expected.slots)
    #expect(
      try await version.contents.collectSlotMetrics(window: .day, since: nil) == expected.series[.day]?.bySlot)
    try folder.write(large(20_000, last: -7))
    #expect(
      await failure(repository)?.cause
        == "$.windows.day.slots[\"slot-19999\"][0].success is -7; counters are whole numbers from 0")
    try folder.write(good + " x")
    #expect(await failure(repository)?.kind == .contentRefused)
  }

  @Test func aHalfWrittenFileIsRefusedAndTheWholeOneIsReadAfterwards() async throws {
    let folder = try TemporaryFolder()
    let whole = snapshot(success: 3)
    let path = try folder.write(whole)
    let repository = JSONSnapshotRepository(path: path, wallClock: later)
    let first = try await repository.currentVersion()
    try folder.write(String(whole.prefix(100)))
    let error = await failure(repository)
    #expect(error?.kind == .contentRefused)
    #expect(error?.cause == "byte 100 is the end, in the middle of the document; it is cut off")
    try folder.write("")
    #expect(await failure(repository)?.cause == "byte 0 is the end; the document is empty")
    try folder.write(whole)
    let last = try await repository.currentVersion()
    #expect(try await success(last) == 3)
    #expect(last.id == first.id, "the same content is the same version")
  }

  @Test func aFileThatVanishesIsMissingUntilItIsBack() async throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(snapshot(success: 3))
    let repository = JSONSnapshotRepository(path: path, name: "stats.json", wallClock: later)
    let first = try await repository.currentVersion()
    try FileManager.default.removeItem(atPath: path)
    #expect(
      await failure(repository)
        == StatsSourceError(
          .inputMissing, action: "Cannot read snapshot \"stats.json\"", cause: "there is no such file"))
    try folder.write(snapshot(success: 3))
    #expect(try await repository.currentVersion().id == first.id, "the same content is the same version")
  }

  @Test func aDirectoryInItsPlaceIsNamed() async throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(snapshot(success: 3))
    let repository = JSONSnapshotRepository(path: path, wallClock: later)
    _ = try await repository.currentVersion()
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    let error = await failure(repository)
    #expect(error?.kind == .inputMissing)
    #expect(error?.cause == "it is a directory; a JSON file is expected")
    let below = await failure(JSONSnapshotRepository(path: "/dev/null/stats.json", wallClock: later))
    #expect(below?.kind == .inputMissing)
    #expect(below?.cause == "a part of its path is no directory")
  }

  @Test func pipesAndDevicesAreRefusedAtOnce() async throws {
    let folder = try TemporaryFolder()
    let pipe = folder.file("pipe")
    #expect(mkfifo(pipe, 0o600) == 0)
    for path in [pipe, "/dev/zero"] {
      let error = await failure(JSONSnapshotRepository(path: path, wallClock: later))
      #expect(error?.kind == .inputMissing)
      #expect(error?.cause == "it is a pipe or a device; a regular file is expected")
    }
  }

  /// A pipe with these bytes in it, or more of them than are read, and the end it is read at.
  private func pipe(_ text: String) -> Int32 {
    var ends: [Int32] = [-1, -1]
    _ = Glibc.pipe(&ends)
    _ = Array(text.utf8).withUnsafeBytes { write(ends[1], $0.baseAddress, $0.count) }
    close(ends[1])
    return ends[0]
  }

  @Test func aPipeIsReadOnceAndStaysWhatItWas() async throws {
    let descriptor = pipe(snapshot(success: 3))
    defer { close(descriptor) }
    for repository in [
      JSONSnapshotRepository(path: "/proc/self/fd/\(descriptor)", readsPipes: true, wallClock: later),
      JSONSnapshotRepository(descriptor: pipe(snapshot(success: 3)), name: "-", wallClock: later),
    ] {
      let first = try await repository.currentVersion()
      #expect(try await success(first) == 3)
      #expect(try await repository.currentVersion().id == first.id)
      #expect(try await repository.slots() == [Slot(id: "slot-001")])
      #expect(await repository.contentReads == 1)
    }
  }

  @Test func aNamedPipeIsWaitedFor() async throws {
    let folder = try TemporaryFolder()
    let path = folder.file("pipe")
    #expect(mkfifo(path, 0o600) == 0)
    let text = snapshot(success: 3)
    Thread.detachNewThread { try? text.write(toFile: path, atomically: false, encoding: .utf8) }
    let repository = JSONSnapshotRepository(path: path, readsPipes: true, wallClock: later)
    #expect(try await success(repository.currentVersion()) == 3)
  }

  @Test func aPipeIsRefusedByItsContentAndItsLength() async throws {
    func cause(_ text: String, _ limit: Int) async -> String? {
      let repository = JSONSnapshotRepository(descriptor: pipe(text), name: "-", maxBytes: limit, wallClock: later)
      let first = await failure(repository)
      // It can never be asked again.
      #expect(await failure(repository) == first)
      #expect(first?.kind == .contentRefused && first?.action == "Cannot read snapshot \"-\"")
      return first?.cause
    }
    #expect(await cause("", 9) == "byte 0 is the end; the document is empty")
    #expect(await cause("SQLite format 3\0", 99) == "it is an SQLite database; use sqlite:FILE")
    #expect(await cause(snapshot(success: 3), 99) == "it goes on behind 99 bytes; at most so many are read")
  }

  @Test func aFileOverTheLimitIsRefusedWithItsSizeWithoutBeingRead() async throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("")
    // A hole: the file has this size and takes no room.
    #expect(truncate(path, (256 << 20) + 1) == 0)
    let error = await failure(JSONSnapshotRepository(path: path, wallClock: later))
    #expect(error?.kind == .contentRefused)
    #expect(error?.cause == "it has 268435457 bytes; at most 268435456 are read")
    let text = snapshot(success: 3)
    try folder.write(text)
    for (limit, isGood) in [(text.utf8.count, true), (text.utf8.count - 1, false)] {
      let repository = JSONSnapshotRepository(path: path, maxBytes: limit, wallClock: later)
      #expect(await (failure(repository) == nil) == isGood)
    }
  }

  @Test(.enabled(if: geteuid() != 0, "root may read everything"))
  func aFileThatMayNotBeReadIsNamed() async throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(snapshot(success: 3))
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: path)
    let error = await failure(JSONSnapshotRepository(path: path, wallClock: later))
    #expect(error?.kind == .notPermitted)
    #expect(error?.cause == "reading it is not permitted")
  }

  @Test func systemErrorsHaveTheirKinds() {
    let kinds: [(Int32, StatsSourceError.Kind)] = [
      (EACCES, .notPermitted), (EPERM, .notPermitted), (EIO, .inputOutput), (ENOENT, .inputMissing),
      (ENOTDIR, .inputMissing), (ENAMETOOLONG, .inputMissing), (ELOOP, .inputMissing), (EMFILE, .inputOutput),
    ]
    for (code, kind) in kinds {
      let error = SnapshotFile.Failure.system(code).sourceError(name: "stats.json", maxBytes: 1)
      #expect(error.kind == kind)
      #expect(error.action == "Cannot read snapshot \"stats.json\"")
    }
  }
}
