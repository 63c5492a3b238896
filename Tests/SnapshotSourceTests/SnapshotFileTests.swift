import Foundation
import SlotStats
import SlotStatsTesting
import StatsFormats
import Synchronization
import Testing

@testable import SnapshotSource

@Suite struct SnapshotFileTests {
  private func text(of file: SnapshotFile) throws(SnapshotFile.Failure) -> String {
    try file.read { identity, bytes in bytes.whole(identity.size) { String(decoding: $0, as: UTF8.self) } }
  }

  @Test func aFileThatChangesWhileItIsReadIsReadAgain() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("first")
    let changes = Mutex(0)
    let file = SnapshotFile(
      path: path, maxBytes: 100,
      afterReading: {
        changes.withLock { count in
          count += 1
          // Once replaced, once grown, then quiet.
          if count == 1 { try? Data("second".utf8).write(to: URL(fileURLWithPath: path), options: .atomic) }
          if count == 2 { try? Data("the third".utf8).write(to: URL(fileURLWithPath: path)) }
        }
      })
    #expect(try text(of: file) == "the third")
    #expect(changes.withLock { $0 } == 3)
  }

  @Test func aFileThatNeverRestsIsAnErrorAfterSomeAttempts() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("x")
    let reads = Mutex(0)
    let file = SnapshotFile(
      path: path, maxBytes: 100,
      afterReading: {
        reads.withLock { count in
          count += 1
          try? Data(repeating: 0x78, count: count + 1).write(to: URL(fileURLWithPath: path))
        }
      })
    #expect(throws: SnapshotFile.Failure.changing) { try text(of: file) }
    #expect(reads.withLock { $0 } == 4)
    let error = SnapshotFile.Failure.changing.sourceError(name: path, maxBytes: 100)
    #expect(error.cause == "it is being written and changed during every attempt to read it")
  }

  @Test func aFileThatShrinksWhileItIsReadIsReadAgain() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("a long text")
    let isFirst = Mutex(true)
    let file = SnapshotFile(
      path: path, maxBytes: 100,
      afterReading: {
        isFirst.withLock { isFirst in
          if isFirst { try? Data("short".utf8).write(to: URL(fileURLWithPath: path)) }
          isFirst = false
        }
      })
    #expect(try text(of: file) == "short")
  }

  @Test func differentContentsHaveDifferentDigests() {
    var digests: Set<UInt64> = []
    for length in 0..<100 {
      var bytes = [UInt8](repeating: 0, count: length)
      digests.insert(bytes.withUnsafeBytes { ContentDigest.of($0) })
      for index in 0..<length {
        bytes[index] = 1
        digests.insert(bytes.withUnsafeBytes { ContentDigest.of($0) })
        bytes[index] = 0
      }
    }
    #expect(digests.count == 100 + 99 * 100 / 2)
  }
}

@Suite struct InMemorySnapshotRepositoryTests {
  private func document() throws -> SnapshotDocument {
    try SnapshotDocument(parsing: Array(snapshot(success: 3).utf8))
  }

  @Test func answersFromTheDocument() throws {
    let document = try document()
    let now = Date(timeIntervalSince1970: 4_000_000_000)
    let repository = InMemorySnapshotRepository(document: document, name: "sample:") { now }
    #expect(repository.slots() == document.slots)
    #expect(repository.currentVersion().generatedAt == document.generatedAt)
    #expect(repository.currentVersion().readAt == now)
    #expect(repository.collectGlobalMetrics(window: .day, since: nil) == document.series[.day]?.global)
    #expect(repository.collectSlotMetrics(window: .week, since: nil) == document.series[.week]?.bySlot)
    #expect(throws: StatsSourceError.self) { try repository.collectSlotMetrics("x", window: .day, since: nil) }
  }

  @Test func aSampleMovesWithTheClockAndItsVersionWithTheDay() throws {
    let instant = Mutex(Date(timeIntervalSince1970: 1_900_000_000))
    let repository = InMemorySnapshotRepository(document: try document(), name: "sample:", movesWithTime: true) {
      instant.withLock { $0 }
    }
    let first = repository.currentVersion()
    #expect(first.generatedAt == Date(timeIntervalSince1970: 1_900_000_000))
    let day = repository.collectGlobalMetrics(window: .day, since: nil)
    #expect(day.map(\.periodStart) == [StatsWindow.day.bucketStart(containing: first.generatedAt)])
    let week = repository.collectGlobalMetrics(window: .week, since: nil)
    #expect(week.map(\.periodStart) == [StatsWindow.week.bucketStart(containing: first.generatedAt)])
    instant.withLock { $0 = day[0].periodEnd - 1 }
    #expect(repository.currentVersion().id == first.id)
    #expect(repository.collectGlobalMetrics(window: .day, since: nil) == day)
    instant.withLock { $0 += 1 }
    #expect(repository.currentVersion().id == first.id + 1)
    #expect(repository.collectGlobalMetrics(window: .day, since: nil).first?.periodStart == day[0].periodEnd)
  }
}
