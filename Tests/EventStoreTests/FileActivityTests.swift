import FileWatching
import Glibc
import SlotStatsTesting
import Testing

@testable import EventStore

/// Signs that the system gives of real files.
@Suite struct FileActivityTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Whether making these files in the folder concerns the database.
  private func concerns(_ names: String...) throws -> Bool {
    let signs = try #require(FileSigns())
    try #require(signs.watch(folder.file("."), for: UInt32(IN_CREATE)) >= 0)
    for name in names { close(creat(folder.file(name), 0o600)) }
    let told = signs.take()
    #expect(told.map(\.name) == names)
    return told.contains { FileActivity.concerns(["events.db"], $0) }
  }

  @Test func theDatabaseAndItsLogAreNews() throws {
    #expect(try concerns("events.db"))
    #expect(try concerns("other", "events.db-wal"))
  }

  @Test func otherFilesInTheFolderAreNone() throws {
    #expect(try !concerns("events.log", "events.db-shm", "events.db-journal", "other.db-wal"))
  }

  @Test(.timeLimit(.minutes(1)))
  func whatWasWrittenBeforeTheWatchBeganIsLookedFor() async throws {
    let path = folder.file("events.db")
    close(creat(path, 0o600))
    // Nobody writes: the first look is the beginning's, the next ones come for what may have been missed.
    var looks = 0
    for await _ in StoreWatch(path: path).activity() {
      looks += 1
      if looks == 3 { break }
    }
    #expect(looks == 3)
  }

  @Test func whatHasNoNameIsNews() {
    var sign = inotify_event()
    sign.mask = UInt32(IN_MODIFY)
    let told = withUnsafeBytes(of: sign) { FileSigns.signs($0) }
    #expect(told.count == 1 && told.allSatisfy { FileActivity.concerns([], $0) })
  }
}
