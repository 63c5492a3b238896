import ArgumentParser
import ReadingCommands
import StatsReports

/// The verdict as one line for a monitoring system.
struct CheckCommand: RunnableCommand {
  static let configuration = CommandConfiguration(
    commandName: CheckRun.name, abstract: "Prints the verdict for a monitoring system; exits 0, 1, 2 or 3.",
    discussion: """
      Without --slot: all slots together and each active slot, the worst of them. A rule of the configuration file that \
      fires is named; a page is critical, a notice a warning.
      """)

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Judge this slot alone, by its id; given more than once, the worst of them.", valueName: "id"))
  var slot: [String] = []

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Leave out slots whose ids fit, such as \"slot-9*\"; may be given more than once. All slots together stay.",
      valueName: "glob"))
  var ignore: [String] = []

  // Known, so that what follows it is not taken for other options.
  @Option(parsing: .unconditional, help: .hidden)
  var at: String?

  @Flag(help: "At most 1,022 bytes, for NRPE 2; usually 4,094. What has no room is left out, and the line says so.")
  var brief = false

  @Option(
    help: ArgumentHelp(
      "Remember here between two runs how long rules have held, where the source keeps no minutes.",
      valueName: "file"),
    completion: .file())
  var state: String?

  @Option(
    name: .customShort("w", allowingJoined: true), parsing: .unconditional,
    help: ArgumentHelp("The same as --warning; 5 is 5%.", valueName: "share"))
  var warning: String?

  @Option(
    name: .customShort("c", allowingJoined: true), parsing: .unconditional,
    help: ArgumentHelp("The same as --critical; 10 is 10%.", valueName: "share"))
  var critical: String?

  @Option(
    name: .customShort("t", allowingJoined: true), parsing: .unconditional,
    help: ArgumentHelp("The same as --timeout.", valueName: "seconds"))
  var timeout: String?

  @Flag(name: .customShort("v"), help: "Taken as monitoring plugins take it; the one line says all there is.")
  var verbose: Int

  @Flag(name: .customShort("V"), help: "Print the version and exit with 3, as monitoring plugins do.")
  var printsVersion = false

  @OptionGroup var common: CommonOptions

  /// What was given.
  var given: GivenOptions {
    let letters: [PluginLetter: String?] = [.warning: warning, .critical: critical, .timeout: timeout]
    let own = letters.map { letter, text in (letter.option, text.map(letter.text)) }
    return common.given(
      Dictionary(uniqueKeysWithValues: own.filter { $0.1 != nil } + [(Options.state.name, state)]),
      lists: [Options.slot.name: slot, Options.ignore.name: ignore], switches: [Options.brief.name: brief])
  }

  func run(in context: RunContext) throws(CommandFailure) -> Int32 {
    if printsVersion {
      do throws(CommandFailure) {
        try context.program.print("slotwatch \(Program.version)\n")
      } catch {
        // Where nobody reads it, the status says what it would.
        guard error.status == .done else { throw error }
      }
      return CheckLine.Status.unknown.rawValue
    }
    if let at {
      throw CommandFailure(.usage, "Cannot use --at \"\(at)\" with check: it judges what is now; report takes it.")
    }
    return try context.read(CheckRun.self, given, standard: nil)
  }
}
