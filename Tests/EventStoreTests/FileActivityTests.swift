import Glibc
import Testing

@testable import EventStore

/// Signs that the system gives of real files.
@Suite struct FileActivityTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Whether making these files in the folder concerns the database.
  private func concerns(_ names: String...) throws -> Bool {
    let signs = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
    defer { close(signs) }
    try #require(inotify_add_watch(signs, folder.file("."), UInt32(IN_CREATE)) >= 0)
    for name in names { close(creat(folder.file(name), 0o600)) }
    var bytes = [UInt8](repeating: 0, count: 4_096)
    let count = read(signs, &bytes, bytes.count)
    try #require(count > 0)
    return bytes[..<count].withUnsafeBytes { FileActivity.concerns(["events.db"], $0) }
  }

  @Test func theDatabaseAndItsLogAreNews() throws {
    #expect(try concerns("events.db"))
    #expect(try concerns("other", "events.db-wal"))
  }

  @Test func otherFilesInTheFolderAreNone() throws {
    #expect(try !concerns("events.log", "events.db-shm", "events.db-journal", "other.db-wal"))
  }

  @Test func whatHasNoNameIsNews() {
    var sign = inotify_event()
    sign.mask = UInt32(IN_MODIFY)
    #expect(withUnsafeBytes(of: sign) { FileActivity.concerns([], $0) })
  }
}
