import HTTPTransport
import SlotStats
import StatsFormats

/// The acknowledgements that a server keeps, `/api/acks`: its whole team sees the same.
package struct RemoteAcknowledgements: AcknowledgementStore {
  private let notes: RemoteNotes

  /// Those of the server below `base`, which errors call `name`; nothing is connected yet. To change them, `access` must
  /// be a token that may write. `uptime` is a clock that only goes on.
  package init(
    base: RemoteURL, name: String, access: AccessToken, transport: HTTPTransport,
    uptime: @escaping @Sendable () -> Duration
  ) {
    notes = RemoteNotes(
      "acknowledgements", at: "/api/acks", below: base, schema: AcknowledgementDocument.schema, name: name,
      access: access, transport: transport, uptime: uptime)
  }

  package var place: String { notes.place }

  package func acknowledgements() async throws -> AcknowledgementBook? {
    try await notes.read(upTo: AcknowledgementDocument.maxBytes) { bytes throws(SnapshotError) in
      try AcknowledgementDocument.book(parsing: bytes)
    }
  }

  package func acknowledge(_ acknowledgement: Acknowledgement) async throws {
    var writer = JSONWriter()
    writer.object { AcknowledgementDocument.write(acknowledgement, to: &$0) }
    _ = try await notes.change(
      HTTPRequest(notes.url, json: writer.bytes, maxBodyBytes: AcknowledgementDocument.maxEntryBytes))
  }

  package func withdraw(_ slotID: Slot.ID?) async throws -> Bool {
    let query = slotID.map { "slot=\(RemoteURL.escaped($0))" } ?? "all=1"
    return try await notes.delete(query, upTo: AcknowledgementDocument.maxEntryBytes, told: "withdrawn")
  }

  /// Passes them over: the server looks for itself.
  package func note(_ sightings: [AcknowledgementSighting]) async throws {}
}
