/// A place that keeps what people say of a source's slots, for everybody who reads it. Errors are ``StatsSourceError``.
public protocol SlotDescriptionStore: Sendable {
  /// Keeps what `description` says of a slot beside what else is known of it; when it returns, it is durable.
  /// - Throws: of kind `noSuchSlot` for a slot that is not there.
  func describe(_ slotID: Slot.ID, as description: SlotDescription) async throws

  /// Where it is, as a person calls it: the server, a path. May hold text from outside.
  var place: String { get }
}
