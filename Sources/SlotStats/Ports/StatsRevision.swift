#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// One state of a source that is read whole: what was in the file, at once and unchangeable.
public struct StatsRevision: Sendable {
  /// Grows with every change of the source; equal ids mean equal contents.
  public let id: UInt64
  /// The statistics of this revision. It answers from memory and never changes.
  public let contents: any StatsRepository
  /// The instant that the data describes. A source that follows the clock moves it on without a new revision.
  public let generatedAt: Date
  /// When the source was last looked at and found to hold this revision, by the wall clock.
  public let readAt: Date
  /// How often the source says it is made anew, in seconds.
  public let refreshInterval: TimeInterval?
  /// What a person should know of the contents, in one line, such as what of it was left out.
  public let notice: String?
  /// What of it has not been read, where the source is read slot by slot.
  public let gaps: ReadGaps

  /// A revision.
  public init(
    id: UInt64, contents: any StatsRepository, generatedAt: Date, readAt: Date, refreshInterval: TimeInterval? = nil,
    notice: String? = nil, gaps: ReadGaps = .none
  ) {
    self.id = id
    self.contents = contents
    self.generatedAt = generatedAt
    self.readAt = readAt
    self.refreshInterval = refreshInterval
    self.notice = notice
    self.gaps = gaps
  }
}

/// A repository whose source is read whole, so that everything shown together can come from one state of it.
public protocol RevisionedStatsRepository: StatsRepository {
  /// Looks at the source and returns what it holds now; an unchanged source is not read again.
  /// - Throws: ``StatsSourceError``. The revisions given before stay valid.
  func currentRevision() async throws -> StatsRevision
}

/// What somebody is looking at: a source that is read slot by slot reads this first.
public struct StatsAttention: Hashable, Sendable {
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

/// A source that is read slot by slot, in the order in which somebody looks at it, and gathered into revisions.
///
/// ``RevisionedStatsRepository/currentRevision()`` asks the source for what is looked at and returns once that has
/// come; the rest follows in the background and is in later revisions.
public protocol GatheringStatsRepository: RevisionedStatsRepository {
  /// Tells what is looked at from now on. Costs no request by itself.
  func attend(to attention: StatsAttention)

  /// What has come so far, without asking the source for anything; `nil` before the first revision.
  func gatheredRevision() async -> StatsRevision?
}
