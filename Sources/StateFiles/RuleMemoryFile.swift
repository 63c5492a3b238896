import FoundationEssentials
import Glibc
import SlotStats
import StatsFormats

/// What rules that are pending or fire are remembered by between two runs, in a file that somebody names.
///
/// A file that is refused, such as one of another version or of another source, is never overwritten.
package struct RuleMemoryFile: Sendable {
  /// What was remembered, and when, by the wall clock.
  package struct Contents: Hashable, Sendable {
    /// The rules that were pending or fired.
    package var memory: [AlertMemory]
    /// When.
    package var savedAt: Date

    /// What is to be remembered.
    package init(memory: [AlertMemory], savedAt: Date) {
      self.memory = memory
      self.savedAt = savedAt
    }
  }

  /// Why the file cannot be used.
  package struct Failure: Error, Hashable, Sendable {
    /// The whole line: the file in quotes, and why.
    package let line: String
  }

  /// The most bytes of a file.
  private static let maxBytes = 16 << 20

  private let file: LockedFile
  private let source: String

  /// The file at `path`, which need not exist; below the folder in use where it is relative.
  /// - Parameters:
  ///   - path: its path.
  ///   - source: what tells the source from others; a file belongs to one.
  ///   - clock: what another process's change is waited for by.
  package init(path: String, source: String, clock: any Clock<Duration>) {
    let whole = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    file = LockedFile(path: whole, maxBytes: Self.maxBytes, clock: clock)
    self.source = source
  }

  /// Replaces what is remembered, while nobody else can: `body` gets what was, `nil` for nothing, and gives what is to
  /// be.
  /// - Throws: ``Failure`` where the file cannot be read, is refused or cannot be written; it stays as it was then.
  package func replace(_ body: @escaping @Sendable (Contents?) -> Contents) async throws {
    do {
      try await file.change { bytes in
        let contents = try bytes.map { try RuleMemoryDocument.contents(parsing: $0, of: source) }
        return (RuleMemoryDocument.bytes(body(contents), of: source), ())
      }
    } catch let refusal as RuleMemoryDocument.Refusal {
      throw Failure(
        line: "Cannot use state \"\(file.path)\": \(refusal.cause); it stays as it is, mend it or move it away")
    } catch let failure as LockedFile.Failure {
      throw Failure(line: "Cannot use state \"\(file.path)\": \(failure.cause)")
    }
  }
}
