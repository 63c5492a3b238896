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

  /// A revision.
  public init(
    id: UInt64, contents: any StatsRepository, generatedAt: Date, readAt: Date, refreshInterval: TimeInterval? = nil,
    notice: String? = nil
  ) {
    self.id = id
    self.contents = contents
    self.generatedAt = generatedAt
    self.readAt = readAt
    self.refreshInterval = refreshInterval
    self.notice = notice
  }
}

/// A repository whose source is read whole, so that everything shown together can come from one state of it.
public protocol RevisionedStatsRepository: StatsRepository {
  /// Looks at the source and returns what it holds now; an unchanged source is not read again.
  /// - Throws: ``StatsSourceError``. The revisions given before stay valid.
  func currentRevision() async throws -> StatsRevision
}
