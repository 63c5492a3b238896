import FoundationEssentials
import SlotStats

/// Everything that a version 1 snapshot says, with what follows from it, for all slots and each.
package struct SnapshotDocument: Sendable, Equatable {
  /// The `schema` of the documents that are read and written.
  package static let schema = "slotwatch.snapshot/1"

  /// The series of one window, ascending by time.
  package struct Series: Sendable, Equatable {
    /// All slots together: as given, else folded or added.
    package var global: [StatsMetric]
    /// Every slot of the document has its entry; one that never reported has no buckets.
    package var bySlot: [Slot.ID: [StatsMetric]]

    /// Series of one window.
    package init(global: [StatsMetric] = [], bySlot: [Slot.ID: [StatsMetric]] = [:]) {
      self.global = global
      self.bySlot = bySlot
    }
  }

  /// Buckets of one window that begin after the data's instant and are therefore not in the series.
  package struct LeftOut: Hashable, Sendable {
    /// The window they stand under.
    package var window: StatsWindow
    /// How many there are, from 1.
    package var count: Int
    /// The series that the first of them stands in, such as `$.windows.day.slots["slot-001"]`.
    package var place: String
    /// When that one begins.
    package var periodStart: Date
  }

  /// The instant that the data describes.
  package var generatedAt: Date
  /// How often the source says it is made anew, in seconds, over 0.
  package var refreshInterval: TimeInterval?
  /// The slots in the order of `slots`, then those that stand only under `windows`, in their order.
  package var slots: [Slot]
  /// The series of every window that the document has; weeks are there wherever days are.
  package var series: [StatsWindow: Series]
  /// What was left out of ``series``, at most one entry a window; usually empty.
  package var leftOut: [LeftOut]

  /// A document from its parts.
  package init(
    generatedAt: Date, refreshInterval: TimeInterval? = nil, slots: [Slot], series: [StatsWindow: Series],
    leftOut: [LeftOut] = []
  ) {
    self.generatedAt = generatedAt
    self.refreshInterval = refreshInterval
    self.slots = slots
    self.series = series
    self.leftOut = leftOut
  }

  /// Reads the UTF-8 text of a version 1 snapshot.
  ///
  /// - Parameters:
  ///   - bytes: the text; it is not kept.
  ///   - previous: a document whose series are shared where they are the same. Between two readings of a live file
  ///     most are: that saves their memory, and comparing them costs nothing.
  /// - Throws: the first thing that is refused, by its place.
  package init(
    parsing bytes: UnsafeRawBufferPointer, sharing previous: SnapshotDocument? = nil
  ) throws(SnapshotError) {
    guard let scanner = JSONScanner(bytes) else {
      throw SnapshotError(place: "byte 0", problem: "is the end; the document is empty")
    }
    var reader = SnapshotReader(scanner, previous: previous?.series ?? [:])
    do {
      try reader.read()
    } catch {
      throw reader.refusal ?? SnapshotError(error, in: scanner)
    }
    self = reader.document()
  }

  /// Reads a version 1 snapshot piece by piece, in memory that does not grow with it: the fast way for a good document.
  /// One with a value that no piece holds, or that is refused, is `nil`: read it whole to learn which, and why.
  package init?(from source: any DocumentSource, sharing previous: SnapshotDocument? = nil) {
    self.init(through: DocumentPane(source), sharing: previous)
  }

  init?(through pane: DocumentPane, sharing previous: SnapshotDocument? = nil) {
    guard let scanner = pane.scanner() else { return nil }
    var reader = SnapshotReader(scanner, through: pane, previous: previous?.series ?? [:])
    guard (try? reader.read()) != nil, pane.isExhausted else { return nil }
    self = reader.document()
  }

  /// Reads the UTF-8 text of a version 1 snapshot.
  /// - Throws: the first thing that is refused, by its place.
  package init(parsing bytes: [UInt8]) throws(SnapshotError) {
    let result = bytes.withUnsafeBytes { bytes in
      Result { () throws(SnapshotError) in try SnapshotDocument(parsing: bytes) }
    }
    self = try result.get()
  }

  /// What was left out, as one line for people; `nil` where nothing was.
  package var leftOutLine: String? {
    guard let first = leftOut.first else { return nil }
    let count = leftOut.reduce(0) { $0 + $1.count }
    let buckets = count == 1 ? "1 bucket begins after the data," : "\(count) buckets begin after the data, first"
    return "left out: \(buckets) \(RFC3339.formatStart(first.periodStart)) at \(first.place)"
  }
}
