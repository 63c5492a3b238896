import FoundationEssentials
import SlotStats
import StateFiles

extension OpenedSource {
  /// Where marks of the source are: where it keeps them itself, else in the user's state folder; `nil` where there is
  /// neither.
  package func marks(_ environment: [String: String]) -> (any MarkStore)? {
    let own = StateFolder.path(environment).map { folder in
      MarkFile(folder: folder, source: Self.identity(given), clock: clocks.monotonic)
    }
    guard let sharedMarks else { return own }
    return own.map { SharedMarks(shared: sharedMarks, own: $0) } ?? sharedMarks
  }
}

/// The marks that a source keeps, or the user's own where it proves to keep none.
struct SharedMarks: MarkStore {
  let shared: any MarkStore
  let own: MarkFile

  var place: String { shared.place }

  func isShared() async throws -> Bool { try await store().isShared() }

  func marks() async throws -> MarkBook? {
    if let book = try await shared.marks() { return book }
    return try await own.marks()
  }

  func add(_ mark: Mark, now: Date) async throws -> Mark { try await store().add(mark, now: now) }

  func removeMark(_ id: Int) async throws -> Bool { try await store().removeMark(id) }

  /// Where they are; the source is asked where nobody knows yet.
  private func store() async throws -> any MarkStore { try await shared.marks() == nil ? own : shared }
}
