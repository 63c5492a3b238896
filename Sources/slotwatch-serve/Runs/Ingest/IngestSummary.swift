import ReadingCommands
import SlotStats
import StatsFormats
import TerminalUI

/// What became of the events of a run.
struct IngestSummary: Hashable, Sendable {
  /// How many were stored, or only counted.
  var accepted = 0
  /// How many were there before.
  var duplicate = 0
  /// How many lines, or events, were refused.
  private(set) var refused = 0
  /// The first of them: `events.ndjson:17: $.slot_id is missing; every event has it`.
  private(set) var first: [String] = []

  /// How many times something that a followed file had got was in no file any more.
  var gaps = 0

  /// How many refusals are told with their reasons.
  static let told = 20

  /// How many events were taken in, whatever became of them.
  var count: Int { accepted + duplicate + refused }

  /// 74 where something is missing, 65 where anything was refused, else 0.
  var status: ExitStatus { gaps > 0 ? .inputOutput : refused > 0 ? .contentRefused : .done }

  /// Adds what was stored.
  mutating func add(_ stored: StoredBatch) {
    accepted += stored.acceptedCount
    duplicate += stored.duplicateCount
    var counts: [(reason: String, count: Int)] = []
    for reason in stored.refusals {
      if let last = counts.last, last.reason == reason {
        counts[counts.count - 1].count += 1
      } else {
        counts.append((reason, 1))
      }
    }
    for (reason, count) in counts {
      refused += count - 1
      refuse("\(NumberText.grouped(count)) \(count == 1 ? "event" : "events"): \(reason)")
    }
  }

  /// Adds what was refused of an input; its lines are counted from byte `start`.
  mutating func add(_ refusals: EventRefusals, of name: String, from start: UInt64 = 0) {
    for refusal in refusals.first { refuse(Self.place(name, refusal.number, start) + ": " + refusal.reason) }
    refused += refusals.count - refusals.first.count
  }

  /// Adds a line that was refused for a reason of its own.
  mutating func refuse(_ reason: String, line number: Int, of name: String) {
    refuse(Self.place(name, number, 0) + ": " + reason)
  }

  /// Says why nothing of an input was an event, before what was refused of it.
  mutating func explain(_ reason: String, of name: String) {
    first.insert(Self.place(name, 1, 0) + ": " + reason, at: 0)
    first = Array(first.prefix(Self.told))
  }

  private mutating func refuse(_ text: String) {
    refused += 1
    if first.count < Self.told { first.append(text) }
  }

  private static func place(_ name: String, _ number: Int, _ start: UInt64) -> String {
    let name = name == "-" ? "standard input" : name
    return start == 0 ? "\(name):\(number)" : "\(name):\(number) after byte \(start)"
  }

  /// The lines for a person. A dry run has no duplicates.
  func text(isDryRun: Bool = false) -> String {
    var rows = [(isDryRun ? "counted" : "accepted", accepted)]
    if !isDryRun { rows.append(("duplicate", duplicate)) }
    rows.append(("refused", refused))
    if gaps > 0 { rows.append(("gaps", gaps)) }
    let width = rows.map { NumberText.grouped($0.1).utf8.count }.max() ?? 0
    var text = ""
    for (name, count) in rows {
      text += TerminalText.fitted(name, width: 9, trailing: false) + "  "
      text += TerminalText.fitted(NumberText.grouped(count), width: width, trailing: true) + "\n"
    }
    for line in first { text += "  \(TerminalText.neutralised(line))\n" }
    if refused > first.count, !first.isEmpty { text += "  and more that are not listed\n" }
    return text
  }
}
