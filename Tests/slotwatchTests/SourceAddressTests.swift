import ReadingCommands
import Testing

@testable import slotwatch_serve

@Suite struct SourceAddressTests {
  private func address(_ text: String) throws -> SourceAddress {
    try SourceAddress(text)
  }

  @Test(arguments: [
    ("stats.json", "stats.json"), ("./a:b", "./a:b"), ("/var/a b.json", "/var/a b.json"), ("file:a:b.json", "a:b.json"),
    ("file:x%20y", "x%20y"), ("file:///var/x%20y.json", "/var/x y.json"), ("FILE://localhost/x", "/x"),
    ("2026-11-19T14:32.json", "2026-11-19T14:32.json"), ("c:stats.json", "c:stats.json"),
    ("stats.json:1", "stats.json:1"), ("./-", "./-"), ("file:-", "-"),
  ])
  func readsPaths(text: String, path: String) throws {
    #expect(try address(text) == SourceAddress(LocalSource.file(path: path)))
  }

  @Test func readsADashAsStandardInput() throws {
    let source = try address("-")
    #expect(source == SourceAddress(LocalSource.standardInput))
    #expect((source.given, source.label) == ("-", "standard input"))
  }

  @Test func readsTheSample() throws {
    #expect(try address("sample:") == .sample)
    #expect(SourceAddress.sample.label == "SAMPLE DATA")
    #expect(SourceAddress.sample.given == "sample:")
  }

  @Test func readsStoresAndTheDemo() throws {
    #expect(try address("sqlite:a/events.db") == SourceAddress(StoreAddress(path: "a/events.db")))
    #expect(try address("SQLITE:x") == SourceAddress(StoreAddress(path: "x")))
    #expect(SourceAddress(StoreAddress(path: "a/events.db")).label == "events.db")
    #expect(SourceAddress(StoreAddress(path: "a/events.db")).given == "sqlite:a/events.db")
    #expect(try address("demo:") == .demo)
    #expect(SourceAddress.demo.label == "DEMO DATA")
    #expect(SourceAddress.demo.isSynthetic && SourceAddress.sample.isSynthetic)
    #expect(!SourceAddress(StoreAddress(path: "x")).isSynthetic)
  }

  @Test(arguments: [("a/b/stats.json", "stats.json"), ("stats.json", "stats.json"), ("/", "/"), ("dir/", "dir")])
  func headingsNameTheFile(path: String, label: String) {
    #expect(SourceAddress(LocalSource.file(path: path)).label == label)
  }

  @Test(arguments: [
    "clickhouse+http://h", "clickhouse+https://h:8443/db", "CLICKHOUSE+http://h",
  ])
  func saysThatASchemeIsOfAnotherBuild(text: String) {
    let failure = #expect(throws: SourceAddressError.self) { try address(text) }
    #expect(failure?.status(.flag("--source")) == .configuration)
    #expect(failure?.line.contains("\"\(text)\"") == true)
    #expect(failure?.line.contains("not supported by this build") == true)
  }

  @Test func readsServersOfTheFamilyOfPrometheus() throws {
    let server = try address("Prometheus+HTTPS://Prom.Example:9090/base/")
    #expect(server.given == "prometheus+https://prom.example:9090/base")
    #expect(server.label == "prom.example:9090/base")
    #expect(server.place.takesLogin && server.place.sendsLogin)
    #expect(throws: SourceAddressError.self) { try address("prometheus+https://h?x=1") }
    #expect(throws: SourceAddressError.self) { try address("prometheus+https://user:pass@h") }
  }

  @Test(arguments: [
    "sqlte:x", "foo://bar", "file:", "file://", "file://host/x", "file:///a%2", "file:///a%zz", "file:///%00",
    "sample:x", "demo:x", "sqlite:", "sqlite:a\0b",
  ])
  func refusesWhatIsNoAddress(text: String) {
    let failure = #expect(throws: SourceAddressError.self) { try address(text) }
    #expect(failure?.status(.flag("--source")) == .usage)
    #expect(failure?.status(.environment("SLOTWATCH_SOURCE")) == .configuration)
    #expect(failure?.line.contains("\"\(text)\"") == true)
  }

  @Test(arguments: [
    ("https://panel.example/a/stats.json", "https://panel.example/a/stats.json", "panel.example/stats.json"),
    ("HTTPS://Panel.Example:8443", "https://panel.example:8443/", "panel.example:8443"),
    ("http://127.0.0.1:80/s.json", "http://127.0.0.1/s.json", "127.0.0.1/s.json"),
    ("https://h/s.json?sig=canary", "https://h/s.json", "h/s.json"),
  ])
  func readsSnapshotsBehindURLs(text: String, given: String, label: String) throws {
    let address = try address(text)
    #expect(address.place is SnapshotURLPlace)
    #expect((address.given, address.label) == (given, label))
  }

  @Test(arguments: [
    ("panel+https://panel.example", "panel+https://panel.example", "panel.example"),
    ("panel+https://panel.example/", "panel+https://panel.example", "panel.example"),
    ("PANEL+http://localhost:8080/base/", "panel+http://localhost:8080/base", "localhost:8080/base"),
    ("panel+https://h/b", "panel+https://h/b", "h/b"),
  ])
  func readsPanels(text: String, given: String, label: String) throws {
    let address = try address(text)
    #expect(address.place is PanelPlace)
    #expect((address.given, address.label) == (given, label))
  }

  @Test(arguments: [
    "https://", "https:///x", "panel+https://:80", "https://h:0", "https://h:65536", "https://h:x", "http:h", "https:",
    "https://h/x#part", "panel+http:/h",
  ])
  func refusesWhatIsNoURL(text: String) {
    let failure = #expect(throws: SourceAddressError.self) { try address(text) }
    #expect(failure?.line.hasPrefix("source \"") == true)
    #expect(failure?.isOfAnotherBuild == false)
  }

  @Test(arguments: [
    ("https://user:canary@host/x@y", "https://…@host/x@y"), ("panel+https://canary@host", "panel+https://…@host"),
    ("https://user:can/canary@host/x", "https://…@host/x"), ("https://user:canary@host?x=canary", "https://…@host?…"),
    ("https:/user:canary@host/x", "https:…@host/x"), ("panel+https://h/b?token=canary", "panel+https://h/b?…"),
    ("https://user:8080/canary@host/x", "https://user:8080/"),
    ("foo://host/x?canary", "foo://host/x?…"), ("https://u:canary?canary@h", "https://…?…"),
  ])
  func doesNotRepeatSecrets(text: String, shown: String) {
    let failure = #expect(throws: SourceAddressError.self) { try address(text) }
    #expect(failure?.line.contains(shown) == true, "\(failure?.line ?? "")")
  }
}
