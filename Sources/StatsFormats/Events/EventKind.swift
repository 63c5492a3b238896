import SlotStats

/// What happened, with the reason of a failure as far as it is counted apart. The numbers are kept in files.
package enum EventKind: UInt8, CaseIterable, Sendable {
  case received = 0, dispatched, providerResponded
  case succeeded, timeout, failed, failedByTimeout, failedByProvider, failedByCancelling

  /// The kind of an event with this status and reason; the reason counts only where the job failed.
  package init(_ status: ProcessingLog.Status, _ reason: ProcessingLog.FailureReason?) {
    self =
      switch status {
      case .received: .received
      case .dispatched: .dispatched
      case .providerResponded: .providerResponded
      case .succeeded: .succeeded
      case .timeout: .timeout
      case .failed:
        switch reason {
        case .timeout: .failedByTimeout
        case .providerError: .failedByProvider
        case .cancelled: .failedByCancelling
        default: .failed
        }
      }
  }

  /// The status that documents give it.
  package var status: ProcessingLog.Status {
    switch self {
    case .received: .received
    case .dispatched: .dispatched
    case .providerResponded: .providerResponded
    case .succeeded: .succeeded
    case .timeout: .timeout
    case .failed, .failedByTimeout, .failedByProvider, .failedByCancelling: .failed
    }
  }

  /// The outcome that a job has once this is its first terminal event; `nil` for an event that ends nothing.
  @inline(__always)
  package var outcome: EventOutcome? {
    switch self {
    case .received, .dispatched, .providerResponded: nil
    case .succeeded: .success
    case .timeout, .failedByTimeout: .timeouts
    case .failedByProvider: .providerErrors
    case .failedByCancelling: .cancelled
    case .failed: .errors
    }
  }
}

/// How a job ended, as it is counted. The numbers are kept in files and are the places of ``StatsCounters/keys``.
package enum EventOutcome: UInt8, CaseIterable, Sendable {
  case success = 0, timeouts, providerErrors, cancelled, errors
}
