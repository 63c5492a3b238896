import FoundationEssentials
import SlotStats
import StatsFormats

/// A snapshot that is in memory already, such as the sample that ships with the program.
package struct InMemorySnapshotRepository: StatsRepository {
  private let contents: SnapshotContents
  private let movesWithTime: Bool
  private let wallClock: @Sendable () -> Date

  /// A repository of one document.
  ///
  /// - Parameters:
  ///   - document: what it holds.
  ///   - name: what errors call it.
  ///   - movesWithTime: whether the document is moved in time so that it always looks counted up to now; its
  ///     version then changes with each bucket of its shortest window.
  ///   - wallClock: what now is.
  package init(
    document: SnapshotDocument, name: String, movesWithTime: Bool = false, wallClock: @escaping @Sendable () -> Date
  ) {
    contents = SnapshotContents(document: document, name: name)
    self.movesWithTime = movesWithTime
    self.wallClock = wallClock
  }

  /// One document at a time.
  package var reading: SourceReading { .byVersion }

  /// What it holds now.
  package func currentVersion(after known: UInt64? = nil) -> SourceVersion {
    let now = wallClock()
    let contents = contents(at: now)
    return SourceVersion(
      id: versionID(at: now), contents: contents, generatedAt: contents.document.generatedAt, readAt: now,
      refreshInterval: contents.document.refreshInterval, notice: contents.document.leftOutLine)
  }

  /// The windows that the document has.
  package var windows: Set<StatsWindow> { contents.windows }

  /// All slots, in the document's order.
  package func slots() -> [Slot] { contents(at: wallClock()).slots() }

  /// The buckets of all slots together.
  package func collectGlobalMetrics(window: StatsWindow, since: Date?) -> [StatsMetric] {
    contents(at: wallClock()).collectGlobalMetrics(window: window, since: since)
  }

  /// The buckets of one slot.
  /// - Throws: `noSuchSlot` for an id that the document does not have.
  package func collectSlotMetrics(
    _ slotID: Slot.ID, window: StatsWindow, since: Date?
  ) throws(StatsSourceError) -> [StatsMetric] {
    try contents(at: wallClock()).collectSlotMetrics(slotID, window: window, since: since)
  }

  /// The buckets of every slot.
  package func collectSlotMetrics(window: StatsWindow, since: Date?) -> [Slot.ID: [StatsMetric]] {
    contents(at: wallClock()).collectSlotMetrics(window: window, since: since)
  }

  private func contents(at now: Date) -> SnapshotContents {
    movesWithTime ? SnapshotContents(document: contents.document.moved(to: now), name: contents.name) : contents
  }

  /// Within one bucket of its shortest window a moved document stays the same, so that bucket is its version.
  private func versionID(at now: Date) -> UInt64 {
    guard movesWithTime, let shortest = StatsWindow.allCases.first(where: windows.contains) else { return 1 }
    let start = shortest.bucketStart(containing: now).timeIntervalSince1970 - Double(RFC3339.firstSecond)
    return UInt64(max(start, 0) / shortest.length)
  }
}
