import ArgumentParser
import Glibc
import ReadingCommands

/// The arguments with the command that they leave out put in: `watch` on a terminal, else `report`.
struct Invocation: Hashable {
  /// The arguments, a command first unless they ask the program itself for something.
  let arguments: [String]
  /// Whether the command was written, not put in.
  let isExplicit: Bool

  /// The names of the commands.
  static let commandNames = SlotwatchCommand.configuration.subcommands.map { $0._commandName }
  /// What the program itself answers where it stands first.
  private static let rootOptions = [
    "-h", "--help", "--version", "--help-hidden", "--experimental-dump-help", completing,
  ]
  /// What the scripts of shells ask for the words that may come next.
  private static let completing = "---completion"
  private static let completionOption = "--generate-completion-script"

  /// The command as one would write it: `slotwatch report`, or `slotwatch` where the program itself is asked.
  var commandName: String {
    let program = Program.name
    return arguments.first.flatMap { Self.commandNames.contains($0) ? "\(program) \($0)" : nil } ?? program
  }

  /// Puts the command in where there is none.
  /// - Throws: a usage error for a word that is neither a command nor a file.
  init(_ given: [String], outputIsTerminal: Bool) throws(CommandFailure) {
    let first = given.first ?? ""
    let asksProgram =
      first == "help" || Self.rootOptions.contains(first) || first.hasPrefix(Self.completionOption)
    isExplicit = asksProgram || Self.commandNames.contains(first)
    if isExplicit {
      arguments = given
      return
    }
    if Self.looksLikeCommand(first) {
      let names = Self.commandNames.joined(separator: ", ")
      throw CommandFailure(
        .usage, "Unknown command \"\(first)\": the commands are \(names); a file is written \"./\(first)\".")
    }
    arguments = [outputIsTerminal ? WatchCommand._commandName : ReportCommand._commandName] + given
  }

  /// Whether a word is more likely a misspelt command than a file: no dot, slash or colon, and no such file.
  private static func looksLikeCommand(_ word: String) -> Bool {
    guard let first = word.unicodeScalars.first, first != "-" else { return false }
    if word.unicodeScalars.contains(where: { $0 == "." || $0 == "/" || $0 == ":" }) { return false }
    return access(word, F_OK) != 0
  }
}
