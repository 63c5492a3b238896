import ArgumentParser
import ReadingCommands

extension Program {
  /// Runs the command that `arguments` tell of, the program's name not included.
  /// - Returns: the exit status.
  func run(_ arguments: [String]) -> Int32 {
    do {
      let invocation = try Invocation(arguments, outputIsTerminal: outputIsTerminal)
      return try run(invocation)
    } catch {
      return report(error, isCheck: CheckRun.isAsked(by: arguments), limit: CheckRun.limit(in: arguments, environment))
    }
  }

  private func run(_ invocation: Invocation) throws(CommandFailure) -> Int32 {
    var command: any ParsableCommand
    do {
      try EmptyValue.refuse(in: invocation.arguments)
      command = try parse(invocation)
      guard let own = command as? any RunnableCommand else {
        // The parser's own commands, such as help, answer by throwing.
        try command.run()
        return ExitStatus.done.rawValue
      }
      return try own.run(in: RunContext(program: self, isExplicit: invocation.isExplicit))
    } catch let failure as CommandFailure {
      throw failure
    } catch {
      return try answer(error, invocation)
    }
  }

  /// The command with its values.
  ///
  /// A command parses its own arguments in half the time that the whole tree of commands takes, which is a good part of
  /// the time to the first frame. Whatever it cannot parse, help and completions among it, the whole tree answers.
  private func parse(_ invocation: Invocation) throws -> any ParsableCommand {
    let own = SlotwatchCommand.configuration.subcommands.first { $0._commandName == invocation.arguments.first }
    if let own, let command = try? own.parse(Array(invocation.arguments.dropFirst())), command is any RunnableCommand {
      return command
    }
    return try SlotwatchCommand.parseAsRoot(invocation.arguments)
  }

  /// What the parser has to say: help, version and completions are printed, anything else is a usage error.
  private func answer(_ error: any Error, _ invocation: Invocation) throws(CommandFailure) -> Int32 {
    guard SlotwatchCommand.exitCode(for: error) == .success else {
      let message = SlotwatchCommand.message(for: error)
      let isSentence = message.hasSuffix("?") || message.hasSuffix(".")
      throw CommandFailure(
        .usage, "\(message)\(isSentence ? " See" : "; see") \(invocation.commandName) --help.")
    }
    try print(SlotwatchCommand.fullMessage(for: error) + "\n")
    return ExitStatus.done.rawValue
  }
}
