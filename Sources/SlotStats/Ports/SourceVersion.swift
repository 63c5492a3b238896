#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Whose statistics differ between two states of a source, all slots together aside.
public enum ChangedSlots: Hashable, Sendable {
  /// Those of these slots; none of them is new, gone, or described otherwise.
  case only(Set<Slot.ID>)
  /// It may be any.
  case all
}

/// One state of a source that is read whole: what was in the file, at once and unchangeable.
public struct SourceVersion: Sendable {
  /// Grows with every change of the source; equal ids mean equal contents.
  public let id: UInt64
  /// The statistics of this version. It answers from memory and never changes, or holds what is newer already.
  public let contents: any StatsRepository
  /// What differs from the version that was asked about.
  public let changed: ChangedSlots
  /// The instant that the data describes. A source that follows the clock moves it on without a new version.
  public let generatedAt: Date
  /// When the source was last looked at and found to hold this version, by the wall clock.
  public let readAt: Date
  /// How often the source says it is made anew, in seconds.
  public let refreshInterval: TimeInterval?
  /// What a person should know of the contents, in one line, such as what of it was left out.
  public let notice: String?
  /// What of it has not been read, where the source is read slot by slot.
  public let gaps: ReadGaps
  /// When the newest event happened, of a source that knows its events and has one; it moves on without a new version
  /// where an event counts nothing.
  public let newestEventAt: Date?
  /// How far the source's own clock is ahead of the wall clock here, in seconds, negative where it is behind; `nil` where
  /// both agree, or where nobody knows.
  public let clockLead: TimeInterval?

  /// A version.
  public init(
    id: UInt64, contents: any StatsRepository, changed: ChangedSlots = .all, generatedAt: Date, readAt: Date,
    refreshInterval: TimeInterval? = nil, notice: String? = nil, gaps: ReadGaps = .none,
    newestEventAt: Date? = nil, clockLead: TimeInterval? = nil
  ) {
    self.changed = changed
    self.id = id
    self.contents = contents
    self.generatedAt = generatedAt
    self.readAt = readAt
    self.refreshInterval = refreshInterval
    self.notice = notice
    self.gaps = gaps
    self.newestEventAt = newestEventAt
    self.clockLead = clockLead
  }
}

/// What somebody is looking at: a source that is read slot by slot reads this first.
public struct ReadFocus: Hashable, Sendable {
  /// The slots on the screen, in the order of their rows.
  public var slots: [Slot.ID]
  /// The window on the screen.
  public var window: StatsWindow

  /// What somebody is looking at.
  public init(slots: [Slot.ID] = [], window: StatsWindow = .standard) {
    self.slots = slots
    self.window = window
  }
}
