import FoundationEssentials
import SlotStats
import StatsFormats

/// The marks of one source in a file of the user's state folder.
package struct MarkFile: MarkStore {
  private let file: BookFile<MarkBook>

  /// The file of a source, which need not exist.
  /// - Parameters:
  ///   - folder: the program's state folder; it is made with the first mark, for its owner alone.
  ///   - source: what tells the source from others, such as its address; the file is named after it.
  ///   - clock: what another process's change is waited for by.
  package init(folder: String, source: String, clock: any Clock<Duration>) {
    let format = BookFile<MarkBook>.Format(
      sort: "marks", things: "marks", maxBytes: MarkDocument.maxBytes, empty: MarkBook(),
      parse: { bytes throws(SnapshotError) in try MarkDocument.book(parsing: bytes) },
      bytes: { MarkDocument.bytes(of: $0) })
    file = BookFile(format, folder: folder, source: source, clock: clock)
  }

  package var place: String { file.place }

  package func isShared() async throws -> Bool { false }

  package func marks() async throws -> MarkBook? { try file.read() }

  package func add(_ mark: Mark, now: Date) async throws -> Mark {
    try await file.change { book in (true, book.add(mark, now: now)) }
  }

  package func removeMark(_ id: Int) async throws -> Bool {
    // Where there is nothing, nothing is made.
    guard try file.read().marks.contains(where: { $0.id == id }) else { return false }
    return try await file.change { book in
      let wasThere = book.remove(id)
      return (wasThere, wasThere)
    }
  }
}
