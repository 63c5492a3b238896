import NIOCore
import SlotStats
import StatsFormats

/// Writes what waits in the queue, batch after batch, tells who must know of it, and then those who wait.
struct EventCommitter: Sendable {
  let queue: IntakeQueue
  let ledger: any EventLedger
  let foreign: ForeignChanges
  let service: CachedStatsService
  let metrics: ServerMetrics
  /// The clock that commits are measured by.
  let clock: any Clock<Duration>

  /// Writes until the queue has ended and is empty.
  func run() async {
    var spare = EventBatch()
    while var load = await queue.next(spare: spare) {
      let stored = await write(load.batch, clock)
      queue.release(load)
      // Before the answers: whoever has one finds its event in the statistics. This also tells who watches.
      if case .success(let batch) = stored { service.invalidate(batch.changedSlots) }
      answer(load.waiters, stored.map(\.outcomes))
      load.waiters = []
      spare = load.batch
      load = IntakeQueue.Load()
      spare.removeAll()
    }
  }

  private func write(_ batch: EventBatch, _ clock: some Clock<Duration>) async -> Result<StoredBatch, any Error> {
    let start = clock.now
    do {
      let stored = try await ledger.append(batch)
      if let change = stored.change { foreign.note(own: change) }
      metrics.countCommit(start.duration(to: clock.now))
      return .success(stored)
    } catch {
      metrics.countFailedCommit()
      return .failure(error)
    }
  }

  private func answer(_ waiters: [IntakeQueue.Waiter], _ outcomes: Result<[StoredLog], any Error>) {
    // One wake-up a loop, not one a waiter.
    var byLoop: [ObjectIdentifier: (loop: any EventLoop, replies: [@Sendable () -> Void])] = [:]
    for waiter in waiters {
      let outcome = outcome(of: waiter, outcomes)
      metrics.count(outcome)
      guard let loop = waiter.loop else {
        waiter.reply(outcome)
        continue
      }
      byLoop[ObjectIdentifier(loop), default: (loop, [])].replies.append { waiter.reply(outcome) }
    }
    for (loop, replies) in byLoop.values {
      loop.execute { for reply in replies { reply() } }
    }
  }

  private func outcome(
    of waiter: IntakeQueue.Waiter, _ outcomes: Result<[StoredLog], any Error>
  ) -> IntakeOutcome {
    switch outcomes {
    case .failure(let error):
      let cause = (error as? StatsSourceError)?.cause ?? ErrorWords.text(error)
      return .failed(reason: "The store cannot be written: \(cause).")
    case .success(let outcomes):
      var (accepted, duplicate) = (0, 0)
      var items = waiter.items
      for (place, index) in waiter.records.enumerated() {
        switch outcomes[index] {
        case .accepted: accepted += 1
        case .duplicate: duplicate += 1
        case .refused(let reason):
          items.refusedCount += 1
          guard items.refused.count < EventItems.maxRefusals else { continue }
          items.refused.append(EventItems.Refusal(index: waiter.items.number(at: place), reason: reason))
        }
      }
      items.refused.sort { $0.index < $1.index }
      return .stored(
        accepted: accepted, duplicate: duplicate, refused: items.refused, refusedCount: items.refusedCount)
    }
  }
}
