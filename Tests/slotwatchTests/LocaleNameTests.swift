import SlotStatsTesting
@testable import ReadingCommands
import Testing

@testable import slotwatch_serve

@Suite struct LocaleNameTests {
  @Test(arguments: [
    ([:], false), (["LANG": "C"], true), (["LANG": "POSIX"], true), (["LANG": "de_DE.ISO-8859-1"], true),
    (["LANG": "C.UTF-8"], false), (["LANG": "en_US.utf8"], false), (["LANG": "en_US.UTF-8", "LC_ALL": "C"], true),
    (["LANG": "C", "LC_CTYPE": "C.UTF-8"], false), (["LC_ALL": "", "LANG": "C"], true),
  ])
  func tellsALocaleWithoutUnicode(environment: [String: String], excludes: Bool) {
    #expect(LocaleName.excludesUnicode(environment) == excludes)
  }

  @Test func screensInSuchALocaleAreASCII() async {
    func frame(_ format: String, _ environment: [String: String], _ more: String...) async -> String {
      let arguments = ["screen", "sample:", "--now", TemporaryFolder.now, "--format", format] + more
      return await ProgramRun(arguments: arguments, environment: environment).output
    }
    let locale = ["LANG": "C"]
    for format in ["text", "ansi"] {
      #expect(await frame(format, locale) == frame(format, [:], "--ascii"))
      #expect(await frame(format, locale) != frame(format, [:]))
    }
    // A picture names its own character set.
    #expect(await frame("svg", locale) == frame("svg", [:]))
  }
}
