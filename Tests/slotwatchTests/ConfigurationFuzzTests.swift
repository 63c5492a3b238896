import Foundation
import ReadingCommands
import SlotStatsTesting
import TerminalUI
import Testing

@testable import slotwatch_serve

/// Mutants of configuration files. They are here and not in `Fuzz`, since only tests can link what a program holds.
@Suite struct ConfigurationFuzzTests {
  private static let words = [
    "source = ", "interval = ", "warning = \"5%\"", "[sources.x]\n", "[slots.\"é\"]\n", "[[sources]]\n", "address = ",
    "token_file = ", "token_command = [\"a\", 'b']", "min_runs = ", "\"\"\"", "'''", "1979-05-27", "1979-05-27 7,",
    "07:32:00Z", "0x1F",
    "0b1", "1_000", "+inf", "nan", "{ a = 1 }", "a.b.c", "\\U0001F600", "\\q", "\r", "# x\n", "ignore = [\"a*\"]\n",
    "[[rules]]\n", "when = \"critical\"\n", "for = \"1h30m\"\n", "slots = [\"a*\", \"!ab\"]\n",
    "rules = [{ name = \"x\" }]",
    "[rules.x]\n",
  ]

  private func seeds() throws -> [[UInt8]] {
    let example = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "../../assets/config.example.toml")
    let texts = [
      "interval = 7\nsource = \"x\"\n[sources.x]\naddress = \"https://h/?a=b\"\n",
      "a = \"\"\"\n[x]\n\\\n\"\"\"\nb = '''\n'''",
      "sources = { x = { address = 'stats.json', interval = 0.5 } }\nslots.a.warning = 0.1\nslots.a.critical = 2e-1\n",
      "",
    ]
    return [Array(try Data(contentsOf: example.standardizedFileURL))] + texts.map { Array($0.utf8) }
  }

  @Test func anyMutantIsReadOrRefusedInOneShortLine() throws {
    let (pool, mutator) = (try seeds(), Mutator(words: Self.words, maxBytes: 4_096))
    let reader = ConfigurationReader(path: "config.toml", folder: "/etc/slotwatch", home: "/home/u")
    var random = SeededGenerator(state: 1)
    var (read, refused) = (0, 0)
    for index in 0..<2_000 {
      let input = mutator.input(from: pool, &random)
      // What is no UTF-8 is refused before.
      let text = String(decoding: input, as: UTF8.self)
      do throws(CommandFailure) {
        _ = try reader.read(text)
        read += 1
      } catch {
        refused += 1
        let line = TerminalText.neutralised(error.line)
        #expect(line.hasPrefix("Cannot use \"config.toml\": line "), "mutant \(index): \(line)")
        #expect(line.utf8.count < 1_000, "mutant \(index): \(line.utf8.count) bytes")
      }
    }
    #expect(read > 100 && refused > 500, "mutants must be of both kinds; \(read) were read, \(refused) refused")
  }
}
