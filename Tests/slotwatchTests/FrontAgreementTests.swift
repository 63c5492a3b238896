import ArgumentParser
import Foundation
import ReadingCommands
import SlotStatsTesting
import Testing

@testable import slotwatch_serve

/// What the program that starts fast reads of its arguments is what the argument parser reads.
@Suite struct FrontAgreementTests {
  private static let words = [
    "check", "report", "screen", "watch", "serve", "a.json", "./b", "c", "sample:", "", "-", "--", "-1", "day",
    "--ascii",
    "--no-color", "--ascii=1", "--source", "--source=", "--source=a.json", "--source=-x", "--window", "--window=week",
    "--interval", "--interval=", "--interval=-3", "--warning", "--critical", "--min-runs", "--timeout", "--stale-after",
    "--stale-after=9", "--scope", "--now", "--theme", "--slot", "--slot=a=b", "--format", "--format=json", "--size",
    "--keys", "--keys=- r", "- r", "--config", "--token-file", "--help", "-h", "--version", "--ca-file", "--windo",
    "--=", "--source=a=b", "é.json", "--slot=\u{301}",
  ]

  @Test(arguments: 0..<4) func agreesWithTheArgumentParser(seed: UInt64) async {
    let lines = Self.understood(seed: seed, count: 10)
    #expect(lines.count == 10)
    // Parsing takes long in a debug build; readings of other tests share few threads.
    let differences = await onOwnThread { lines.filter { (try? Self.given($0.arguments)) != $0.front.given } }
    #expect(differences.map(\.arguments) == [])
  }

  private struct Line: Sendable {
    let arguments: [String]
    let front: FrontArguments
  }

  /// Random command lines that the program that starts fast understands.
  private static func understood(seed: UInt64, count: Int) -> [Line] {
    var chance = SeededGenerator(state: seed)
    var lines: [Line] = []
    while lines.count < count {
      let command = ["check", "report", "screen", "watch"][Int.random(in: 0..<4, using: &chance)]
      let others = (0..<Int.random(in: 1...6, using: &chance)).map { _ in
        Self.words[Int.random(in: 0..<Self.words.count, using: &chance)]
      }
      let arguments = [command] + others
      guard let front = FrontArguments(arguments, outputIsTerminal: false) else { continue }
      lines.append(Line(arguments: arguments, front: front))
    }
    return lines
  }

  private static func given(_ arguments: [String]) throws -> GivenOptions {
    let rest = Array(arguments.dropFirst())
    return switch arguments.first {
    case CheckRun.name: try CheckCommand.parse(rest).given
    case ReportRun.name: try ReportCommand.parse(rest).given
    case FrameRun.name: try ScreenCommand.parse(rest).given
    default: try WatchCommand.parse(rest).given
    }
  }

  @Test(arguments: [["a.json"], ["--source", "a.json"], ["--ascii", "./b"], []], [true, false])
  func agreesOnTheCommandThatIsLeftOut(arguments: [String], onTerminal: Bool) throws {
    let front = try #require(FrontArguments(arguments, outputIsTerminal: onTerminal))
    #expect(try Invocation(arguments, outputIsTerminal: onTerminal).arguments == [front.command] + arguments)
  }

  @Test func knowsTheVariablesOfTheOthersOptions() {
    let names = [
      Options.config.variable, Options.connectTimeout.variable, Options.firstByteTimeout.variable,
      Options.maxRedirects.variable, Options.caFile.variable, Options.allowPlainHTTP.variable,
    ]
    #expect(FrontProgram.othersVariables == names)
  }

  @Test func knowsTheNamesOfItsCommands() {
    #expect(Set(FrontArguments.own.keys).isSubset(of: Invocation.commandNames))
  }
}
