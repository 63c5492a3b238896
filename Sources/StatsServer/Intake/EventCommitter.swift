import NIOCore
import SlotStats
import StatsFormats

/// Writes what waits in the queue, batch after batch, tells who must know of it, and then those who wait.
struct EventCommitter: Sendable {
  let queue: IntakeQueue
  let store: any EventBatchStore
  let service: CachedStatsService
  let metrics: ServerMetrics

  /// Writes until the queue has ended and is empty.
  func run() async {
    var spare = EventBatch()
    let clock = ContinuousClock()
    while var load = await queue.next(spare: spare) {
      let start = clock.now
      let outcomes: Result<[StoredLog], any Error>
      do {
        outcomes = .success(try await store.store(load.batch))
        metrics.countCommit(clock.now - start)
      } catch {
        outcomes = .failure(error)
        metrics.countFailedCommit()
      }
      queue.release(load)
      if case .success(let outcomes) = outcomes { tell(of: load.batch, outcomes) }
      answer(load.waiters, outcomes)
      load.waiters = []
      spare = load.batch
      load = IntakeQueue.Load()
      spare.removeAll()
    }
  }

  /// Makes stale what the batch changed, which also tells who watches.
  private func tell(of batch: EventBatch, _ outcomes: [StoredLog]) {
    var isTouched = [Bool](repeating: false, count: batch.slots.count)
    var slots = Set<Slot.ID>()
    for (record, outcome) in zip(batch.records, outcomes) where outcome == .accepted {
      let number = Int(record.slot)
      if !isTouched[number] {
        isTouched[number] = true
        slots.insert(batch.slots[record.slot])
      }
    }
    service.invalidate(slots)
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
      let cause = (error as? StatsSourceError)?.cause ?? "\(error)"
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
