import EventStore
import Foundation
import JobLifecycle
import JobPipeline
import JobStore
import Logging
import ServiceLifecycle
import SlotStats

/// A process that works jobs, to be killed: `JobWorkerProcess submit QUEUE COUNT` puts jobs into a queue,
/// `JobWorkerProcess work QUEUE STORE` works them, publishes into an event store, and ends once nothing is left to do.
@main struct JobWorkerProcess {
  /// Takes a moment, so that kills find jobs under way.
  private struct Provider: JobProvider {
    func run(_ job: Job) async throws -> ProviderResponse {
      try await Task.sleep(for: .milliseconds(3))
      return ProviderResponse()
    }
  }

  static func main() async throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 4 else { return print("usage: submit QUEUE COUNT | work QUEUE STORE") }
    let queue = try SQLiteJobQueue.open(arguments[2])
    if arguments[1] == "submit" {
      for number in 0..<(Int(arguments[3]) ?? 0) {
        try await queue.enqueue(Job(id: UUID(), slotID: "slot-\(number % 7)", receivedAt: .now), logs: [])
      }
    } else {
      try await work(queue, storedIn: arguments[3])
    }
    await queue.close()
  }

  private static func work(_ queue: SQLiteJobQueue, storedIn path: String) async throws {
    let store = try SQLiteStatsRepository.open(path, settings: StoreSettings { .now })
    let service = JobService(
      queue: queue, stats: try CachedStatsService(repository: store, clock: ContinuousClock()))
    // Jobs of a killed process are free again after the lease.
    let worker = QueueWorker(
      queue: queue, service: service, provider: Provider(),
      settings: WorkerSettings(concurrency: 8, lease: .milliseconds(400), maxDeliveries: 1_000))
    let group = ServiceGroup(
      services: [QueueWorkerService(worker, of: service)], logger: Logger(label: "worker"))
    try FileHandle.standardOutput.write(contentsOf: Data("working\n".utf8))
    async let running: Void = group.run()
    while try await queue.count + queue.unconfirmedCount > 0 { try await Task.sleep(for: .milliseconds(20)) }
    await group.triggerGracefulShutdown()
    try await running
    try store.close()
  }
}
