import FoundationEssentials
import SlotStats
import StatsFormats

/// Statistics from a JSON snapshot file that may be replaced or rewritten at any time.
///
/// Every call looks at the file (`stat`); only a changed one is read. A file that is refused throws, and throws the
/// same again without being read until it changes; the versions that were given before stay valid.
package actor JSONSnapshotRepository: StatsRepository {
  /// The largest file that is read unless told otherwise: 256 MiB.
  package static let defaultMaxBytes = 256 << 20
  /// How near its last change a file may change again without a trace in its times. Kernels stamp files with the
  /// time of their last tick, 1 to 10 ms old.
  private static let settlingTime: TimeInterval = 0.02
  /// The same where times are whole seconds, as some file systems keep them; one of them to two.
  private static let coarseSettlingTime: TimeInterval = 2.5

  private let file: SnapshotFile
  private let name: String
  private let wallClock: @Sendable () -> Date
  /// The last good state; the next document shares what is the same.
  private var lastGood: Snapshot?
  /// What the file held when it was last read.
  private var known: Known?
  /// What came of a pipe, which is read once alone.
  private var piped: Result<Snapshot, StatsSourceError>?
  /// How often the content of the file was read.
  package private(set) var contentReads = 0

  /// One state of the file with what came of it.
  private struct Known {
    var identity: FileIdentity
    /// Whether a later change must show in the identity.
    var isSettled: Bool
    var result: Result<Snapshot, StatsSourceError>
  }

  private struct Snapshot {
    var id: UInt64
    var contents: SnapshotContents
    /// The state before, and what differs from it.
    var previousID: UInt64
    var changed: ChangedSlots
  }

  /// A repository that reads the file at `path` when it is asked.
  ///
  /// - Parameters:
  ///   - path: as the user gave it.
  ///   - name: what errors call it; the path if not given.
  ///   - maxBytes: larger files are refused.
  ///   - readsPipes: whether a pipe or a device is read too, once, and stays what it was; where it is not, nobody is
  ///     kept waiting for a writer.
  ///   - wallClock: for `readAt`, and for telling whether the file may change unseen.
  package init(
    path: String, name: String? = nil, maxBytes: Int = defaultMaxBytes, readsPipes: Bool = false,
    wallClock: @escaping @Sendable () -> Date
  ) {
    let file = SnapshotFile(path: path, maxBytes: maxBytes, pipes: readsPipes ? .read : .refused)
    self.init(file: file, name: name ?? path, wallClock: wallClock)
  }

  /// A repository of what comes out of an open descriptor, read once when it is first asked.
  package init(
    descriptor: Int32, name: String, maxBytes: Int = defaultMaxBytes, wallClock: @escaping @Sendable () -> Date
  ) {
    let file = SnapshotFile(path: name, maxBytes: maxBytes, pipes: .descriptor(descriptor))
    self.init(file: file, name: name, wallClock: wallClock)
  }

  init(file: SnapshotFile, name: String, wallClock: @escaping @Sendable () -> Date) {
    self.file = file
    self.name = name
    self.wallClock = wallClock
  }

  /// One state of the file at a time.
  package nonisolated var reading: SourceReading { .byVersion }

  /// What the file holds now, and what of that differs from the state before where `known` is that.
  /// - Throws: `StatsSourceError`.
  package func currentVersion(after known: UInt64? = nil) throws(StatsSourceError) -> SourceVersion {
    let snapshot = try current()
    let document = snapshot.contents.document
    let changed: ChangedSlots = known != nil && known == snapshot.previousID ? snapshot.changed : .all
    return SourceVersion(
      id: snapshot.id, contents: snapshot.contents, changed: changed, generatedAt: document.generatedAt,
      readAt: wallClock(),
      refreshInterval: document.refreshInterval, notice: document.leftOutLine)
  }

  /// All slots, in the file's order.
  package func slots() throws(StatsSourceError) -> [Slot] { try current().contents.slots() }

  /// The buckets of all slots together.
  package func collectGlobalMetrics(window: StatsWindow, since: Date?) throws(StatsSourceError) -> [StatsMetric] {
    try current().contents.collectGlobalMetrics(window: window, since: since)
  }

  /// The buckets of one slot.
  package func collectSlotMetrics(
    _ slotID: Slot.ID, window: StatsWindow, since: Date?
  ) throws(StatsSourceError) -> [StatsMetric] {
    try current().contents.collectSlotMetrics(slotID, window: window, since: since)
  }

  /// The buckets of every slot.
  package func collectSlotMetrics(
    window: StatsWindow, since: Date?
  ) throws(StatsSourceError) -> [Slot.ID: [StatsMetric]] {
    try current().contents.collectSlotMetrics(window: window, since: since)
  }

  private func current() throws(StatsSourceError) -> Snapshot {
    do {
      if let piped { return try piped.get() }
      if case .descriptor = file.pipes { return try readOnce().get() }
      if let known, known.isSettled, try file.look() == known.identity { return try known.result.get() }
      return try refreshOrReadOnce().get()
    } catch let failure as SnapshotFile.Failure {
      throw failure.sourceError(name: name, maxBytes: file.maxBytes)
    } catch let error as StatsSourceError {
      throw error
    } catch {
      throw StatsSourceError(.inputOutput, action: "Cannot read snapshot \"\(name)\"", cause: ErrorWords.text(error))
    }
  }

  private func refreshOrReadOnce() throws(SnapshotFile.Failure) -> Result<Snapshot, StatsSourceError> {
    // Looked at before it is opened: a pipe that is opened and closed again takes its writer's reader away.
    file.pipes == .read && file.isPipe ? readOnce() : try refresh()
  }

  /// What comes out of a pipe; also what fails stays so, since nothing of it is there any more.
  private func readOnce() -> Result<Snapshot, StatsSourceError> {
    contentReads += 1
    let result: Result<Snapshot, StatsSourceError>
    do throws(SnapshotFile.Failure) {
      result = adopt(try file.readOnce().withUnsafeBytes { Self.parsed($0, sharing: nil) })
    } catch {
      result = .failure(error.sourceError(name: name, maxBytes: file.maxBytes))
    }
    piped = result
    return result
  }

  private func refresh() throws(SnapshotFile.Failure) -> Result<Snapshot, StatsSourceError> {
    contentReads += 1
    let now = wallClock()
    let (identity, document) = try file.read { identity, bytes in
      (identity, self.parsed(bytes, size: identity.size))
    }
    let result = adopt(document)
    known = Known(identity: identity, isSettled: Self.isSettled(identity, at: now), result: result)
    return result
  }

  /// What the file says. Nothing is kept of it yet: the file may have changed while it was read.
  private func parsed(_ bytes: FileBytes, size: Int) -> Result<SnapshotDocument, SnapshotError> {
    let previous = lastGood?.contents.document
    if let document = SnapshotDocument(from: bytes, sharing: previous) { return .success(document) }
    return bytes.whole(size) { Self.parsed($0, sharing: previous) }
  }

  /// The document, or why it is none; what is something else altogether is named.
  private static func parsed(
    _ bytes: UnsafeRawBufferPointer, sharing previous: SnapshotDocument?
  ) -> Result<SnapshotDocument, SnapshotError> {
    Result { () throws(SnapshotError) in try SnapshotDocument(parsing: bytes, sharing: previous) }
      .mapError { SnapshotError(foreign: bytes) ?? $0 }
  }

  private func adopt(_ parsed: Result<SnapshotDocument, SnapshotError>) -> Result<Snapshot, StatsSourceError> {
    switch parsed {
    case .success(let document):
      let previous = lastGood
      if let previous, previous.contents.document == document { return .success(previous) }
      let snapshot = Snapshot(
        id: (previous?.id ?? 0) + 1, contents: SnapshotContents(document: document, name: name),
        previousID: previous?.id ?? 0, changed: previous.map { document.changes(from: $0.contents.document) } ?? .all)
      lastGood = snapshot
      return .success(snapshot)
    case .failure(let error):
      return .failure(
        StatsSourceError(.contentRefused, action: "Cannot read snapshot \"\(name)\"", cause: error.line))
    }
  }

  private static func isSettled(_ identity: FileIdentity, at now: Date) -> Bool {
    [identity.modified, identity.changed].allSatisfy { time in
      let instant = Double(time.seconds) + Double(time.nanoseconds) / 1e9
      let isCoarse = identity.modified.nanoseconds == 0
      return abs(now.timeIntervalSince1970 - instant) > (isCoarse ? coarseSettlingTime : settlingTime)
    }
  }
}
