import HTTPTransport
import SlotStats
import StatsFormats

/// What people say of slots, kept by a server: `/api/slots/{slot_id}`.
package struct RemoteSlotDescriptions: SlotDescriptionStore {
  package let place: String
  private let base: RemoteURL
  private let access: AccessToken
  private let transport: HTTPTransport

  /// Those of the server below `base`, which errors call `name`; nothing is connected yet. `access` must be a token that
  /// may write.
  package init(base: RemoteURL, name: String, access: AccessToken, transport: HTTPTransport) {
    place = name
    self.base = base
    self.access = access
    self.transport = transport
  }

  package func describe(_ slotID: Slot.ID, as description: SlotDescription) async throws {
    let url = base.appending(path: "/api/slots/" + PanelClient.segment(slotID))
    var request = HTTPRequest(
      url, json: SlotDescriptionDocument.bytes(of: description), maxBodyBytes: SlotDescriptionDocument.maxBytes)
    request.isReplacement = true
    let action = "Cannot describe slot \(JSONPlace.quoted(slotID)) at \(JSONPlace.quoted(place))"
    do {
      _ = try await access.answer(to: request, over: transport)
    } catch {
      if Task.isCancelled || error.kind == .cancelled { throw CancellationError() }
      switch error.kind {
      case .status(404):
        throw StatsSourceError(.noSuchSlot, action: action, cause: "there is no such slot, or it keeps no descriptions")
      case .status(405), .status(501):
        throw StatsSourceError(.contentRefused, action: action, cause: "it keeps no descriptions of slots")
      default: throw error.sourceError(action: action)
      }
    }
  }
}
