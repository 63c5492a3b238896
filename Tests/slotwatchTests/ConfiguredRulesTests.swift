import Foundation
import ReadingCommands
import SlotStats
import SlotStatsTesting
import Testing

@testable import slotwatch_serve

/// `[[rules]]` in the configuration file.
@Suite struct ConfiguredRulesTests {
  private func read(_ text: String) throws -> [ConfiguredRule] {
    try ConfigurationReader(path: "config.toml", folder: "/etc/slotwatch", home: nil).read(text).rules
  }

  private static let whole = """
    interval = 5
    [[rules]]
    name = "provider down"
    when = "critical"
    window = "minute"
    for = "5m"
    keep = "1h30m"
    slots = ["slot-0*", "!slot-005"]
    severity = "page"
    runbook = "https://wiki.example/provider"
    notify = ["bell", "hook", "bell"]

    [[rules]]
    name = "more than usual"
    when = "over-usual"
    factor = 3
    all = true
    [slots.a]
    warning = 0.2
    critical = 0.4
    """

  @Test func readsEveryKey() throws {
    let rules = try read(Self.whole)
    #expect(rules.map(\.position) == [TextPosition(line: 2, column: 3), TextPosition(line: 13, column: 3)])
    #expect(
      rules.map(\.rule) == [
        AlertRule(
          name: "provider down", when: .critical, window: .minute, holdSeconds: 300, keepSeconds: 5_400,
          scope: .slots(try SlotSelection(["slot-0*", "!slot-005"])), severity: .page,
          runbook: "https://wiki.example/provider", channels: [.bell, .hook]),
        AlertRule(name: "more than usual", when: .overUsual, scope: .all, factor: 3),
      ])
    #expect(RuleKey.all.allSatisfy { Self.whole.contains("\n\($0.name) = ") })
  }

  @Test func leavesOutWhatIsLeftOut() throws {
    let rules = try read("rules = [{ name = \"a\", when = \"quiet\" }, { when = \"lost\", name = \"b\", all = false }]")
    #expect(rules.map(\.rule) == [AlertRule(name: "a", when: .quiet), AlertRule(name: "b", when: .lost)])
    #expect(rules.map(\.rule.scope) == [.slots(.every), .source])
    #expect(rules.map(\.position) == [TextPosition(line: 1, column: 10), TextPosition(line: 1, column: 42)])
    #expect(try read("rules = []") == [] && read("") == [])
    #expect(try read("[[rules]]\nname=\"a\"\nwhen=\"quiet\"\nfor=0\nslots=\"a*\"\nnotify=\"bell\"").count == 1)
  }

  private static let start = "[[rules]]\nname = \"a\"\nwhen = \"critical\"\n"

  @Test(arguments: [
    ("fro = \"5m\"", "line 4, column 1: unknown key \"fro\" of a rule; did you mean \"for\"?"),
    ("slot = [\"a\"]", "line 4, column 1: unknown key \"slot\" of a rule; did you mean \"slots\"?"),
    ("xyzzy = 1", "line 4, column 1: unknown key \"xyzzy\" of a rule; the keys are name, when, window, for, keep, "),
    ("token = \"canary\"", "\"token\" cannot stand here"),
    ("for = 5", "line 4, column 7: for is 5, without a unit; write \"5m\" or \"5s\"."),
    ("for = \"5\"", "line 4, column 7: for is \"5\"; give a time with its unit such as \"5m\", \"90s\", \"2h\" or"),
    ("keep = -5", "line 4, column 8: keep is -5, without a unit"), ("keep = 1.5", "keep is a number; give a time"),
    ("for = true", "for is true or false; give a time"), ("for = \"2d\"", "for is \"2d\"; give at most \"1d\"."),
    ("for = \"5 m\"", "for is \"5 m\"; give a time"), ("for = 07:32:00", "for is of a sort that no key takes"),
    ("severity = \"pgae\"", "line 4, column 12: severity is \"pgae\"; did you mean \"page\"?"),
    ("severity = \"loud\"", "severity is \"loud\"; give page or notice."),
    ("severity = 1", "severity is a number; give page or notice."),
    ("window = \"year\"", "window is \"year\"; give minute, hour, day or week."),
    ("notify = [\"bell\", \"hock\"]", "line 4, column 10: notify is \"hock\"; did you mean \"hook\"?"),
    ("notify = [\"mail\"]", "notify is \"mail\"; give bell, desktop, hook, webhook or alertmanager."),
    ("notify = [1]", "notify is of a sort that no key takes; give a list of bell, "),
    ("slots = [\"slot-[\"]", "line 4, column 9: slots has \"slot-[\", which is no pattern; give patterns for ids"),
    ("slots = [\"!\"]", "slots has \"!\", which is no pattern"),
    ("slots = \"\"", "slots has \"\", which is no pattern"),
    ("slots = []", "slots is empty; give patterns for ids"), ("slots = 5", "slots is a number; give patterns"),
    ("all = \"true\"", "all is a text; give true or false."),
    ("slots = [\"a\"]\nall = true", "line 5, column 1: rule \"a\" has both slots and all = true"),
    ("factor = 2", "line 4, column 1: rule \"a\" has a factor, which belongs to over-usual; leave it out."),
    ("runbook = \"\"", "line 4, column 11: runbook is \"\"; give one line"),
    ("runbook = \"a\\nb\"", "give one line, such as a URL."), ("runbook = 1", "runbook is a number; give one line"),
    ("name = \"b\"", "line 4, column 1: \"name\" stands twice, first at line 2, column 1."),
    ("[rules.x]\na = 1", "line 4, column 2: unknown key \"x\" of a rule"),
    ("[[rules]]\nwhen = \"quiet\"", "line 4, column 3: a rule has no name."),
    ("[[rules]]\nname = \"b\"", "line 4, column 3: rule \"b\" has no when; give one of critical, warning, stalled, "),
    (
      "[[rules]]\nname = \"a\"\nwhen = \"quiet\"",
      "line 5, column 8: two rules are called \"a\", the first at line 2; give each a name of its own."
    ),
  ])
  func saysWhereAndWhatIsWrong(text: String, part: String) {
    expectRefusal(Self.start + text, part)
  }

  @Test(arguments: [
    ("rules = 5", "line 1, column 1: \"rules\" is a number; write [[rules]]."),
    ("rules = [\"a\"]", "\"rules\" is a list; write [[rules]]."), ("rules = [1]", "\"rules\" is of a sort"),
    ("[rules]\nname = \"a\"", "line 1, column 2: \"rules\" is a table; write [[rules]]."),
    ("[[rule]]\nname = \"a\"", "line 1, column 3: unknown key \"rule\""),
    ("[[rules]]\nname = \"\"\nwhen = \"quiet\"", "line 2, column 8: name is \"\"; give a name of 1 to 128 characters."),
    ("[[rules]]\nname = \"  \"", "name is \"  \"; give a name"),
    ("[[rules]]\nname = 5", "name is a number; give a name"),
    ("[[rules]]\nname = \"a\\u001b[31m\"", "give a name of 1 to 128"),
    ("[[rules]]\nname = \"a\\u2028\"", "give a name of 1 to 128"),
    ("[[rules]]\nname=\"a\"\nwhen = \"critcal\"", "line 3, column 8: when is \"critcal\"; did you mean \"critical\"?"),
    (
      "[[rules]]\nname=\"a\"\nwhen = \"on fire\"",
      "when is \"on fire\"; give critical, warning, stalled, missing, quiet, over-usual, stale or lost."
    ),
    ("[[rules]]\nname=\"a\"\nwhen = [\"quiet\"]", "when is a list; give critical, "),
    (
      "[[rules]]\nname=\"a\"\nwhen=\"lost\"\nslots=[\"a\"]",
      "line 4, column 1: rule \"a\" is for lost, which is said of the source; leave slots out."
    ),
    ("[[rules]]\nname=\"a\"\nwhen=\"stale\"\nall=true", "line 4, column 1: rule \"a\" is for stale"),
    ("[[rules]]\nname=\"a\"\nwhen=\"over-usual\"\nfactor=1", "line 4, column 8: factor is \"1\"; give a number over 1"),
    ("[[rules]]\nname=\"a\"\nwhen=\"over-usual\"\nfactor=0.5", "factor is \"0.5\"; give a number over 1"),
    ("[[rules]]\nname=\"a\"\nwhen=\"over-usual\"\nfactor=nan", "factor is \"nan\"; give a number over 1"),
    ("[[rules]]\nname=\"a\"\nwhen=\"over-usual\"\nfactor=inf", "factor is \"inf\"; give a number over 1"),
    ("[[rules]]\nname=\"a\"\nwhen=\"over-usual\"\nfactor=\"2\"", "factor is a text; give a number over 1"),
  ])
  func saysWhatIsWrongWithTheWhole(text: String, part: String) {
    expectRefusal(text, part)
  }

  @Test func takesNoMoreRulesThanCanBeLookedAt() {
    let text = (0...200).map { "[[rules]]\nname = \"\($0)\"\nwhen = \"quiet\"\n" }.joined()
    expectRefusal(text, "line 601, column 3: there are more than 200 rules")
  }

  private func expectRefusal(_ text: String, _ part: String) {
    let failure = #expect(throws: CommandFailure.self) { try read(text) }
    #expect(failure?.status == .configuration)
    let line = failure?.line ?? ""
    #expect(line.hasPrefix("Cannot use \"config.toml\": line ") && line.contains(part), "\(line)")
    #expect(!line.contains("canary"))
  }
}
