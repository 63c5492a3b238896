import ArgumentParser
import ReadingCommands

/// The forms in which the configuration can be written.
enum ConfigFormat: String, CaseIterable, Sendable {
  case text, json
}

/// What is in force, and who says so.
struct ConfigCommand: RunnableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Prints every option's value and where it came from.",
    discussion: "It opens no source, reads no secret and runs no program.")

  @Option(
    help: ArgumentHelp("text or json. (default: text)", valueName: "format"),
    completion: .list(ConfigFormat.allCases.map(\.rawValue)))
  var format: String?

  @OptionGroup var common: CommonOptions

  func run(in context: RunContext) throws(CommandFailure) -> Int32 {
    let settings = try Settings(common.given(), environment: context.environment)
    let listing = ConfigurationListing(settings)
    switch try context.reader.value(Options.configFormat, flag: format) ?? .text {
    case .text: try context.program.print(listing.text)
    case .json: try context.program.print(listing.json)
    }
    return ExitStatus.done.rawValue
  }
}
