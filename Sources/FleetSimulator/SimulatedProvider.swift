import JobPipeline
import SlotStats

/// The simulated providers: each job takes its time and ends as the fleet has planned.
package struct SimulatedProvider: JobProvider {
  private let fleet: SimulatedFleet
  private let clock: JobClock

  /// The providers of `fleet`, whose work takes its time by `clock`.
  package init(_ fleet: SimulatedFleet, clock: JobClock) {
    self.fleet = fleet
    self.clock = clock
  }

  package func run(_ job: Job) async throws -> ProviderResponse {
    let plan = fleet.plan(of: job)
    let latency = plan.latency * fleet.settings.latencyScale
    if plan.hasHiccup, job.attempt == 1 {
      try await clock.sleep(for: latency / 4)
      throw JobFailure(.providerError, message: "connection reset", isRetryable: true)
    }
    try await clock.sleep(for: plan.outcome == .timeout ? fleet.patience : latency)
    let message = fleet.message(of: plan.outcome, at: job.slotID)
    switch plan.outcome {
    case .timeout: throw JobFailure(.timeout, message: message)
    case .providerError: throw JobFailure(.providerError, message: message)
    case .cancelled: throw JobFailure(.cancelled)
    case .success, .workerError: return ProviderResponse()
    }
  }

  package func accept(_ response: ProviderResponse, of job: Job) async throws {
    let outcome = fleet.plan(of: job).outcome
    guard outcome == .workerError else { return }
    throw JobFailure(.resultRefused, message: fleet.message(of: outcome, at: job.slotID))
  }
}
