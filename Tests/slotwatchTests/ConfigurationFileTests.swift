import Foundation
import ReadingCommands
import SlotStats
import SlotStatsTesting
import Testing

@testable import slotwatch_serve

@Suite struct ConfigurationFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func read(_ text: String, home: String? = "/home/u") throws -> ConfigurationFile {
    try ConfigurationReader(path: "config.toml", folder: "/etc/slotwatch", home: home).read(text)
  }

  private func refusal(_ text: String) -> String {
    let failure = #expect(throws: CommandFailure.self) { try read(text) }
    #expect(failure?.status == .configuration)
    let line = failure?.line ?? ""
    #expect(!line.contains("canary"), "\(line)")
    return line
  }

  // MARK: What it says

  @Test func readsEveryPart() throws {
    let file = try read(
      """
      source = "panel"
      critical = 0.25
      warning = "5%"
      [sources.panel]
      address = "panel+https://h/b"
      token_command = ["pass", "show x"]
      interval = 10
      [slots."slot-007"]
      min_runs = 50
      """)
    #expect(file.general["source"]?.text == "panel")
    #expect(file.general["critical"]?.text == "0.25")
    let panel = try #require(file.sources["panel"])
    #expect(panel.address.given == "panel+https://h/b")
    #expect(panel.values["token_command"]?.words == ["pass", "show x"])
    #expect(panel.values["interval"] == ConfiguredValue(text: "10", position: TextPosition(line: 7, column: 12)))
    #expect(panel.values["address"] == nil)
    #expect(file.slots["slot-007"]?.values["min_runs"]?.text == "50")
  }

  @Test(arguments: [
    ("stats.json", "/etc/slotwatch/stats.json"), ("/a/b.json", "/a/b.json"), ("~/s.json", "/home/u/s.json"),
    ("file:x:y", "/etc/slotwatch/x:y"), ("file:///a%20b", "/a b"), ("https://h/s.json", "https://h/s.json"),
    ("sample:", "sample:"),
  ])
  func takesPathsFromItsOwnFolder(address: String, given: String) throws {
    let file = try read("source = \"\(address)\"\n[sources.x]\naddress = \"\(address)\"\nca_file = \"~/ca.pem\"\n")
    #expect(file.sources["x"]?.address.given == given)
    #expect(try SourceAddress(file.general["source"]?.text ?? "").given == given)
    #expect(file.sources["x"]?.values["ca_file"]?.text == "/home/u/ca.pem")
  }

  @Test func handsAProgramAsOneTextToTheShell() throws {
    let file = try read("[sources.x]\naddress = \"https://h\"\ntoken_command = \"pass show x\"\n")
    #expect(file.sources["x"]?.values["token_command"]?.words == ["/bin/sh", "-c", "pass show x"])
  }

  @Test func readsTheExampleThatShips() throws {
    let path = URL(filePath: #filePath).appendingPathComponent("../../../assets/config.example.toml")
      .standardizedFileURL
    let text = try String(contentsOf: path, encoding: .utf8)
    let file = try read(text)
    #expect(file.sources.keys.sorted() == ["celery", "local", "nightly", "own", "panel"])
    // What is left out as a comment can be used as well, each on its own.
    for line in text.split(separator: "\n") where line.hasPrefix("# ") && line.contains(" = ") {
      let other = text.replacing("token_file = ", with: "ca_file = ").replacing(line, with: line.dropFirst(2))
      if !line.contains("ca_file") { #expect(throws: Never.self) { try read(other) } }
    }
    for key in ConfigurationKey.all {
      #expect(text.contains(key.name + " = ") || key.name == Options.allowPlainHTTP.key, "\(key.name)")
    }
  }

  // MARK: What it refuses

  @Test(arguments: [
    ("intervall = 5", "line 1, column 1: unknown key \"intervall\"; did you mean \"interval\"?"),
    ("xyzzy = 5", "line 1, column 1: unknown key \"xyzzy\"; the keys are source, "),
    ("\n interval = 0", "line 2, column 13: interval is \"0\"; give a whole number of seconds from 1 to 300."),
    ("interval = \"5\"", "line 1, column 12: interval is a text; give a whole number"),
    ("ascii = 1", "line 1, column 9: ascii is a number; give "), ("theme = true", "theme is true or false; give auto"),
    ("window = [\"day\"]", "window is a list; give minute, hour, day or week"),
    ("window = {}", "window is a table; give minute, hour, day or week"),
    ("now = 2026-11-19", "line 1, column 1: unknown key \"now\""),
    ("timeout = 1.5", "timeout is a number; give a whole"),
    ("warning = \"500%\"", "line 1, column 11: warning is \"500%\"; give a share"), ("warning = nan", "warning is"),
    ("a.b = 1", "line 1, column 1: unknown key \"a\""), ("[source]\na=1", "line 1, column 2: source is a table"),
    ("sources = 1", "line 1, column 1: \"sources\" is a number; write [sources.NAME]."),
    ("[sources]\nx = 1", "line 2, column 1: source \"x\" is a number; write [sources.x]."),
    ("[[sources]]\naddress = \"x\"", "\"sources\" is a list of tables; write [sources.NAME]."),
    ("slots.a = 1", "line 1, column 1: \"a\" is no slot"),
    ("[sources.x]\ninterval = 5", "line 1, column 2: source \"x\" has no address."),
    ("[sources.x]\naddress = \"\"", "line 2, column 11: address is \"\"; give a file"),
    ("[sources.x]\naddress = \"a\"\ntheme = \"dark\"", "line 3, column 1: key \"theme\" is general; write it above"),
    ("token_file = \"x\"", "line 1, column 1: key \"token_file\" belongs to a source; write it below [sources.NAME]."),
    ("[slots.a]\ninterval = 5", "line 2, column 1: key \"interval\""), ("source = \"panle\"", "no source is called"),
    (
      "source = \"panle\"\n[sources.panel]\naddress = \"x\"",
      "line 1, column 10: no source is called \"panle\"; did you mean"
    ),
    ("[sources.\"a:b\"]\naddress = \"x\"", "line 1, column 2: \"a:b\" is no name of a source"),
    ("[sources.\"a/b\"]\naddress = \"x\"", "\"a/b\" is no name"),
    ("[sources.\"\"]\naddress = \"x\"", "\"\" is no name"),
    ("interval = 5\ninterval = 6", "line 2, column 1: \"interval\" stands twice, first at line 1, column 1."),
    ("[a]\n[a]", "line 2, column"), ("interval = ", "line 1, column 12: this is no TOML: "),
    ("interval 5", "line 1, column 10: this is no TOML: "), ("x = \"\\q\"", "line 1, column 7: this is no TOML: "),
    ("x = 1979-05-27 7 # y", "line 1, column 16: this is no TOML: a single digit"),
    ("x = [1979-05-27 7, 1]", "line 1, column 17: this is no TOML: a single digit"),
    ("x = 1979-05-27 7", "line 1, column 16: this is no TOML: a single digit"),
    ("x = [}", "line 1, column 6: this is no TOML: a value is expected"),
    ("x = [1, }]", "line 1, column 9: this is no TOML: a value is expected"),
    ("x = [\u{2028}1]", "line 1, column 6: this is no TOML: a value is expected"),
    ("[=]", "line 1, column 2: a table's name is"), ("a = 1\n[ слот ]", "line 2, column 3: a table's name is"),
    ("[[%]]", "line 1, column 3: a table's name is"), ("[]", "line 1, column 2: this is no TOML: "),
    ("[ ", "line 1, column 3: this is no TOML: "), ("[a.=]", "line 1, column 4: this is no TOML: "),
    ("[sources.x]\naddress = \"foo:x\"", "line 2, column 11: source \"foo:x\": the scheme is unknown"),
    ("[sources.x]\naddress = \"clickhouse+http://x\"", "clickhouse+http: is not supported by this build"),
    (
      "[sources.x]\naddress = \"https://h\"\ntoken_file = \"a\"\nlogin_file = \"b\"",
      "line 4, column 1: source \"x\" has both"
    ),
    ("[sources.x]\naddress = \"https://h\"\ntoken_command = []", "token_command is a list; give a program"),
    ("[sources.x]\naddress = \"https://h\"\npreset = \"asynq\"", "line 3, column 1: key \"preset\" is for a source"),
    ("[sources.x]\naddress = \"prometheus+https://h\"\nsuccess = \"rate(x)\"", "line 3, column 11: success is"),
    ("[sources.x]\naddress = \"prometheus+https://h\"\nheaders = { Cookie = \"x\" }", "headers has \"Cookie\"; give"),
    ("[sources.x]\naddress = \"prometheus+https://h\"\nheaders = { A = 1 }", "headers has \"A\"; give"),
    ("[sources.x]\naddress = \"prometheus+https://h\"\nscrape_interval = 0", "scrape_interval is \"0\"; give"),
    ("preset = \"asynq\"", "key \"preset\" belongs to a source; write it below [sources.NAME]"),
    ("[sources.x]\naddress = \"https://h\"\ntoken_command = [1]", "token_command is of a sort"),
  ])
  func saysWhereAndWhatIsWrong(text: String, part: String) {
    let line = refusal(text)
    #expect(line.hasPrefix("Cannot use \"config.toml\": line "), "\(line)")
    #expect(line.contains(part), "\(line)")
  }

  @Test(arguments: [
    ("token = \"canary\"", "token_file or token_command"), ("[sources.x]\nToken = \"canary\"", "token_file"),
    ("[sources.x]\npassword = \"canary\"", "login_file"), ("[sources.x]\ntoken = canary", "this is no TOML"),
    ("[sources.x]\ntoken = { value = \"canary\" }", "token_file"), ("token = 'canary\n", "this is no TOML"),
    ("[sources.x]\naddress = \"https://u:canary@h\"", "never write a secret"), ("token = 1canary1", "this is no TOML"),
    ("[sources.x]\naddress = \"https://h/?a=canary#x\"", "fragment"),
    ("token = \"canary\" \"canary\"", "this is no TOML"),
    ("token = true_canary", "this is no TOML"), ("token = infcanary", "this is no TOML"),
    ("token = 9999999999999999999canary", "this is no TOML"),
  ])
  func repeatsNoSecretThatStandsInIt(text: String, part: String) {
    let line = refusal(text)
    #expect(line.contains(part), "\(line)")
  }

  @Test func tellsOfALongNameInAShortLine() {
    let name = String(repeating: "x", count: 100_000)
    for text in ["\(name) = 1", "source = \"\(name)\"", "[sources.\(name)]\naddress = \"x\"", "[slots.\(name)]"] {
      #expect(refusal(text).unicodeScalars.count < 500)
    }
  }

  @Test func readsTenThousandSlots() throws {
    let text = (0..<10_000).map { "[slots.\"slot-\($0)\"]\nwarning = 0.2\ncritical = 0.4\nmin_runs = \($0 + 1)\n" }
    let file = try read(text.joined())
    #expect(file.slots.count == 10_000)
    #expect(file.slots["slot-9999"]?.values["min_runs"]?.position == TextPosition(line: 40_000, column: 12))
  }

  @Test func needsAHomeForPathsInIt() {
    let failure = #expect(throws: CommandFailure.self) {
      try read("[sources.x]\naddress = \"~/x\"\n", home: nil)
    }
    #expect(failure?.line.contains("line 2, column 11: \"~/x\" needs HOME") == true)
  }

  // MARK: Finding it

  private func search(_ name: String? = nil, _ environment: [String: String] = [:]) throws -> ConfigurationSearch {
    try ConfigurationSearch(named: name, environment: environment)
  }

  private func make(_ name: String, _ text: String) throws -> String {
    let file = URL(fileURLWithPath: folder.file(name))
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
    return file.path
  }

  @Test func looksAtTheUsualPlacesInOrder() throws {
    let root = folder.path
    let environment = [
      "HOME": root + "/home", "XDG_CONFIG_HOME": root + "/own", "XDG_CONFIG_DIRS": "relative:\(root)/a:\(root)/b",
    ]
    let places = ["own", "a", "b"].map { "\(root)/\($0)/slotwatch/config.toml" }
    #expect(try search(nil, environment).places == places)
    #expect(try search(nil, environment).file == nil)
    _ = try make("b/slotwatch/config.toml", "interval = 7")
    #expect(try search(nil, environment).file?.path == places[2])
    _ = try make("own/slotwatch/config.toml", "interval = 8")
    #expect(try search(nil, environment).file?.general["interval"]?.text == "8")
    #expect(try search(nil, environment).places == [places[0]])
    let plain = try search(nil, ["HOME": root, "XDG_CONFIG_HOME": "", "XDG_CONFIG_DIRS": "/nonexistent"])
    #expect(plain.places.first == root + "/.config/slotwatch/config.toml")
    #expect(try search(nil, [:]).places == ["/etc/xdg/slotwatch/config.toml"])
  }

  @Test func prefersTheNamedFile() throws {
    let flag = try make("flag.toml", "interval = 1")
    let variable = try make("variable.toml", "interval = 2")
    let environment = ["SLOTWATCH_CONFIG": variable]
    #expect(try search(flag, environment).file?.path == flag)
    #expect(try search(nil, environment).file?.path == variable)
    #expect(try search(nil, environment).origin == .environment("SLOTWATCH_CONFIG"))
  }

  @Test func saysWhatCannotBeRead() throws {
    let missing = folder.path + "/missing.toml"
    let large = try make("large.toml", String(repeating: "# 789\n", count: 180_000))
    let bytes = URL(fileURLWithPath: folder.file("bytes.toml"))
    try Data([0x61, 0x20, 0x3D, 0x20, 0x22, 0xFF, 0x22]).write(to: bytes)
    for (path, status, reason) in [
      (missing, ExitStatus.inputMissing, "there is no such file"),
      (folder.path, .inputMissing, "it is a directory"),
      (large, .configuration, "it is larger than 1 MiB"), (bytes.path, .configuration, "it is not UTF-8"),
      (try make("zero.toml", "a = 1\nb = \u{0}"), .configuration, "line 2: it holds a zero byte"),
      (try make("control.toml", "a = \"\u{7}\""), .configuration, "line 1, column"),
      (try make("return.toml", "a = 1\rb = 2"), .configuration, "line 1, column"),
    ] {
      let failure = #expect(throws: CommandFailure.self) { try search(path) }
      #expect(failure?.status == status, "\(path)")
      #expect(failure?.line.contains(reason) == true, "\(failure?.line ?? "")")
      #expect(failure?.line.contains("\"\(path)\"") == true)
    }
  }

  @Test func takesAByteOrderMarkAndCarriageReturns() throws {
    let path = try make("windows.toml", "\u{FEFF}interval = 7\r\n[sources.x]\r\naddress = \"a\"\r\nfoo = 1\r\n")
    let failure = #expect(throws: CommandFailure.self) { try search(path) }
    #expect(failure?.line.contains("line 4, column 1: unknown key \"foo\"") == true)
    let good = try make("good.toml", "\u{FEFF}interval = 7\r\nwindow = \"week\"\r\n")
    #expect(try search(good).file?.general["window"]?.position == TextPosition(line: 2, column: 10))
  }
}
