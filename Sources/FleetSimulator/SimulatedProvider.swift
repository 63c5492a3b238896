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
    // What runs out of time takes longer than any worker waits.
    try await clock.sleep(for: plan.outcome == .timeout ? fleet.timeLimit * 10 : latency)
    switch plan.outcome {
    case .providerError: throw JobFailure(.providerError, message: "503 Service Unavailable")
    case .cancelled: throw JobFailure(.cancelled)
    case .success, .timeout, .workerError: return ProviderResponse()
    }
  }

  package func accept(_ response: ProviderResponse, of job: Job) async throws {
    guard fleet.plan(of: job).outcome == .workerError else { return }
    throw JobFailure(.resultRefused, message: "the answer is no image")
  }
}
