import ArgumentParser
import FoundationEssentials
import ReadingCommands
import SlotStats

/// That somebody knows of a trouble.
struct AckCommand: RunnableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ack", abstract: "Acknowledges the trouble of a slot, or lists what is acknowledged.",
    discussion: """
      It leaves the verdict of check, where the source keeps it for everybody (a server, an event store), and is marked in \
      reports. It comes back when the time is over, when it recovered and fails again, or when it got worse. Other sources \
      have a file in the user's XDG state folder, which check does not look at.
      """)

  @Argument(help: ArgumentHelp("The id of the slot.", valueName: "slot"))
  var slot: String?

  @Flag(help: "All slots together, instead of one.")
  var all = false

  @Flag(help: "List what is acknowledged.")
  var list = false

  @Option(parsing: .unconditional, help: ArgumentHelp("Why, in up to 500 characters.", valueName: "text"))
  var note: String?

  @Option(
    name: .customLong("for"), parsing: .unconditional,
    help: ArgumentHelp("How long: 30m, 8h, 3d. (default: 8h)", valueName: "time"))
  var duration: String?

  @Flag(help: "Until it has recovered, however long that takes.")
  var untilRecovered = false

  @Option(parsing: .unconditional, help: ArgumentHelp("Who acknowledges. (default: the login name)", valueName: "name"))
  var by: String?

  @OptionGroup var common: CommonOptions

  /// How long where nobody says.
  private static let standardTime: TimeInterval = 8 * 3_600

  func run(in context: RunContext) throws(CommandFailure) -> Int32 {
    var given = common.given()
    if list {
      if all || note != nil || duration != nil || untilRecovered || by != nil || (slot != nil && given.file != nil) {
        throw CommandFailure(.usage, "Cannot use --list with what is acknowledged: give one of them.")
      }
      // The only word beside the options is the source then.
      given.file = given.file ?? slot
      return try context.acknowledgements(given).list()
    }
    let target = try AckTarget(slot: slot, all: all)
    guard let note = try context.reader.value(Options.note, flag: note) else {
      throw CommandFailure(.usage, "Cannot acknowledge without --note: give \(Options.note.expected).")
    }
    if untilRecovered, duration != nil {
      throw CommandFailure(.usage, "Cannot use --for with --until-recovered: give one of them.")
    }
    let time = try context.reader.value(Options.acknowledgedFor, flag: duration) ?? Self.standardTime
    let name = try context.reader.value(Options.by, flag: by) ?? LoginName.of(context.environment)
    return try context.acknowledgements(given).acknowledge(
      target, note: note, by: name, for: untilRecovered ? nil : time)
  }
}

/// The end of an acknowledgement before its time.
struct UnackCommand: RunnableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unack", abstract: "Takes back what was acknowledged of a slot.")

  @Argument(help: ArgumentHelp("The id of the slot.", valueName: "slot"))
  var slot: String?

  @Flag(help: "All slots together, instead of one.")
  var all = false

  @OptionGroup var common: CommonOptions

  func run(in context: RunContext) throws(CommandFailure) -> Int32 {
    let target = try AckTarget(slot: slot, all: all)
    return try context.acknowledgements(common.given()).withdraw(target)
  }
}

/// What is acknowledged: a slot, or all slots together.
struct AckTarget: Hashable {
  /// The slot's id; `nil` for all slots together.
  let slotID: Slot.ID?

  /// What a command line names.
  /// - Throws: a usage error for neither, for both, and for what is no id.
  init(slot: String?, all: Bool) throws(CommandFailure) {
    guard (slot != nil) != all else {
      throw CommandFailure(.usage, "Cannot tell which slot: give the id of one, or --all for all slots together.")
    }
    if let slot, !(1...Slot.maxIDLength).contains(slot.unicodeScalars.count) {
      throw CommandFailure(
        .usage, "Cannot use slot \"\(slot.prefix(40))\": an id has 1 to \(Slot.maxIDLength) characters.")
    }
    slotID = slot
  }

  /// What a person calls it.
  var name: String { slotID.map { "\"\($0)\"" } ?? "all slots together" }
}
