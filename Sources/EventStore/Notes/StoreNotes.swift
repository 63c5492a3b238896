import FoundationEssentials
import SlotStats

/// What people keep in an event store that others may write too: acknowledgements, marks, descriptions of slots. The
/// store is opened for each change, and only to be read otherwise.
package struct StoreNotes: AcknowledgementStore, MarkStore, SlotDescriptionStore {
  private let path: String
  private let settings: StoreSettings

  /// Those of the store in this file, which must exist to be changed.
  package init(path: String, settings: StoreSettings) {
    self.path = path
    self.settings = settings
  }

  package var place: String { path }

  private func opened() throws -> SQLiteStatsRepository {
    try SQLiteStatsRepository.open(path, readOnly: true, settings: settings)
  }

  private func change<Value>(_ body: (SQLiteStatsRepository) async throws -> Value) async throws -> Value {
    // None is made where there is none.
    _ = try StoreError.translating(.open, name: path) { try StoreSchema.check(path, mustExist: true) }
    let store = try SQLiteStatsRepository.open(path, settings: settings)
    do {
      let value = try await body(store)
      try store.close()
      return value
    } catch {
      try? store.close()
      throw error
    }
  }

  // MARK: Acknowledgements

  package func acknowledgements() async throws -> AcknowledgementBook? { try await opened().acknowledgements() }

  package func acknowledge(_ acknowledgement: Acknowledgement) async throws {
    try await change { try await $0.acknowledge(acknowledgement) }
  }

  package func withdraw(_ slotID: Slot.ID?) async throws -> Bool {
    guard try await acknowledgements()?[slotID] != nil else { return false }
    return try await change { try await $0.withdraw(slotID) }
  }

  package func note(_ sightings: [AcknowledgementSighting]) async throws {
    if !sightings.isEmpty { try await change { try await $0.note(sightings) } }
  }

  // MARK: Marks

  package func marks() async throws -> MarkBook? { try await opened().marks() }

  package func add(_ mark: Mark, now: Date) async throws -> Mark {
    try await change { try await $0.add(mark, now: now) }
  }

  package func removeMark(_ id: Int) async throws -> Bool {
    guard try await marks()?.marks.contains(where: { $0.id == id }) == true else { return false }
    return try await change { try await $0.removeMark(id) }
  }

  // MARK: Slots

  package func describe(_ slotID: Slot.ID, as description: SlotDescription) async throws {
    try await change { try await $0.describe(slotID, as: description) }
  }
}
