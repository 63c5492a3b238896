import JobPipeline
import ServiceLifecycle

/// A worker as a service of a `ServiceGroup` of swift-service-lifecycle.
///
/// It works until the group shuts down: then it takes no more jobs, lets those under way end within the worker's grace,
/// and hands back the rest. What they published and the statistics have not taken yet is delivered within `flush`; what
/// is left after that stays in a queue that outlives the process. The end of the queue ends it too, and so does the
/// cancellation of its task, which hands all jobs back at once.
public struct QueueWorkerService: Service {
  private let worker: QueueWorker
  private let service: JobService
  private let flush: Duration

  /// A service that runs `worker`, which publishes by `service`; at its end it waits for the statistics for at most
  /// `flush`, measured by the clock of `service`.
  public init(_ worker: QueueWorker, of service: JobService, flush: Duration = .seconds(10)) {
    self.worker = worker
    self.service = service
    self.flush = flush
  }

  /// Works until one of the ends above; a worker runs once.
  public func run() async {
    await service.resume()
    await withGracefulShutdownHandler {
      await worker.run()
    } onGracefulShutdown: { [worker] in
      Task { await worker.stop() }
    }
    _ = await service.flush(within: flush)
  }
}
