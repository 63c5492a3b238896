import ArgumentParser
import ReadingCommands

/// One frame of the dashboard on standard output.
struct ScreenCommand: RunnableCommand {
  static let configuration = CommandConfiguration(
    commandName: FrameRun.name, abstract: "Prints one frame of the dashboard, after some keys.",
    discussion: """
      Names of keys are separated by blanks: single characters, Enter, Esc, Space, Tab, Up, Down, Left, Right, Home, \
      End, PgUp, PgDn, Ctrl-L, and text:abc for typed text.
      """)

  @Option(help: ArgumentHelp("Columns and rows. (default: 120x40)", valueName: "size"))
  var size: String?

  @Option(parsing: .unconditional, help: ArgumentHelp("The keys to press, such as \"w j Enter\".", valueName: "keys"))
  var keys: String?

  @Option(
    help: ArgumentHelp("text, ansi or svg. (default: text)", valueName: "format"),
    completion: .list(ScreenFormat.allCases.map(\.rawValue)))
  var format: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How it was at a past instant: 2026-11-23T14:32:05Z, 03:10 (UTC), -2h.", valueName: "instant"))
  var at: String?
  @Option(help: SortOption.help, completion: SortOption.completion)
  var sort: String?

  @OptionGroup var common: CommonOptions

  /// What was given.
  var given: GivenOptions {
    common.given([
      Options.size.name: size, Options.keys.name: keys, Options.screenFormat.name: format, Options.at.name: at,
      Options.sort.name: sort,
    ])
  }

  func run(in context: RunContext) throws(CommandFailure) -> Int32 {
    try context.read(FrameRun.self, given, standard: .demo)
  }
}

/// How the option for the order of the rows is described.
enum SortOption {
  /// What it is for.
  static let help = ArgumentHelp(
    "The order of the rows: worst, new first, or a column such as runs. (default: worst)", valueName: "order")
  /// What may be written.
  static let completion = CompletionKind.list(Options.sortNames)
}
