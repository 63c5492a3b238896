import ArgumentParser
import EventStore
import FoundationEssentials
import ReadingCommands
import StatsFormats

/// Events from files and pipes into the store.
struct IngestCommand: RunnableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ingest", abstract: "Stores events from files and pipes, one JSON object a line.",
    discussion: """
      Files may be gzip. Without a file, or for -, standard input is read. The same events given twice change nothing. \
      A refused line stops nothing: it is told with its number and reason, and the exit status is 65. With --follow, \
      a file that is not there yet is waited for; what was rotated, copied or packed with gzip meanwhile is found \
      beside it and read, and what cannot be found is told as a gap.
      """)

  @Argument(help: ArgumentHelp("Files of events, or -.", valueName: "file"), completion: .file())
  var files: [String] = []

  @Option(
    help: ArgumentHelp(
      "The store. (default: slotwatch/events.db in the user's XDG state folder)", valueName: "sqlite:path"))
  var store: String?

  @Flag(help: "Go on with what is appended, across rotation and restarts, until a signal.")
  var follow = false

  @Flag(help: "Store nothing: check the events, and count them by slot, day and status.")
  var dryRun = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Days that events may be old, 1 to 36500. (default: 400)", valueName: "days"))
  var keep: String?

  @Option(help: ArgumentHelp("Fixes the wall clock at an instant such as 2026-11-23T14:32:05Z.", valueName: "instant"))
  var now: String?

  func run(in context: RunContext) throws(CommandFailure) -> Int32 {
    let clocks = RootClocks(fixedAt: try context.reader.value(Options.now, flag: now))
    let settings = StoreSettings(keptDays: try context.reader.value(Options.keep, flag: keep) ?? 400, now: clocks.wall)
    let inputs = (files.isEmpty ? ["-"] : files).map(IngestInput.init)
    for input in inputs { try input.check(mayCome: follow && !dryRun) }
    if dryRun {
      if follow { throw CommandFailure(.usage, "Cannot use --follow with --dry-run: give one of them.") }
      return try DryRun(inputs: inputs, settings: settings, clocks: clocks, program: context.program).run()
    }
    guard
      let address = try context.reader.value(Options.store, flag: store)
        ?? StoreAddress.standard(environment: context.environment)
    else { throw CommandFailure(.configuration, "No store: HOME is not set; give --store sqlite:PATH.") }
    let signals = EndingSignals()
    let ledger = try address.open(settings, isKept: false, context.program.errors)
    // Also where its file was replaced: a log that stays behind would be taken for that of the file that is there now.
    defer { try? ledger.close() }
    let run = IngestRun(
      ledger: ledger, inputs: inputs, settings: settings, clocks: clocks, signals: signals, program: context.program)
    return try run.run(following: follow)
  }
}
