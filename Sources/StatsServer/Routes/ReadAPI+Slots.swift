import FoundationEssentials
import SlotStats
import StatsFormats

extension ReadAPI {
  /// Keeps what the body says of a slot.
  func describe(_ slotID: Slot.ID, _ body: [UInt8]) async throws -> Response {
    let description: SlotDescription
    do throws(SnapshotError) {
      description = try SlotDescriptionDocument.description(parsing: body)
    } catch {
      throw RequestRefusal(.badRequest, "The body cannot be read: \(error.line).")
    }
    try await repository.describe(slotID, as: description)
    service.invalidate([slotID])
    guard let slot = try await repository.slots().first(where: { $0.id == slotID }) else {
      throw RequestRefusal(.notFound, "There is no such slot.")
    }
    return Response(body: .bytes(Self.bytes(of: slot)))
  }

  private static func bytes(of slot: Slot) -> [UInt8] {
    var writer = JSONWriter()
    write(slot, to: &writer)
    return writer.bytes
  }

  /// What the newest failures of a slot say; all that are looked at where `since` is not given.
  func messages(_ slotID: Slot.ID, _ target: RequestTarget) async throws -> Response {
    let since = try StatsQuery.instant(target, "since")
    let limit = try StatsQuery.number(target, "limit", 1...FailureMessages.maxPatterns)
    let found = try await repository.failureMessages(
      of: slotID, since: since, limit: limit ?? FailureMessages.maxPatterns)
    guard let found else { return .error(.notFound, "The store keeps no messages.") }
    return Response(body: .bytes(FailureMessagesDocument.bytes(of: found)))
  }
}
