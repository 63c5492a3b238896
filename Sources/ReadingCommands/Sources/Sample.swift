import FoundationEssentials
import SnapshotSource
import StatsFormats

/// The snapshot that ships with the program, moved in time at each reading, so that it always ends now.
package enum Sample {
  /// What errors call it.
  private static let name = "sample:"

  /// The sample, parsed.
  /// - Throws: a failure of the program itself.
  package static func repository(
    wallClock: @escaping @Sendable () -> Date
  ) throws(CommandFailure) -> InMemorySnapshotRepository {
    do {
      let document = try SnapshotDocument(parsing: PackageResources.sample_snapshot_json)
      return InMemorySnapshotRepository(document: document, name: name, movesWithTime: true, wallClock: wallClock)
    } catch {
      throw CommandFailure(.contentRefused, "Cannot read the sample: \(error.line).")
    }
  }
}
