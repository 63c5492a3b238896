import Foundation
import ReadingCommands
import SlotStatsTesting
import Testing

@testable import slotwatch_serve

@Suite struct NotifyCommandTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func test(_ configuration: String, _ arguments: String...) async throws -> ProgramRun {
    let path = try folder.file("config.toml", configuration)
    return await ProgramRun(arguments: ["notify", "test", "--config", path] + arguments)
  }

  private func hook(_ script: String) -> String {
    "[notify.hook]\ncommand = '''\n\(script)'''\n"
  }

  @Test func theHookIsToldThatItFiresAndThatItIsOver() async throws {
    let run = try await test(hook("cat >> \(folder.path)/given"))
    #expect((run.status, run.errors) == (0, ""))
    #expect(
      run.output.contains(/^hook: sent, exit 0 in \d+\.\d s\n$/)
        || run.output.contains(/^hook: sent, exit 0 in \d+ s\n$/))
    let lines = try String(contentsOfFile: folder.file("given"), encoding: .utf8).split(separator: "\n")
    let notices = try lines.map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    #expect(notices.map { $0["status"] as? String } == ["firing", "resolved"])
    #expect(Set(notices.map { $0["id"] as? String }).count == 1)
    #expect(notices.allSatisfy { $0["severity"] as? String == "notice" && $0["rule"] as? String == "slotwatch test" })
  }

  @Test func theTestIsAsUrgentAsIsWanted() async throws {
    let run = try await test(hook("cat >> \(folder.path)/given"), "--severity", "page")
    #expect(run.status == 0)
    #expect(try String(contentsOfFile: folder.file("given"), encoding: .utf8).contains("\"severity\":\"page\""))
    #expect(try await test(hook("true"), "--severity", "loud").errors.contains("\"loud\": give page or notice."))
  }

  @Test func aFailureIsALineAndAStatus() async throws {
    let run = try await test(hook("exit 3"))
    #expect((run.status, run.output, run.errors) == (74, "hook: failed: exit 3\n", ""))
    let over = try await test(hook("grep -q firing"))
    #expect((over.status, over.output) == (74, "hook: failed: the resolution: exit 1\n"))
  }

  @Test func aURLThatFailsCountsMore() async throws {
    // Nobody listens on the port that nobody may have.
    let webhook = "[notify.webhook]\nurl = \"http://127.0.0.1:1/x\"\n"
    let run = try await test(hook("exit 3") + webhook)
    #expect(run.status == 69 && run.output.hasPrefix("hook: failed: exit 3\nwebhook: failed: "), "\(run.output)")
    #expect(try await test(hook("exit 0") + webhook, "--to", "hook").status == 0)
    #expect(try await test(hook("exit 0") + webhook, "--to", "webhook").status == 69)
  }

  @Test func whoCannotBeToldIsSaid() async throws {
    let none = try await test("interval = 5\n")
    #expect(
      (none.status, none.errors) == (
        78,
        "slotwatch: Nobody is told of alerts: write [notify.hook] or [notify.webhook] or [notify.alertmanager] into the configuration file.\n"
      ))
    let other = try await test(hook("true"), "--to", "webhook")
    #expect(other.status == 78 && other.errors.contains("Cannot send to webhook: write [notify.webhook]"))
    let unknown = try await test(hook("true"), "--to", "hook,pager")
    #expect(
      (unknown.status, unknown.errors) == (
        64, "slotwatch: Cannot use --to \"hook,pager\": give hook, webhook, alertmanager.\n"
      ))
  }

  @Test func plainHTTPIsForThisMachine() async throws {
    let text = "[notify.webhook]\nurl = \"http://chat.example/x\"\n"
    let run = try await test(text)
    #expect(run.status == 78 && run.errors.contains("line 2, column 7: plain http is for this machine; write https"))
    let token = try folder.file("token", "canary\n")
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: token)
    let secret = try await test(text + "token_file = \"\(token)\"\n", "--allow-plain-http")
    #expect(secret.status == 78 && secret.errors.contains("plain http carries no secret"))
  }

  @Test func aURLThatIsASecretIsNeverShown() async throws {
    let place = try folder.file("place", "http://127.0.0.1:1/services/canary\n")
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: place)
    let run = try await test("[notify.webhook]\nurl_file = \"place\"\n")
    #expect(run.status == 69 && run.output.hasPrefix("webhook: failed: "), "\(run.output) \(run.errors)")
    #expect(!run.output.contains("canary"))
    let broken = try folder.file("place", "https://u:canary@h\n")
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: broken)
    let refused = try await test("[notify.webhook]\nurl_file = \"place\"\n")
    #expect(refused.status == 78 && refused.errors.contains("line 2, column 12: the URL holds a user or a password"))
    #expect(!refused.errors.contains("canary"))
  }

  @Test func aSecretThatOthersMayReadIsRefused() async throws {
    let token = try folder.file("token", "canary\n")
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: token)
    let run = try await test("[notify.webhook]\nurl = \"https://h.example\"\ntoken_file = \"token\"\n")
    #expect(run.status == 77 && run.errors.contains("may be read by others (mode 644); run chmod 600"), "\(run.errors)")
    #expect(!run.errors.contains("canary"))
  }

  @Test func aloneItTellsWhatItHas() async {
    let run = await ProgramRun("notify")
    #expect(run.status == 0 && run.output.contains("test") && run.output.contains("USAGE: slotwatch notify"))
    #expect(await ProgramRun("notify", "test", "--hold", "x").status == 64)
    #expect(await ProgramRun("notify", "tets").status == 64)
  }
}

@Suite struct NotifyConfigurationTests {
  private func read(_ text: String) throws -> ConfigurationFile {
    try ConfigurationReader(path: "config.toml", folder: "/etc/slotwatch", home: "/home/u").read(text)
  }

  @Test func readsEverySink() throws {
    let sinks = try read(
      """
      [notify.alertmanager]
      url = "http://127.0.0.1:9093"
      source = "prod"
      [notify.hook]
      command = ["page", "--now"]
      timeout = 3
      [notify.webhook]
      url = "https://chat.example/hooks/canary"
      token_file = "token"
      """
    ).sinks
    #expect(sinks.map(\.kind.name) == ["hook", "webhook", "alertmanager"])
    #expect(sinks[0][.hookCommand]?.words == ["page", "--now"] && sinks[0][.hookTimeout]?.text == "3")
    #expect(sinks[1][.sinkToken]?.text == "/etc/slotwatch/token")
    #expect(sinks.map(\.target) == ["page", "https://chat.example", "http://127.0.0.1:9093"])
    #expect(
      try read("[notify.hook]\ncommand = \"page | tee x\"\n").sinks[0][.hookCommand]?.words == [
        "/bin/sh", "-c", "page | tee x",
      ])
    #expect(try read("[notify]\n").sinks.isEmpty)
  }

  @Test(arguments: [
    ("notify = 1", "line 1, column 1: \"notify\" is a number; the tables are [notify.hook], [notify.webhook], "),
    ("[notify.hok]\ncommand = \"x\"", "line 1, column 2: nobody is notified by \"hok\"; did you mean \"hook\"?"),
    ("[notify.pigeon]", "line 1, column 2: nobody is notified by \"pigeon\"; the tables are [notify.hook]"),
    ("[notify]\nhook = \"x\"", "line 2, column 1: \"hook\" is a text; write [notify.hook]."),
    ("[notify.hook]\ntimeout = 3", "line 1, column 2: [notify.hook] has no command; write command = "),
    ("[notify.hook]\ncomand = \"x\"", "line 2, column 1: unknown key \"comand\"; did you mean \"command\"?"),
    ("[notify.hook]\ncommand = 3", "line 2, column 11: command is a number; give a program and its arguments"),
    ("[notify.hook]\ncommand = []", "line 2, column 11: command is a list; give a program"),
    (
      "[notify.hook]\ncommand = \"x\"\ntimeout = 0",
      "line 3, column 11: timeout is \"0\"; give a whole number of seconds"
    ),
    ("[notify.webhook]\nurl = \"ftp://x\"", "line 2, column 7: url does not begin with https:// or http://."),
    ("[notify.webhook]\nurl = \"https://u:canary@h\"", "line 2, column 7: url holds a user or a password"),
    ("[notify.webhook]\nurl = \"https://h\"\ntoken = \"canary\"", "line 3, column 1: \"token\" cannot stand here"),
    (
      "[notify.alertmanager]\nurl = \"https://h\"",
      "line 1, column 2: [notify.alertmanager] has no source; write source"
    ),
    (
      "[notify.webhook]\nurl = \"https://h\"\nurl_file = \"x\"",
      "line 3, column 1: [notify.webhook] has both url and url_file"
    ), ("[notify.webhook]", "line 1, column 2: [notify.webhook] has no url; write url = \"https://…\", or url_file."),
    ("url = \"x\"", "line 1, column 1: key \"url\" belongs to a notification; write it below [notify.webhook]."),
  ])
  func saysWhereAndWhatIsWrong(text: String, part: String) {
    let line = (#expect(throws: CommandFailure.self) { try read(text) })?.line ?? ""
    #expect(line.hasPrefix("Cannot use \"config.toml\": \(part)"), "\(line)")
    #expect(!line.contains("canary"))
  }

  @Test func theListingNamesThemWithoutSecrets() async throws {
    let folder = try TemporaryFolder()
    let path = try folder.file(
      "config.toml",
      """
      [notify.hook]
      command = ["page", "canary"]
      [notify.webhook]
      url = "https://chat.example/canary?canary"
      """)
    let run = await ProgramRun("config", "--config", path)
    #expect(run.status == 0 && !run.output.contains("canary"))
    #expect(run.output.contains("who is told of alerts\n  hook     page                  line 1\n"), "\(run.output)")
    let json = await ProgramRun("config", "--config", path, "--format", "json")
    #expect(
      json.output.contains(#""notify":[{"name":"hook","target":"page","line":1}"#) && !json.output.contains("canary"))
  }
}
