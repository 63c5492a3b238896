import ArgumentParser
import ReadingCommands

/// The rules that decide when somebody is to be told.
struct RulesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rules", abstract: "Shows the rules that decide when somebody is told.",
    subcommands: [RulesListCommand.self, RulesTestCommand.self], defaultSubcommand: RulesListCommand.self)
}

/// The rules in force.
struct RulesListCommand: RunnableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Prints the rules in force, and where each is said.",
    discussion: "Without [[rules]] in the configuration file the built-in ones are in force. It opens no source.")

  @Option(
    help: ArgumentHelp("text or json. (default: text)", valueName: "format"),
    completion: .list(ConfigFormat.allCases.map(\.rawValue)))
  var format: String?

  @Option(help: ConnectionOptions.configHelp, completion: .file(extensions: ["toml"]))
  var config: String?

  func run(in context: RunContext) throws(CommandFailure) -> Int32 {
    let search = try ConfigurationSearch(named: config, environment: context.environment)
    let listing = RuleListing(search.file)
    switch try context.reader.value(Options.configFormat, flag: format) ?? .text {
    case .text: try context.program.print(listing.text)
    case .json: try context.program.print(listing.json)
    }
    return ExitStatus.done.rawValue
  }
}
