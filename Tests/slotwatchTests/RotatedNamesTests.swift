import Testing

@testable import slotwatch_serve

@Suite struct RotatedNamesTests {
  @Test(arguments: [
    "app.log.1", "app.log.12.gz", "app.log-20261128", "app.log-20261128.zst", "app.log.2026-11-28_12-00-00",
    "app.log.1795910400", "app-20261128.log", "app.1.log.gz", "app.log.gz", "app_20261128.log.xz",
    "app-2026-11-28.log",
  ])
  func knowsTheNamesThatRotationGives(_ name: String) { #expect(RotatedNames(of: "app.log").contains(name)) }

  @Test(arguments: [
    "app.log", "app.log.offset", "app.log.bak", "other.log.1", "app.logs.1", "app-new.log", "app-2.log", "app_3.log.xz",
    "app",
    ".log", "app.log.",
    "@40000000650aabb100000000.s",
  ])
  func leavesOtherNamesAlone(_ name: String) { #expect(!RotatedNames(of: "app.log").contains(name)) }

  @Test func knowsTheStampsOfSvlogdAndMultilog() {
    let names = RotatedNames(of: "current")
    #expect(names.contains("@40000000650aabb100000000.s") && names.contains("@40000000650aabb100000000.u"))
    #expect(names.contains("@40000000650aabb100000000.s.gz") && !names.contains("@4000.s") && !names.contains("lock"))
  }

  @Test func learnsFromAnotherNameOfTheFile() {
    var names = RotatedNames(of: "latest")
    #expect(!names.contains("web-20261128-07.txt"))
    names.learn("web-20261127-23.txt")
    names.learn("plain")
    #expect(names.contains("web-20261128-07.txt") && names.contains("web-20261126-00.txt.gz"))
    #expect(!names.contains("web-new.txt") && !names.contains("other"))
  }

  @Test func theFirstFileOfARingHasNoNumber() {
    var names = RotatedNames(of: "latest")
    names.learn("app.log.2")
    #expect(names.contains("app.log") && names.contains("app.log.1") && !names.contains("app.log.bak"))
  }

  @Test func onlyNamedFileSystemsAreRemote() {
    let mounts = """
      36 35 98:0 / /mnt1 rw,noatime master:1 - ext3 /dev/root rw
      37 35 0:52 / /mnt2 rw - nfs4 server:/x rw
      38 35 259:300 / /mnt3 rw - fuse.sshfs host: rw
      """
    #expect(!RemoteFileSystems.contain(device: 98 << 8, mounts: mounts))
    #expect(RemoteFileSystems.contain(device: 52, mounts: mounts))
    #expect(RemoteFileSystems.contain(device: 300 & 0xFF | 259 << 8 | UInt64(300 & ~0xFF) << 12, mounts: mounts))
    #expect(!RemoteFileSystems.contain(device: 7 << 8, mounts: mounts))
  }
}
