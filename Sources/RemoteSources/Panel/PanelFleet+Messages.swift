import FoundationEssentials
import HTTPTransport
import SlotStats
import StatsFormats

extension PanelClient {
  /// What the newest failures of a slot say; `nil` of a panel whose list does not say that it tells.
  /// - Throws: `StatsSourceError`, of kind `noSuchSlot` where it does not know the slot; `CancellationError`.
  func failureMessages(of slotID: Slot.ID, since: Date?, limit: Int) async throws -> FailureMessages? {
    guard windows.value.tellsMessages else { return nil }
    let query = (since.map { ["since=\(RFC3339.format($0))"] } ?? []) + ["limit=\(limit)"]
    let path = "/api/slots/\(Self.segment(slotID))/messages"
    do {
      let answer: PanelResponse<FailureMessages> = try await get(
        path, query.joined(separator: "&"), known: nil, .foreground
      ) { bytes throws(SnapshotError) in
        try FailureMessagesDocument.messages(parsing: bytes, limit: limit)
      }
      return answer.known.value
    } catch let failure as HTTPFailure where failure.kind == .status(404) {
      throw StatsSourceError(.noSuchSlot, action: action, cause: failure.cause)
    } catch let failure as HTTPFailure {
      throw translated(failure)
    }
  }
}

extension PanelFleet {
  /// What the newest failures of a slot say, of a panel that tells; one request.
  package nonisolated func failureMessages(
    of slotID: Slot.ID, since: Date?, limit: Int
  ) async throws -> FailureMessages? {
    try await client.failureMessages(of: slotID, since: since, limit: limit)
  }
}
