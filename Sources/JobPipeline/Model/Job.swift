import SlotStats

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// One piece of work that came in at a slot.
public struct Job: Identifiable, Hashable, Sendable {
  /// What tells this job from all others; its events are named after it.
  public let id: UUID
  /// The slot that it came in at.
  public var slotID: Slot.ID
  /// When it came in, by the wall clock; the instant of its `received` event.
  public var receivedAt: Date
  /// What the provider is to work on, in whatever form it reads.
  public var payload: Data
  /// How long one attempt may take; the worker's limit where `nil`.
  public var timeLimit: Duration?
  /// Which attempt this is, from 1. The queue sets it.
  public internal(set) var attempt = 1

  /// A job that has not been tried.
  public init(
    id: UUID, slotID: Slot.ID, receivedAt: Date, payload: Data = Data(), timeLimit: Duration? = nil
  ) {
    self.id = id
    self.slotID = slotID
    self.receivedAt = receivedAt
    self.payload = payload
    self.timeLimit = timeLimit
  }

  /// This job as it is at its `attempt`-th attempt, from 1: for queues.
  public func atAttempt(_ attempt: Int) -> Job {
    var job = self
    job.attempt = attempt
    return job
  }
}
