#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
import SlotStats

extension SQLiteStatsRepository {
  /// How many slots a change names; past it, reading all of them is cheaper.
  private static let namedSlots = 100

  /// What changed after the change of this number, whoever stored it.
  /// - Returns: the number of the latest change, and the slots; no change where the number is the latest.
  package func news(after change: Int64) async throws -> (latest: Int64, change: StatsChange?) {
    guard try await latestChange() != change else { return (change, nil) }
    let changes = try await changes(after: change)
    // A number that went back is another content of the file, such as a backup that was restored.
    let slots = changes.latest < change || changes.slots.count > Self.namedSlots ? nil : Set(changes.slots)
    return (changes.latest, StatsChange(slots: slots, at: settings.now()))
  }
}
