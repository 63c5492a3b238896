#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Somebody who tells others of alerts, whoever is at the terminal.
package protocol AlertTeller: Sendable {
  /// Takes what a look found; waits for nobody who is told.
  /// - Parameters:
  ///   - observer: what looked.
  ///   - look: what it looked at.
  ///   - instant: the instant that the reading describes.
  ///   - acknowledged: what is acknowledged, and not told of.
  /// - Returns: how telling fails, a line each that may hold text from outside.
  func tell(
    _ observer: RuleObserver, _ look: RuleObserver.Look, at instant: Date,
    acknowledged: [Slot.ID?: Acknowledgement]
  ) async -> [String]

  /// Ends; what was not told yet is waited for a moment.
  func shutdown() async
}
