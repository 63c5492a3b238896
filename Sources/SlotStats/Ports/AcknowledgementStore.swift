/// A place that keeps the acknowledgements of one source. Errors are ``StatsSourceError``.
///
/// Each change is kept as a whole or not at all, and when it returns it is durable. Several may change it at once: no
/// change of one slot loses that of another.
public protocol AcknowledgementStore: NotesPlace {
  /// Everything that is kept; `nil` where this place keeps none, such as a panel that does not know them. That is not
  /// found out each time.
  func acknowledgements() async throws -> AcknowledgementBook?

  /// Keeps an acknowledgement in place of an earlier one of the same slot. A place with a clock of its own says when it
  /// was made.
  func acknowledge(_ acknowledgement: Acknowledgement) async throws

  /// Takes back the acknowledgement of a slot; `nil` is that of all slots together.
  /// - Returns: whether there was one.
  func withdraw(_ slotID: Slot.ID?) async throws -> Bool

  /// Notes what was seen of acknowledged slots, each unless its acknowledgement is another one by now. A place that sees
  /// for itself passes them over.
  func note(_ sightings: [AcknowledgementSighting]) async throws
}
