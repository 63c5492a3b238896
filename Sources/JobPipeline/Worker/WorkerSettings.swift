/// The limits of a ``QueueWorker``.
public struct WorkerSettings: Sendable {
  /// How many jobs are worked at once.
  public var concurrency: Int
  /// How long one attempt may take, unless the job says so itself.
  public var timeLimit: Duration
  /// How long a job stays with this worker without a sign of life. It gives one at every third of it.
  public var lease: Duration
  /// How often a job is tried, and the pauses between.
  public var retry: RetryPolicy
  /// Whether an attempt that ran out of time is followed by another.
  public var retriesTimeouts: Bool
  /// How often a job is handed out before it is given up: a job that ends its workers must not do so for ever.
  public var maxDeliveries: Int
  /// How long a stop waits for the jobs under way before it hands them back.
  public var grace: Duration

  /// Settings. Numbers below 1 are taken as 1.
  public init(
    concurrency: Int = 8, timeLimit: Duration = .seconds(60), lease: Duration = .seconds(30),
    retry: RetryPolicy = RetryPolicy(), retriesTimeouts: Bool = false, maxDeliveries: Int = 20,
    grace: Duration = .seconds(10)
  ) {
    self.concurrency = max(1, concurrency)
    self.timeLimit = max(.zero, timeLimit)
    self.lease = max(.milliseconds(1), lease)
    self.retry = retry
    self.retriesTimeouts = retriesTimeouts
    self.maxDeliveries = max(1, maxDeliveries)
    self.grace = max(.zero, grace)
  }
}

/// What a worker has done so far.
public struct WorkerReport: Hashable, Sendable {
  /// Jobs that it ended, well or not.
  public var ended = 0
  /// Attempts that failed and are to be followed by another.
  public var retried = 0
  /// Jobs that it handed back untried or half done.
  public var handedBack = 0
  /// Jobs whose lease it lost; others have them.
  public var lost = 0
  /// Jobs that it could not bring to an end because the queue failed; their leases run out.
  public var queueFailures = 0

  /// A report of these numbers.
  public init(ended: Int = 0, retried: Int = 0, handedBack: Int = 0, lost: Int = 0, queueFailures: Int = 0) {
    self.ended = ended
    self.retried = retried
    self.handedBack = handedBack
    self.lost = lost
    self.queueFailures = queueFailures
  }
}
