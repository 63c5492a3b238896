import Testing

@testable import ReadingCommands

@Suite struct FrontArgumentsTests {
  private func read(_ arguments: String..., onTerminal: Bool = false) -> FrontArguments? {
    FrontArguments(arguments, outputIsTerminal: onTerminal)
  }

  @Test func readsOptionsInBothForms() {
    let given = GivenOptions(values: ["source": "a.json", "interval": "-1"], switches: ["ascii"])
    for arguments in [
      read("check", "--source", "a.json", "--interval", "-1", "--ascii"),
      read("check", "--source=a.json", "--ascii", "--interval=-1"),
    ] {
      #expect(arguments?.command == "check")
      #expect(arguments?.given == given)
    }
  }

  @Test func readsTheLettersOfMonitoringPlugins() {
    let given = read("check", "-w", "5%", "-c", "10%", "-t", "20", "a.json")?.given
    #expect(given == GivenOptions(file: "a.json", values: ["warning": "5%", "critical": "10%", "timeout": "20"]))
    #expect(read("check", "-w", "5", "-c", "0.1", "-t", "5", "a.json")?.given.values["warning"] == "5%")
    #expect(read("check", "-w", "1", "-c", "1", "a.json")?.given.values == ["warning": "1%", "critical": "1%"])
    #expect(read("check", "-c", "0.1", "-t", "5", "a.json")?.given.values == ["critical": "0.1", "timeout": "5"])
    #expect(read("check", "-w", "5%", "--warning", "6%", "a.json") == nil)
    #expect(read("watch", "-w", "5%", "a.json") == nil)
    #expect(read("check", "-V") == nil && read("check", "-v", "a.json") == nil)
  }

  @Test func readsOneFileAnywhere() {
    #expect(read("report", "a.json", "--window", "week")?.given.file == "a.json")
    #expect(read("report", "--window", "week", "a.json")?.given.file == "a.json")
  }

  @Test func readsADashAsStandardInput() {
    #expect(read("check", "-")?.given.file == "-")
    #expect(read("report", "--source", "-")?.given.values == ["source": "-"])
    #expect(read("-", "--ascii")?.command == "report")
    #expect(read("check", "-", "-") == nil)
  }

  @Test func putsInTheCommandThatIsLeftOut() {
    #expect(read("a.json")?.command == "report")
    #expect(read("a.json", onTerminal: true)?.command == "watch")
    #expect(read("--source", "a.json", onTerminal: true)?.command == "watch")
    #expect(read()?.command == "report")
  }

  @Test func readsTheOptionsOfEachCommand() {
    #expect(read("check", "--slot", "-x")?.given.lists == ["slot": ["-x"]])
    #expect(read("check", "--slot", "a", "--slot=b", "a.json")?.given.lists == ["slot": ["a", "b"]])
    #expect(read("screen", "a.json", "--size", "80x24", "--keys", "- r", "--format", "svg") != nil)
    #expect(read("report", "a.json", "--format=csv")?.given.values == ["format": "csv"])
    #expect(read("report", "a.json", "--slot", "x")?.given.lists == ["slot": ["x"]])
    #expect(read("screen", "a.json", "--slot", "x") == nil)
    #expect(read("watch", "a.json", "--format", "csv") == nil)
  }

  @Test(arguments: [
    ["serve"], ["ingest"], ["help"], ["--help"], ["-h"], ["check", "--version"], ["check", "--help"],
    ["check", "a.json", "b.json"], ["check", "stats"], ["check", "--", "a.json"],
    ["check", "--ascii", "--ascii", "a.json"], ["check", "--window", "day", "--window", "week", "a.json"],
    ["check", "--window"], ["check", "--timeout", "--", "a.json"], ["check", "--timeout", "--ascii", "a.json"],
    ["check", "--window="], ["check", "--window", "", "a.json"], ["check", "--ascii=1"],
    ["check", "--source", "--ascii"], ["check", "--sour", "a.json"], ["check", "--=x"],
    ["check", "--config", "c.toml", "a.json"], ["check", "--token-file", "t", "a.json"],
    ["check", "--connect-timeout", "3", "a.json"], ["check", "--source=x", "--source", "a"],
  ])
  func leavesEverythingElseToTheOtherProgram(arguments: [String]) {
    let read = FrontArguments(arguments, outputIsTerminal: false)
    #expect(read == nil)
  }
}
