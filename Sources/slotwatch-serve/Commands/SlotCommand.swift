import ArgumentParser
import ReadingCommands
import SlotStats

/// What people say of the slots of a source.
struct SlotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "slot", abstract: "Says what slots are called and where help is written, for everybody.",
    subcommands: [SlotSetCommand.self, SlotListCommand.self])
}

/// What is said of one slot from now on.
struct SlotSetCommand: RunnableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set", abstract: "Keeps a slot's name, provider, runbook and link in the store or server.",
    discussion: """
      Everybody who reads the event store, or the server (with a token that may write), sees them; o on the dashboard \
      shows them. What the configuration file says below [slots."ID"] goes before it. Other sources keep nothing: there \
      the configuration file is the place.
      """)

  @Argument(help: ArgumentHelp("The id of the slot.", valueName: "slot"))
  var slot: String

  @Option(parsing: .unconditional, help: ArgumentHelp("What it is called.", valueName: "text"))
  var name: String?

  @Option(parsing: .unconditional, help: ArgumentHelp("Who does the work for it.", valueName: "text"))
  var provider: String?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Where it is written what to do when it fails.", valueName: "url"))
  var runbook: String?

  @Option(parsing: .unconditional, help: ArgumentHelp("Where more can be seen of it.", valueName: "url"))
  var link: String?

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Take away name, provider, runbook or link; may be given more than once.", valueName: "which"))
  var clear: [String] = []

  @OptionGroup var common: CommonOptions

  func run(in context: RunContext) throws(CommandFailure) -> Int32 {
    let target = try AckTarget(slot: slot, all: false)
    let texts = ["name": name, "provider": provider, "runbook": runbook, "link": link]
    var description = SlotDescription()
    for text in SlotTextOption.all {
      description[keyPath: text.path] = try context.reader.value(text.rule, flag: texts[text.name] ?? nil)
    }
    for word in clear {
      guard let text = Options.clear.parse(word) else {
        throw CommandFailure(.usage, "Cannot use --clear \"\(word)\": give \(Options.clear.expected).")
      }
      guard description[keyPath: text.path] == nil else {
        throw CommandFailure(.usage, "Cannot use --clear \(word) with \(text.rule.flag): give one of them.")
      }
      description[keyPath: text.path] = ""
    }
    guard description != SlotDescription() else {
      let flags = SlotTextOption.all.map(\.rule.flag).joined(separator: ", ")
      throw CommandFailure(
        .usage, "Cannot describe \(target.name) without a word: give \(flags) or \(Options.clear.flag).")
    }
    return try SlotRun(context.opened(common.given()), context.program).set(slot, description)
  }
}

/// What is said of all slots.
struct SlotListCommand: RunnableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Prints what is known of each slot: name, provider, runbook, link.")

  @OptionGroup var common: CommonOptions

  func run(in context: RunContext) throws(CommandFailure) -> Int32 {
    try SlotRun(context.opened(common.given()), context.program).list()
  }
}
