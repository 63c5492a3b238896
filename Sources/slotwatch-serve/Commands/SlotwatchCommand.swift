import ArgumentParser
import ReadingCommands

/// The program itself: it only tells of its commands.
struct SlotwatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: Program.name,
    abstract: "Shows what becomes of jobs, slot by slot: failure ratios by minute, hour, day and week.",
    discussion: """
      Without a command it is watch; where standard output is no terminal, report. \
      Every option has a variable: --stale-after is SLOTWATCH_STALE_AFTER. Flags go before variables, and those \
      before the configuration file.
      """,
    version: Program.version,
    subcommands: [
      WatchCommand.self, ReportCommand.self, ScreenCommand.self, CheckCommand.self, ConfigCommand.self,
      AckCommand.self, UnackCommand.self, RulesCommand.self, HandoverCommand.self, MarkCommand.self,
      SlotCommand.self, IngestCommand.self, ServeCommand.self, SimulateCommand.self, NotifyCommand.self,
      PresetsCommand.self, QueriesCommand.self,
    ],
    defaultSubcommand: WatchCommand.self)
}
