import ArgumentParser
import SlotStats
import TerminalUI

/// The forms in which a frame can be written.
enum ScreenFormat: String, CaseIterable, Sendable {
  case text, ansi, svg
}

/// One frame of the dashboard on standard output.
struct ScreenCommand: RunnableCommand {
  static let configuration = CommandConfiguration(
    commandName: "screen", abstract: "Prints one frame of the dashboard, after some keys.",
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

  @OptionGroup var common: CommonOptions

  func run(in context: RunContext) throws(CommandFailure) -> Int32 {
    let settings = try Settings(common, environment: context.environment)
    let run = ScreenRun(
      settings: settings,
      source: try OpenedSource(
        settings.source ?? .demo, settings, .everything(of: Set(StatsWindow.allCases)),
        clocks: RootClocks(fixedAt: settings.now)),
      size: try context.reader.value(Options.size, flag: size) ?? Size(columns: 120, rows: 40),
      keys: try readKeys(context.reader),
      format: try context.reader.value(Options.screenFormat, flag: format) ?? .text,
      environment: context.environment)
    try context.program.print(try run.run())
    return ExitStatus.done.rawValue
  }

  private func readKeys(_ reader: OptionReader) throws(CommandFailure) -> [Key] {
    let names = try reader.value(Options.keys, flag: keys) ?? ""
    do {
      return try Key.parse(names: names)
    } catch {
      let origin: OptionOrigin = keys == nil ? .environment(Options.keys.variable) : .flag(Options.keys.flag)
      throw CommandFailure(
        origin.status,
        "Cannot use \(origin.name) with \"\(error.name)\": no key has that name; try j, Enter or text:abc.")
    }
  }
}
