extension QueueWorker {
  /// How a piece of work ended.
  enum AttemptEnd<Value: Sendable>: Sendable {
    case value(Value)
    case failure(any Error)
    case deadline
    case interrupted(Interruption.Reason)
  }

  /// Does a piece of work until it ends, its time is over or the job is broken off, whichever is first, and keeps the
  /// lease meanwhile. What is not done by then is cancelled and not waited for.
  nonisolated func attempt<Value: Sendable>(
    _ held: Held, until deadline: Duration, _ work: @escaping @Sendable () async throws -> Value
  ) async -> AttemptEnd<Value> {
    let race = Race<AttemptEnd<Value>>()
    held.interruption.listen { race.finish(.interrupted($0)) }
    let working = Task {
      do {
        race.finish(.value(try await work()))
      } catch {
        race.finish(.failure(error))
      }
    }
    let watching = Task {
      if let end: AttemptEnd<Value> = await watch(held.lease, until: deadline) { race.finish(end) }
    }
    let end = await race.first
    working.cancel()
    watching.cancel()
    held.interruption.listen(nil)
    return end
  }

  /// Waits for the deadline, and extends the lease at every third of it.
  /// - Returns: `nil` where it is no longer asked.
  private nonisolated func watch<Value>(_ lease: JobLease, until deadline: Duration) async -> AttemptEnd<Value>? {
    let beat = settings.lease / 3
    var nextBeat = clock.now + beat
    while true {
      guard (try? await clock.sleep(until: min(deadline, nextBeat))) != nil else { return nil }
      if clock.now >= deadline { return .deadline }
      do {
        if try await queue.extend(lease, for: settings.lease) { return .interrupted(.calledOff) }
      } catch JobQueueError.leaseLost {
        return .interrupted(.leaseLost)
      } catch {
        // The queue may answer again before the lease is over.
      }
      nextBeat = clock.now + beat
    }
  }
}
