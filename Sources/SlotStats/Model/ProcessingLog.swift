#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// One thing that happened to one job, as a worker publishes it.
public struct ProcessingLog: Identifiable, Hashable, Sendable {
  /// What happened.
  public enum Status: String, CaseIterable, Codable, Sendable {
    case received, dispatched, timeout, failed, succeeded
    case providerResponded = "provider_responded"
  }

  /// Why a job failed, as its worker says. Any text; the three that are counted apart have names.
  public struct FailureReason: RawRepresentable, Hashable, Sendable {
    /// The reason's name in documents.
    public var rawValue: String
    /// A reason with this name.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// The job ran out of time.
    public static let timeout = FailureReason(rawValue: "timeout")
    /// The provider refused or failed.
    public static let providerError = FailureReason(rawValue: "provider_error")
    /// Somebody called the job off.
    public static let cancelled = FailureReason(rawValue: "cancelled")
  }

  /// What tells this event from all others; the same event given twice has the same id.
  public var id: UUID
  /// The job it happened to.
  public var jobID: UUID
  /// The slot that the job came in at.
  public var slotID: Slot.ID
  /// What happened.
  public var status: Status
  /// When it happened; decides the bucket.
  public var occurredAt: Date
  /// A text for people, at most 1024 characters.
  public var message: String?
  /// Why, where ``status`` is `failed`.
  public var failureReason: FailureReason?
  /// How long the provider took, from 0, in milliseconds.
  public var providerLatencyMilliseconds: Int?

  /// An event.
  public init(
    id: UUID, jobID: UUID, slotID: Slot.ID, status: Status, occurredAt: Date, message: String? = nil,
    failureReason: FailureReason? = nil, providerLatencyMilliseconds: Int? = nil
  ) {
    self.id = id
    self.jobID = jobID
    self.slotID = slotID
    self.status = status
    self.occurredAt = occurredAt
    self.message = message
    self.failureReason = failureReason
    self.providerLatencyMilliseconds = providerLatencyMilliseconds
  }
}
