import ArgumentParser
import FoundationEssentials
import ReadingCommands
import SlotStats

/// Something that happened outside, to be seen beside what failed.
struct MarkCommand: RunnableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mark",
    abstract: "Marks an instant, such as a deployment, to be seen below the bars; lists the marks.",
    discussion: """
      An event store and a server (with a token that may write) keep it for everybody; for other sources it is in a file \
      in the user's XDG state folder. The newest 1000 marks of the last 90 days are kept. The dashboard shows them as ▴ (M \
      in ASCII).
      """)

  @Argument(help: ArgumentHelp("What happened, in up to 200 characters.", valueName: "text"))
  var text: String?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("When it happened (RFC 3339). (default: now)", valueName: "instant"))
  var at: String?

  @Option(parsing: .unconditional, help: ArgumentHelp("Who says so. (default: the login name)", valueName: "name"))
  var by: String?

  @Flag(help: "List the marks, the newest last, each with its number.")
  var list = false

  @Option(parsing: .unconditional, help: ArgumentHelp("Take the mark of this number away.", valueName: "number"))
  var remove: String?

  @OptionGroup var common: CommonOptions

  func run(in context: RunContext) throws(CommandFailure) -> Int32 {
    var given = common.given()
    // Nothing but the command line takes a mark away.
    var removed: Int?
    if let remove { removed = try context.reader.value(Options.unmark, flag: remove) }
    if list || removed != nil {
      guard !(list && removed != nil), at == nil, by == nil, text == nil || given.file == nil else {
        throw CommandFailure(.usage, "Cannot use \(list ? "--list" : "--remove") with a new mark: give one of them.")
      }
      // The only word beside the options is the source then.
      given.file = given.file ?? text
      let run = try context.marks(given)
      if let removed { return try run.remove(removed) }
      return try run.list()
    }
    guard let text, Mark.problem(ofText: text) == nil else {
      throw CommandFailure(
        .usage, "Cannot mark without a text: say what happened, in 1 to \(Mark.maxTextLength) characters.")
    }
    let instant = try context.reader.value(Options.markedAt, flag: at)
    let name = try context.reader.value(Options.by, flag: by) ?? LoginName.of(context.environment)
    return try context.marks(given).add(text, at: instant, by: name)
  }
}
