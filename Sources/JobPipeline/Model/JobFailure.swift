import SlotStats

/// Why an attempt failed, in a provider's words.
public struct JobFailure: Error, Hashable, Sendable {
  /// Decides the counter, should the job end with it.
  public var reason: ProcessingLog.FailureReason
  /// A text for people; cut at 1024 characters.
  public var message: String?
  /// Whether another attempt may help.
  public var isRetryable: Bool
  /// The least time until the next attempt, where the provider names one.
  public var retryAfter: Duration?

  /// A failure.
  public init(
    _ reason: ProcessingLog.FailureReason, message: String? = nil, isRetryable: Bool = false,
    retryAfter: Duration? = nil
  ) {
    self.reason = reason
    self.message = message
    self.isRetryable = isRetryable
    self.retryAfter = retryAfter
  }
}

extension ProcessingLog.FailureReason {
  /// The worker could not make use of the provider's answer.
  public static let resultRefused = ProcessingLog.FailureReason(rawValue: "result_refused")
  /// The job was handed out again and again and no worker lived to end it.
  public static let abandoned = ProcessingLog.FailureReason(rawValue: "abandoned")
}
