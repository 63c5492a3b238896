import Foundation
import ReadingCommands
import Testing

@testable import slotwatch_serve

@Suite struct StoreAddressTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path

  @Test func readsThePathAfterTheScheme() {
    #expect(StoreAddress("sqlite:a/b.db")?.path == "a/b.db")
    #expect(StoreAddress("SQLite:/b.db")?.given == "sqlite:/b.db")
    #expect(StoreAddress("sqlite:") == nil)
    #expect(StoreAddress("a.db") == nil)
    #expect(StoreAddress("sqlite:a\0.db") == nil)
  }

  @Test func theUsersOwnStoreIsInTheStateFolder() {
    let home = ["HOME": "/home/kim", "XDG_STATE_HOME": "/state"]
    #expect(StoreAddress.standard(environment: home)?.path == "/state/slotwatch/events.db")
    #expect(
      StoreAddress.standard(environment: ["HOME": "/home/kim", "XDG_STATE_HOME": "relative"])?.path
        == "/home/kim/.local/state/slotwatch/events.db")
    #expect(StoreAddress.standard(environment: [:]) == nil)
  }

  @Test func makesItsFoldersAndItsFileForTheirOwner() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let store = StoreAddress(path: folder + "/new/events.db")
    try store.prepare()
    try store.prepare()
    func mode(_ path: String) throws -> Int? {
      try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
    #expect(try mode(folder + "/new") == 0o700)
    #expect(try mode(store.path) == 0o600)
  }

  @Test func aFolderInItsPlaceIsNoStore() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder + "/events.db", withIntermediateDirectories: true)
    let failure = #expect(throws: CommandFailure.self) { try StoreAddress(path: folder + "/events.db").prepare() }
    #expect(failure?.status == .inputMissing)
  }

  @Test func aLinkIsFollowedAndOneThatLeadsNowhereMakesNoFile() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(atPath: folder + "/link.db", withDestinationPath: "real.db")
    let failure = #expect(throws: CommandFailure.self) { try StoreAddress(path: folder + "/link.db").prepare() }
    #expect(failure?.status == .inputMissing)
    #expect(failure?.line.contains("link to a file that is not there") == true)
    #expect(!FileManager.default.fileExists(atPath: folder + "/real.db"))
    try StoreAddress(path: folder + "/real.db").prepare()
    try StoreAddress(path: folder + "/link.db").prepare()
  }

  @Test func aFileInAFoldersPlaceIsRefused() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try "".write(toFile: folder, atomically: true, encoding: .utf8)
    let failure = #expect(throws: CommandFailure.self) { try StoreAddress(path: folder + "/x/events.db").prepare() }
    #expect(failure?.line.contains(folder) == true)
  }
}
