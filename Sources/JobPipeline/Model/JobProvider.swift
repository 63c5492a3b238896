#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Who does the work of a job.
///
/// A worker calls it from many tasks at once. At the time limit, or when the job is called off, the task is cancelled
/// and the worker goes on without waiting: a provider that ignores cancellation runs on, and its answer is dropped.
public protocol JobProvider: Sendable {
  /// Does the work of one attempt.
  /// - Throws: ``JobFailure`` to say why and whether another attempt may help; any other error is a
  ///   `provider_error` that may be tried again; `CancellationError` means that the job was called off.
  func run(_ job: Job) async throws -> ProviderResponse

  /// Takes over the result, within the same time limit: saves it, or sends it on. By default it does nothing.
  /// - Throws: ``JobFailure``; any other error is the worker's own (`errors`) and is not tried again.
  func accept(_ response: ProviderResponse, of job: Job) async throws
}

extension JobProvider {
  /// Does nothing.
  public func accept(_ response: ProviderResponse, of job: Job) async throws {}
}

/// What a provider answered.
public struct ProviderResponse: Hashable, Sendable {
  /// The result, in whatever form the provider gives it.
  public var payload: Data
  /// A text for people that is kept with the event; cut at 1024 characters.
  public var message: String?

  /// An answer.
  public init(payload: Data = Data(), message: String? = nil) {
    self.payload = payload
    self.message = message
  }
}
