import SlotStats

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The steps of a job that are published, each at most once.
public enum JobStep: UInt64, CaseIterable, Sendable {
  case received = 1
  case dispatched, providerResponded
  /// However it ended: a job has one outcome.
  case outcome

  /// The step that events of `status` tell of.
  public init(_ status: ProcessingLog.Status) {
    switch status {
    case .received: self = .received
    case .dispatched: self = .dispatched
    case .providerResponded: self = .providerResponded
    case .timeout, .failed, .succeeded: self = .outcome
    }
  }

  /// The id of the event that tells of this step of a job: a version 8 UUID made of both, so that whoever publishes
  /// the step again, after a crash too, publishes the same event.
  public func eventID(of job: UUID) -> UUID {
    var (high, low) = job.halves
    for round in 1...4 as ClosedRange<UInt64> {
      (high, low) = (low, high ^ (low &+ rawValue &* 0x9E37_79B9_7F4A_7C15 &+ round).mixed)
    }
    return UUID(high: high, low: low)
  }
}

extension UUID {
  /// The first and the last eight bytes, as written.
  package var halves: (high: UInt64, low: UInt64) {
    withUnsafeBytes(of: uuid) { bytes in
      (
        UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
        UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
      )
    }
  }

  /// A version 8 UUID of these bits, except the six that say so.
  package init(high: UInt64, low: UInt64) {
    let high = (high & 0xFFFF_FFFF_FFFF_0FFF | 0x8000).bigEndian
    let low = (low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000).bigEndian
    var bytes = noBytes
    withUnsafeMutableBytes(of: &bytes) { target in
      target.storeBytes(of: high, as: UInt64.self)
      target.storeBytes(of: low, toByteOffset: 8, as: UInt64.self)
    }
    self.init(uuid: bytes)
  }
}

private let noBytes: uuid_t = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)

extension ProcessingLog {
  /// The event of one step of `job`.
  /// - Parameters:
  ///   - status: what happened.
  ///   - job: whose step it is; with the step, it decides the event's id.
  ///   - instant: when it happened.
  ///   - message: what a person may want to know; cut where it is too long.
  ///   - failureReason: why it failed.
  ///   - latency: how long the provider took.
  package init(
    _ status: Status, of job: Job, at instant: Date, message: String? = nil, failureReason: FailureReason? = nil,
    latency: Duration? = nil
  ) {
    self.init(
      id: JobStep(status).eventID(of: job.id), jobID: job.id, slotID: job.slotID, status: status, occurredAt: instant,
      message: message.map { String($0.prefix(Self.maxMessageLength)) }, failureReason: failureReason,
      providerLatencyMilliseconds: latency.map { max(0, Int($0 / .milliseconds(1))) })
  }

  /// The longest message that an event may hold, in characters.
  private static let maxMessageLength = 1024
}
