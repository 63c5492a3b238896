import Glibc
import SlotStats

/// The program that starts fast: it runs what needs a snapshot file or the sample alone, and hands everything else to
/// the program that has everything, so that there is one behaviour and one text of each error.
package struct FrontProgram: Sendable {
  /// A command that will run, all of it read.
  private struct Prepared {
    let command: any ReadingCommand
    let settings: ViewSettings
    let source: LocalSource
  }

  private static let commands: [any ReadingCommand.Type] = [
    CheckRun.self, ReportRun.self, FrameRun.self, WatchRun.self,
  ]

  /// Variables of options that count for any source and are not read here.
  package static let othersVariables = [
    "SLOTWATCH_CONFIG", "SLOTWATCH_CONNECT_TIMEOUT", "SLOTWATCH_FIRST_BYTE_TIMEOUT", "SLOTWATCH_MAX_REDIRECTS",
    "SLOTWATCH_CA_FILE", "SLOTWATCH_ALLOW_PLAIN_HTTP",
  ]

  private let program: Program
  private let handOver: @Sendable () -> CommandFailure

  /// A program.
  /// - Parameters:
  ///   - program: what it touches.
  ///   - handOver: becomes the other program; returns why it could not.
  package init(_ program: Program, handOver: @escaping @Sendable () -> CommandFailure) {
    self.program = program
    self.handOver = handOver
  }

  /// Runs what `arguments` ask for, the program's name not among them.
  /// - Returns: the exit status.
  package func run(_ arguments: [String]) -> Int32 {
    do throws(CommandFailure) {
      if arguments == ["--version"] {
        try program.print(Program.version + "\n")
        return ExitStatus.done.rawValue
      }
      guard let run = prepare(arguments) else { throw handOver() }
      run.command.begin(run.settings, program)
      let source = try run.source.open(
        readsOnce: type(of: run.command).readsOnce, clocks: RootClocks(fixedAt: run.settings.now))
      return try run.command.run(run.settings, source, program)
    } catch {
      return program.report(
        error, isCheck: CheckRun.isAsked(by: arguments), limit: CheckRun.limit(in: arguments, program.environment))
    }
  }

  /// Whether this program runs `arguments` itself.
  package func runsItself(_ arguments: [String]) -> Bool { arguments == ["--version"] || prepare(arguments) != nil }

  /// What can be run here; `nil` where anything is not understood, cannot be used, or needs more.
  private func prepare(_ arguments: [String]) -> Prepared? {
    guard let read = FrontArguments(arguments, outputIsTerminal: program.outputIsTerminal),
      let command = Self.commands.first(where: { $0.name == read.command })
    else { return nil }
    let reader = OptionReader(environment: program.environment, given: read.given)
    guard let source = source(reader), Self.othersVariables.allSatisfy({ reader.variable($0) == nil }),
      ConfigurationPlaces.paths(program.environment).allSatisfy(Self.isMissing)
    else { return nil }
    do {
      var take = SettingsReader(reader)
      let settings = try ViewSettings(&take)
      return Prepared(command: try command.init(reader, program), settings: settings, source: source)
    } catch {
      return nil
    }
  }

  private func source(_ reader: OptionReader) -> LocalSource? {
    let flag = reader.given.values[Options.source.name]
    if flag != nil, reader.given.file != nil { return nil }
    return (try? reader.value(Options.source, flag: flag ?? reader.given.file)).flatMap { LocalSource($0) }
  }

  /// Whether there is surely no such file; what may not be looked at may be one.
  private static func isMissing(_ path: String) -> Bool {
    access(path, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR)
  }
}
