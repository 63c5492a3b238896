import SlotStats

extension QueueWorker {
  /// How a job leaves this worker.
  private enum End {
    case outcome(ProcessingLog)
    case retry(after: Duration)
    case handBack
    case leaseLost
  }

  /// Brings a job as far as it goes here.
  func work(_ held: Held) async {
    let lease = held.lease
    do {
      let steps = Set(lease.history.map { JobStep($0.status) })
      // The one who had the job before published its outcome and did not live to end it.
      guard !steps.contains(.outcome) else {
        try await queue.complete(lease)
        figures.ended += 1
        return
      }
      try await conclude(try await process(held, published: steps), of: lease)
    } catch JobQueueError.leaseLost {
      figures.lost += 1
    } catch {
      figures.queueFailures += 1
    }
  }

  private func conclude(_ end: End, of lease: JobLease) async throws {
    switch end {
    case .outcome(let log):
      try await service.appendProcessingLogs([log], under: lease)
      try await queue.complete(lease)
      figures.ended += 1
    case .retry(let pause):
      try await queue.retry(lease, after: pause)
      figures.retried += 1
    case .handBack:
      try await queue.handBack(lease)
      figures.handedBack += 1
    case .leaseLost:
      throw JobQueueError.leaseLost
    }
  }

  private func process(_ held: Held, published: Set<JobStep>) async throws -> End {
    let (lease, job) = (held.lease, held.lease.job)
    func publish(_ log: ProcessingLog) async throws {
      guard !published.contains(JobStep(log.status)) else { return }
      try await service.appendProcessingLogs([log], under: lease)
    }
    try await publish(ProcessingLog(.received, of: job, at: job.receivedAt))
    if lease.isCalledOff { return .outcome(calledOff(job)) }
    guard lease.deliveries <= settings.maxDeliveries else {
      let message = "handed out \(lease.deliveries) times and never ended"
      return .outcome(failed(job, JobFailure(.abandoned, message: message)))
    }
    try await publish(ProcessingLog(.dispatched, of: job, at: clock.wallTime))

    let start = clock.now
    let deadline = start + (job.timeLimit ?? settings.timeLimit)
    let response: ProviderResponse
    switch await attempt(held, until: deadline, { [provider] in try await provider.run(job) }) {
    case .value(let value): response = value
    case .failure(let error): return end(of: job, after: error, otherwise: .providerError, isRetryable: true)
    case .deadline: return endAtTimeLimit(of: job)
    case .interrupted(let reason): return end(of: job, brokenOff: reason)
    }
    let latency = clock.now - start
    try await publish(ProcessingLog(.providerResponded, of: job, at: clock.wallTime, latency: latency))

    switch await attempt(held, until: deadline, { [provider] in try await provider.accept(response, of: job) }) {
    case .value:
      return .outcome(
        ProcessingLog(.succeeded, of: job, at: clock.wallTime, message: response.message, latency: latency))
    case .failure(let error): return end(of: job, after: error, otherwise: .resultRefused, isRetryable: false)
    case .deadline: return endAtTimeLimit(of: job)
    case .interrupted(let reason): return end(of: job, brokenOff: reason)
    }
  }

  private func end(
    of job: Job, after error: any Error, otherwise reason: ProcessingLog.FailureReason, isRetryable: Bool
  ) -> End {
    if error is CancellationError { return .outcome(calledOff(job)) }
    let failure =
      error as? JobFailure ?? JobFailure(reason, message: String(describing: error), isRetryable: isRetryable)
    guard failure.isRetryable, job.attempt < settings.retry.attempts else { return .outcome(failed(job, failure)) }
    return .retry(after: max(pause(after: job.attempt), failure.retryAfter ?? .zero))
  }

  private func endAtTimeLimit(of job: Job) -> End {
    guard settings.retriesTimeouts, job.attempt < settings.retry.attempts else {
      return .outcome(ProcessingLog(.timeout, of: job, at: clock.wallTime))
    }
    return .retry(after: pause(after: job.attempt))
  }

  private func end(of job: Job, brokenOff reason: Interruption.Reason) -> End {
    switch reason {
    case .calledOff: .outcome(calledOff(job))
    case .handBack: .handBack
    case .leaseLost: .leaseLost
    }
  }

  private func calledOff(_ job: Job) -> ProcessingLog { failed(job, JobFailure(.cancelled)) }

  private func failed(_ job: Job, _ failure: JobFailure) -> ProcessingLog {
    ProcessingLog(
      failure.reason == .timeout ? .timeout : .failed, of: job, at: clock.wallTime, message: failure.message,
      failureReason: failure.reason == .timeout ? nil : failure.reason)
  }

  private func pause(after attempt: Int) -> Duration { settings.retry.pause(after: attempt, chance: chance()) }
}
