import Testing

@testable import ReadingCommands

@Suite struct LocalZoneTests {
  private func trouble(_ value: String) -> String? {
    LocalZone.trouble(value) { ["Europe/Berlin", "/zones/here"].contains($0) }
  }

  @Test(arguments: [
    "", ":", "UTC", "GMT", "Europe/Berlin", ":Europe/Berlin", "/zones/here", "UTC0", "EST5EDT", "MSK-3", "<+03>-3",
    "CET-1CEST,M3.5.0,M10.5.0/3",
  ])
  func knowsFilesAndRules(value: String) { #expect(trouble(value) == nil) }

  @Test func takesNeitherFoldersNorOtherFilesForZones() {
    for path in ["/etc", "/etc/passwd", "/dev/null", "/nowhere"] { #expect(!LocalZone.isZone(path), "\(path)") }
  }

  @Test(arguments: ["Europe/Berln", "Mars", "CET", "E5", "<+03>", "/zones/there", "5EST", "Berlin-"])
  func namesWhatIsNoZone(value: String) {
    #expect(trouble(value) == "TZ \"\(value)\" is no zone that this system knows: times stay UTC")
  }
}
