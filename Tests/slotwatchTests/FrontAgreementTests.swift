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

  @Test(arguments: 0..<8) func agreesWithTheArgumentParser(seed: Int) throws {
    var chance = SeededGenerator(state: UInt64(seed))
    var accepted = 0
    for _ in 0..<400 where accepted < 12 {
      var arguments = (0..<Int.random(in: 0...6, using: &chance)).map { _ in
        Self.words[Int.random(in: 0..<Self.words.count, using: &chance)]
      }
      if Bool.random(using: &chance) {
        arguments.insert(["check", "report", "screen", "watch"].randomElement(using: &chance) ?? "", at: 0)
      }
      let onTerminal = Bool.random(using: &chance)
      guard let front = FrontArguments(arguments, outputIsTerminal: onTerminal) else { continue }
      accepted += 1
      let invocation = try Invocation(arguments, outputIsTerminal: onTerminal)
      #expect(invocation.arguments.first == front.command)
      #expect(try Self.given(invocation.arguments) == front.given, "\(arguments)")
    }
    #expect(accepted > 3)
  }

  private static func given(_ arguments: [String]) throws -> GivenOptions {
    switch try SlotwatchCommand.parseAsRoot(arguments) {
    case let check as CheckCommand: check.given
    case let report as ReportCommand: report.given
    case let screen as ScreenCommand: screen.given
    case let watch as WatchCommand: watch.given
    default: throw CommandFailure(.usage, "another command")
    }
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
