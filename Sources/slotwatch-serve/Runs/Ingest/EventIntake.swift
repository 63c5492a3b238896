import ProcessIO
import ReadingCommands
import SlotStats
import StatsFormats

/// Gathers events and stores them batch by batch: while one batch is being written, the next one is read.
final class EventIntake {
  /// So many events are stored together where they come fast: durability then costs little.
  static let batchEvents = 65_536

  private struct Stored: Sendable {
    var batch: EventBatch
    var stored: StoredBatch
    var hasMoreMaintenance: Bool
  }

  /// The events that are not being stored yet.
  var batch = EventBatch()
  /// What became of those that are stored.
  var summary = IngestSummary()
  private let ledger: any EventLedger
  private var notes: RefusalNotes?
  private var spare = EventBatch()
  private var pending: BlockingTask.Pending<Stored>?
  private var kept: [String: InputPosition] = [:]
  private var hasMaintenance = true
  private var batches = 0

  /// How many batches pass between two looks at what is no longer to be kept.
  private static let maintenanceBatches = 64

  /// An intake into `ledger`; what is refused is told at once through `notes`, if there are any.
  init(ledger: any EventLedger, notes: RefusalNotes? = nil) {
    (self.ledger, self.notes) = (ledger, notes)
  }

  /// Whether nothing is being written.
  var isIdle: Bool { pending?.hasEnded ?? true }
  /// Whether there are as many events as are stored together.
  var isFull: Bool { batch.count >= Self.batchEvents }

  /// Starts to store what was gathered, together with where its input goes on, once the batch before is stored.
  func flush(_ position: InputPosition? = nil) throws(CommandFailure) {
    guard !batch.isEmpty || position.map({ $0 != kept[$0.input] }) ?? false else { return }
    try settle()
    var full = spare
    spare = EventBatch()
    swap(&full, &batch)
    if let position { kept[position.input] = position }
    batches += 1
    let (ledger, events) = (ledger, full)
    let isMaintained = hasMaintenance || batches % Self.maintenanceBatches == 0
    pending = BlockingTask.begin {
      let stored = try await ledger.append(events, position: position)
      // The events are durable; what fails of this is tried again after the next batch.
      let hasMore = isMaintained ? (try? await ledger.performMaintenance()) ?? true : false
      return Stored(batch: events, stored: stored, hasMoreMaintenance: hasMore)
    }
  }

  /// Takes in what was refused of an input; its lines are counted from byte `start`.
  func refuse(_ refusals: EventRefusals, of name: String, from start: UInt64 = 0) {
    summary.add(refusals, of: name, from: start)
    tellRefusals()
  }

  /// Counts something that could not be read any more, also for whoever looks at the store's server.
  func noteGap() {
    summary.gaps += 1
    let ledger = ledger
    // It is told and counted here in any case.
    _ = BlockingTask.begin { try await ledger.recordGap() }.result()
  }

  private func tellRefusals() { notes?.tell(summary, at: ContinuousClock().now) }

  /// Waits for the batch that is being stored.
  func settle() throws(CommandFailure) {
    defer { tellRefusals() }
    guard let result = pending?.result() else { return }
    pending = nil
    switch result {
    case .success(let stored):
      summary.add(stored.stored)
      hasMaintenance = stored.hasMoreMaintenance
      spare = stored.batch
      spare.removeAll()
    case .failure(let error): throw CommandFailure(error)
    }
  }
}
