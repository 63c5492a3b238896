import FoundationEssentials
import SlotStats
import StateFiles

extension OpenedSource {
  /// Where acknowledgements of the source are: where it keeps them itself, else in the user's state folder; `nil` where
  /// there is neither.
  package func acknowledgements(_ environment: [String: String]) -> (any AcknowledgementStore)? {
    let own = StateFolder.path(environment).map { folder in
      AcknowledgementFile(folder: folder, source: Self.identity(given), clock: clocks.monotonic)
    }
    guard let shared = sharedAcknowledgements else { return own }
    return own.map { SharedAcknowledgements(shared: shared, own: $0) } ?? shared
  }

  /// What tells a source from others wherever the program is started: a file by its whole path.
  package static func identity(_ given: String) -> String {
    guard LocalSource.scheme(of: given) == nil, given != LocalSource.dash, !given.hasPrefix("/") else { return given }
    return FileManager.default.currentDirectoryPath + "/" + (given.hasPrefix("./") ? given.dropFirst(2) : given[...])
  }

  /// Reads everything once, and the acknowledgements in `store`, within `seconds`.
  /// - Returns: the reading, and the acknowledgements or why they were not read.
  func readOnce(
    with store: (any AcknowledgementStore)?, within seconds: Int
  ) throws(CommandFailure) -> (FleetReading, Result<AcknowledgementBook, StatsSourceError>) {
    let service = try service(ttl: CachedStatsService.defaultTTL)
    let wall = clocks.wall
    return try result(within: seconds) {
      let reading = try await service.readFleet(now: wall())
      guard let store else { return (reading, .success(AcknowledgementBook())) }
      do {
        return (reading, .success(try await store.acknowledgements() ?? AcknowledgementBook()))
      } catch let error as StatsSourceError {
        return (reading, .failure(error))
      }
    }
  }
}

/// The acknowledgements that a source keeps, or the user's own where it proves to keep none.
struct SharedAcknowledgements: AcknowledgementStore {
  let shared: any AcknowledgementStore
  let own: AcknowledgementFile

  var place: String { shared.place }

  func isShared() async throws -> Bool { try await place().isShared() }

  func acknowledgements() async throws -> AcknowledgementBook? {
    if let book = try await shared.acknowledgements() { return book }
    return try await own.acknowledgements()
  }

  func acknowledge(_ acknowledgement: Acknowledgement) async throws {
    try await place().acknowledge(acknowledgement)
  }

  func withdraw(_ slotID: Slot.ID?) async throws -> Bool { try await place().withdraw(slotID) }

  func note(_ sightings: [AcknowledgementSighting]) async throws { try await place().note(sightings) }

  /// Where they are; the source is asked where nobody knows yet.
  private func place() async throws -> any AcknowledgementStore {
    try await shared.acknowledgements() == nil ? own : shared
  }
}
