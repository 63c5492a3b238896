import EventStore
import FleetSimulator
import FoundationEssentials
import SlotStats

/// The marks of a demo: two releases from the start, and what whoever watches marks, for as long as it runs.
extension DemoRepository: MarkStore {
  func marks() async throws -> MarkBook? { try await opening.value.marks() }

  func add(_ mark: Mark, now: Date) async throws -> Mark { try await opening.value.add(mark, now: now) }

  func removeMark(_ id: Int) async throws -> Bool { try await opening.value.removeMark(id) }
}

extension Mark {
  /// What was released before a demo that is opened at `now`: something the day before, and something shortly before a
  /// provider begins to refuse jobs. Whether one led to the other is left open, as ever.
  static func ofTheDemo(at now: Date) -> [Mark] {
    [
      Mark(at: now.addingTimeInterval(-93_600), text: "workers 1.31", by: "mira"),
      Mark(at: now.addingTimeInterval(-1_080), text: "gateway 2.9", by: "mira"),
    ]
  }
}
