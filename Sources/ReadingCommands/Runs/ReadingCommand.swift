import SlotStats

/// A command that reads a source and shows it.
package protocol ReadingCommand: Sendable {
  /// What it is called on the command line.
  static var name: String { get }
  /// Whether one reading is all that it needs; by default so.
  static var readsOnce: Bool { get }
  /// The windows that one reading has to bring whole; `nil` where what is looked at is enough.
  func windows(_ settings: ViewSettings) -> Set<StatsWindow>?

  /// Reads what the command takes beside the common options.
  /// - Throws: the first option that cannot be used, and where the command cannot be run at all.
  init(_ reader: OptionReader, _ program: Program) throws(CommandFailure)

  /// Called before the source is opened.
  func begin(_ settings: ViewSettings, _ program: Program)

  /// Runs the command.
  /// - Returns: the exit status.
  func run(_ settings: ViewSettings, _ source: OpenedSource, _ program: Program) throws(CommandFailure) -> Int32
}

extension ReadingCommand {
  package static var readsOnce: Bool { true }

  package func begin(_ settings: ViewSettings, _ program: Program) {}
}
