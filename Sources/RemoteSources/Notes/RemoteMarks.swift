import FoundationEssentials
import HTTPTransport
import SlotStats
import StatsFormats

/// The marks that a server keeps, `/api/marks`: its whole team sees the same.
package struct RemoteMarks: MarkStore {
  private let notes: RemoteNotes

  /// Those of the server below `base`, which errors call `name`; nothing is connected yet. To change them, `access` must
  /// be a token that may write. `uptime` is a clock that only goes on.
  package init(
    base: RemoteURL, name: String, access: AccessToken, transport: HTTPTransport,
    uptime: @escaping @Sendable () -> Duration
  ) {
    notes = RemoteNotes(
      "marks", at: "/api/marks", below: base, schema: MarkDocument.schema, name: name, access: access,
      transport: transport, uptime: uptime)
  }

  package var place: String { notes.place }

  package func marks() async throws -> MarkBook? {
    try await notes.read(upTo: MarkDocument.maxBytes) { bytes throws(SnapshotError) in
      try MarkDocument.book(parsing: bytes)
    }
  }

  /// Keeps a mark; the server's clock decides what is too old.
  package func add(_ mark: Mark, now: Date) async throws -> Mark {
    var writer = JSONWriter()
    writer.object { MarkDocument.write(mark, to: &$0) }
    var request = HTTPRequest(notes.url, json: writer.bytes, maxBodyBytes: MarkDocument.maxEntryBytes)
    // Sent twice it would be two marks.
    request.isRepeatable = false
    let body = try await notes.change(request)
    do {
      return try MarkDocument.mark(parsing: body, now: mark.at)
    } catch {
      throw notes.refusal("write", error.line)
    }
  }

  package func removeMark(_ id: Int) async throws -> Bool {
    try await notes.delete("id=\(id)", upTo: MarkDocument.maxEntryBytes, told: "removed")
  }
}
