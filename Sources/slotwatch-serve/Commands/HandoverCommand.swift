import ArgumentParser
import FoundationEssentials
import ReadingCommands
import SlotStats
import StatsReports

/// What one shift leaves to the next.
struct HandoverCommand: RunnableCommand {
  static let configuration = CommandConfiguration(
    commandName: "handover", abstract: "Prints what one shift leaves to the next: incidents, notes, the state now.",
    discussion: """
      Incidents are found from the source's minutes and hours by the rules of the configuration file, or the built-in \
      ones: the slots, from when to when, the leading kind of failure, the peak, the failures over usual. With them stand \
      what is acknowledged, when the data could not be trusted, and how things are now. It never names a cause.
      """)

  @Option(
    parsing: .unconditional, help: ArgumentHelp("How far back: 8h, 3d. (default: 8h)", valueName: "time"))
  var since: String?

  @Option(
    help: ArgumentHelp("text, markdown or html. (default: text)", valueName: "format"),
    completion: .list(HandoverFormat.allCases.map(\.rawValue)))
  var format: String?

  @Option(
    help: ArgumentHelp("Write into this file instead of printing; one that is there is replaced.", valueName: "file"),
    completion: .file())
  var output: String?

  @OptionGroup var common: CommonOptions

  func run(in context: RunContext) throws(CommandFailure) -> Int32 {
    let span = try context.reader.value(Options.since, flag: since) ?? HandoverMaker.standardSpan
    let format = try context.reader.value(Options.handoverFormat, flag: format) ?? .text
    let path = try context.reader.value(Options.output, flag: output)
    let past = try context.past(common.given(), span: span)
    let reading = try past.reading()
    let maker = HandoverMaker(
      past.source, past.settings, rules: past.rules,
      acknowledgedIn: past.source.acknowledgements(context.environment),
      markedIn: past.source.marks(context.environment))
    let program = context.program
    let progress = ReplayProgress(program.progress, slots: reading.slots.count, clock: past.source.clocks.monotonic)
    let handover = try past.finished {
      try await maker.handover(of: reading, span: span) { progress.show($0, "looking back") }
    }
    program.progress?(ProgressLine.clear)
    let text = format.text(handover)
    if let path { try HandoverFile.write(text, to: path) } else { try program.print(text) }
    return ExitStatus.done.rawValue
  }
}
