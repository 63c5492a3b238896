import FoundationEssentials
import SlotStats
import StatsFormats

/// The past instant that a command is asked for.
struct AskedInstant: Sendable {
  private let given: OptionValue<PastInstant>

  /// Reads the option; `nil` where it is not given.
  init?(_ reader: OptionReader) throws(CommandFailure) {
    guard let given = try reader.find(Options.at) else { return nil }
    self.given = given
  }

  /// The instant that is meant at `now`.
  /// - Throws: a usage error for one that lies in the future.
  func date(now: Date) throws(CommandFailure) -> Date {
    let date = given.value.date(now: now)
    if date <= now { return date }
    throw CommandFailure(
      given.origin.status,
      "Cannot use \(given.origin.name) \"\(given.text)\": it lies in the future; leave it out for now.")
  }
}
