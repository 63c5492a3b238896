import SlotStats
import Testing

@testable import StatsReports

@Suite struct MarkdownReportTests {
  @Test func writesATableOfSlotsWorstFirst() throws {
    let text = try SmallFleet.text(.markdown, SmallFleet.subject(SmallFleet.mixed))
    let expected = """
      ## slotwatch: stats.json

      **CRITICAL** 18.9% failed today (31/164), usual 3.4%  
      Thu 19 Nov 00:00–14:32 UTC, 61% of the day  
      LIVE, data 5 s old, 2026-11-19 14:32 UTC

      | state | slot | name | provider | fail% | failed | runs | usual | timeouts | provider errors | worker errors | cancelled | open |
      | --- | --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
      | critical | all slots, today |  |  | 18.9↑ | 31 | 164 | 3.4 | 6 | 20 | 5 | 0 | 2 |
      |  | all slots, 14 days |  |  | 9.8 | 39 | 396 |  | 11 | 20 | 6 | 2 |  |
      | critical | b-sick | Портрет | gemini | 30.0↑ | 30 | 100 | 5.0 | 5 | 20 | 5 | 0 | 2 |
      | ok | a-fine | 年賀状 | tern | 0.0 | 0 | 60 | 1.0 | 0 | 0 | 0 | 0 |  |
      | few | c-few | c-few |  | 25.0 | 1 | 4 3d |  | 1 | 0 | 0 | 0 |  |
      | off, last run 10 Nov | d-off | Archive |  | – | – | – |  |  |  |  |  |  |

      1 critical, 1 ok, 1 few runs, 1 off

      """
    #expect(text == expected)
  }

  @Test func namesWhatWasLeftOut() throws {
    let subject = SmallFleet.subject(SmallFleet.mixed, notice: "left out: 1 bucket at $.windows.day")
    #expect(try SmallFleet.text(.markdown, subject).hasSuffix("1 off\n\nleft out\\: 1 bucket at \\$.windows.day\n"))
  }

  @Test(arguments: [
    ("a|b", "a\\|b"), ("<b>&", "\\<b\\>\\&"), ("[x](y)", "\\[x\\]\\(y\\)"), ("*_`~", "\\*\\_\\`\\~"), ("a\nb", "a b"),
    ("back\\slash", "back\\\\slash"), ("\u{1B}[0m", "\u{FFFD}\\[0m"), ("plain", "plain"),
  ])
  func escapesWhatHasAMeaning(text: String, escaped: String) {
    #expect(MarkdownReport.escaped(text) == escaped)
  }
}
