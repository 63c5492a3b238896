import Testing

@testable import slotwatch

@Suite struct SourceAddressTests {
  private func address(_ text: String) throws -> SourceAddress {
    try SourceAddress(text, origin: (name: "--source", status: .usage))
  }

  @Test(arguments: [
    ("stats.json", "stats.json"), ("./a:b", "./a:b"), ("/var/a b.json", "/var/a b.json"), ("file:a:b.json", "a:b.json"),
    ("file:x%20y", "x%20y"), ("file:///var/x%20y.json", "/var/x y.json"), ("FILE://localhost/x", "/x"),
    ("2026-11-19T14:32.json", "2026-11-19T14:32.json"), ("c:stats.json", "c:stats.json"),
    ("stats.json:1", "stats.json:1"),
    ("-", "-"),
  ])
  func readsPaths(text: String, path: String) throws {
    #expect(try address(text) == .file(path: path))
  }

  @Test func readsTheSample() throws {
    #expect(try address("sample:") == .sample)
    #expect(SourceAddress.sample.label == "SAMPLE DATA")
    #expect(SourceAddress.sample.given == "sample:")
  }

  @Test(arguments: [("a/b/stats.json", "stats.json"), ("stats.json", "stats.json"), ("/", "/"), ("dir/", "dir")])
  func headingsNameTheFile(path: String, label: String) {
    #expect(SourceAddress.file(path: path).label == label)
  }

  @Test(arguments: [
    "sqlite:events.db", "https://h/x", "panel+https://h", "demo:", "clickhouse+https://h:8443/db", "HTTP://h",
  ])
  func saysThatASchemeIsOfAnotherBuild(text: String) {
    let failure = #expect(throws: CommandFailure.self) { try address(text) }
    #expect(failure?.status == .configuration)
    #expect(failure?.line.contains("\"\(text)\"") == true)
    #expect(failure?.line.contains("not supported by this build") == true)
  }

  @Test(arguments: [
    "sqlte:x", "foo://bar", "file:", "file://", "file://host/x", "file:///a%2", "file:///a%zz", "file:///%00",
    "sample:x",
  ])
  func refusesWhatIsNoAddress(text: String) {
    let failure = #expect(throws: CommandFailure.self) { try address(text) }
    #expect(failure?.status == .usage)
    #expect(failure?.line.contains("\"\(text)\"") == true)
  }

  @Test func doesNotRepeatSecrets() {
    let failure = #expect(throws: CommandFailure.self) { try address("https://user:hunter2@host/x@y") }
    #expect(failure?.line.contains("hunter2") == false)
    #expect(failure?.line.contains("https://…@host/x@y") == true)
  }
}
