import JobPipeline

/// Tells those who wait in this process that something may have changed.
actor QueueSignal {
  private var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
  private var lastTicket: UInt64 = 0
  /// How often it was given: to be read before one looks, and given to ``wait(since:until:clock:)``.
  private(set) var count = 0
  /// Whether nobody is to wait any more.
  private(set) var isClosed = false

  /// Lets all who wait look again.
  func give() {
    count += 1
    for waiter in waiters.values { waiter.resume() }
    waiters = [:]
  }

  /// Lets all go, for good.
  func close() {
    isClosed = true
    give()
  }

  /// Waits until it was given since `seen`, or until `due`, or until the task is cancelled.
  func wait(since seen: Int, until due: Duration, clock: JobClock) async {
    guard count == seen, !isClosed, !Task.isCancelled else { return }
    lastTicket += 1
    let ticket = lastTicket
    let timer = Task {
      try await clock.sleep(until: due)
      release(ticket)
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        if Task.isCancelled { continuation.resume() } else { waiters[ticket] = continuation }
      }
    } onCancel: {
      Task { await self.release(ticket) }
    }
    timer.cancel()
  }

  private func release(_ ticket: UInt64) { waiters.removeValue(forKey: ticket)?.resume() }
}
