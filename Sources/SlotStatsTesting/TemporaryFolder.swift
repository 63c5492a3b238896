#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A folder for one test's files; it is removed with this value.
package final class TemporaryFolder: Sendable {
  /// Where it is.
  package let path: String

  /// A new folder.
  package init() throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("slotwatch-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of a file of this name, which need not exist.
  package func file(_ name: String) -> String { "\(path)/\(name)" }
}
