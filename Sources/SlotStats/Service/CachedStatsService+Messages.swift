#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension CachedStatsService {
  /// How far back failures are looked at, in seconds: the last hour, and the last day where that has none.
  private static let messageSpans: [TimeInterval] = [3_600, 86_400]

  /// What the failures of a slot say in the hour before `now`, or in the day before where that hour has none; `nil` of a
  /// source that keeps no messages. It is read anew each time.
  /// - Throws: what the source throws.
  public func readFailureMessages(
    of slotID: Slot.ID, now: Date, limit: Int = FailureMessages.maxPatterns
  ) async throws -> FailureMessages? {
    var found: FailureMessages?
    for span in Self.messageSpans {
      let since = now.addingTimeInterval(-span)
      found = try await repository.failureMessages(of: slotID, since: since, limit: limit)
      guard found?.examined == 0 else { break }
    }
    return found
  }
}
