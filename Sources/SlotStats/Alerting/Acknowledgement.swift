#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// That somebody knows of a trouble: who, why and how long it is to be left out of counts and notifications, with what
/// the trouble was at the time, so that a worse one is told from it.
///
/// The note and the name are kept as they were given; whoever shows them neutralises them.
public struct Acknowledgement: Hashable, Sendable {
  /// How long an acknowledgement holds, unless something else ends it before.
  public enum End: Hashable, Sendable {
    /// Until this instant.
    case at(Date)
    /// Until the slot has been seen recovered.
    case recovery
  }

  /// What has been seen of the slot since: from then on the acknowledgement holds for no trouble any more.
  public enum Sighting: String, CaseIterable, Sendable {
    /// It was judged, and nothing was wrong.
    case recovered
    /// It got worse than it was.
    case worse
  }

  /// The longest note, in Unicode scalars.
  public static let maxNoteLength = 500
  /// The longest name of who acknowledges, in Unicode scalars.
  public static let maxNameLength = 128
  /// The longest time, in seconds, that an acknowledgement may be given: nothing is acknowledged for ever.
  public static let maxDuration: TimeInterval = 366 * 86_400

  /// The slot, 1 to ``Slot/maxIDLength`` characters; `nil` for all slots together.
  public var slotID: Slot.ID?
  /// Why, up to ``maxNoteLength``.
  public var note: String
  /// Who, 1 to ``maxNameLength``.
  public var by: String
  /// When, by the wall clock of whoever keeps it.
  public var at: Date
  /// How long.
  public var until: End
  /// What the slot was judged to be.
  public var state: SlotState
  /// The high end of the 95 % interval of the judged failure ratio, 0…1; `nil` where there were no runs.
  public var high: Double?
  /// The kind of most of the failures; `nil` where there were none.
  public var kind: FailureKind?
  /// The window that it was judged by; `nil` where that is not known. What is judged by another one is no measure for
  /// what got worse.
  public var window: StatsWindow?
  /// What has been seen since; `nil` where it goes on as it was.
  public var seen: Sighting?

  /// Whether the slot has been seen recovered.
  public var hasRecovered: Bool { seen == .recovered }

  /// An acknowledgement of a trouble as it is now.
  public init(
    of slotID: Slot.ID?, note: String, by: String, at: Date, until: End, trouble: Trouble,
    window: StatsWindow? = nil, seen: Sighting? = nil
  ) {
    self.slotID = slotID
    self.note = note
    self.by = by
    self.at = at
    self.until = until
    (state, high, kind) = (trouble.state, trouble.high, trouble.kind)
    self.window = window
    self.seen = seen
  }

  /// What is wrong with the lengths of its texts, to be read after their name; `nil` where they are good.
  package var problem: String? {
    Self.problem(ofSlotID: slotID) ?? Self.problem(ofName: by) ?? Self.problem(ofNote: note)
  }

  /// What is wrong with a note, or `nil`.
  package static func problem(ofNote note: String) -> String? {
    let count = note.unicodeScalars.count
    return count > maxNoteLength ? "note has \(count) characters; it has at most \(maxNoteLength)" : nil
  }

  /// What is wrong with a name, or `nil`.
  package static func problem(ofName name: String) -> String? {
    if name.isEmpty { return "by is \"\"; it has 1 to \(maxNameLength) characters" }
    let count = name.unicodeScalars.count
    return count > maxNameLength ? "by has \(count) characters; it has 1 to \(maxNameLength)" : nil
  }

  private static func problem(ofSlotID id: Slot.ID?) -> String? {
    guard let id else { return nil }
    let count = id.unicodeScalars.count
    return (1...Slot.maxIDLength).contains(count)
      ? nil : "slot has \(count) characters; a slot id has 1 to \(Slot.maxIDLength)"
  }
}
