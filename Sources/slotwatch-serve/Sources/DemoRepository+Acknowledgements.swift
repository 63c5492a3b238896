import EventStore
import FleetSimulator
import FoundationEssentials
import SlotStats

/// What is acknowledged in a demo: one slot from the start, and what whoever watches acknowledges, for as long as it runs.
extension DemoRepository: AcknowledgementStore {
  var place: String { "the demo" }

  func acknowledgements() async throws -> AcknowledgementBook? { try await opening.value.acknowledgements() }

  func acknowledge(_ acknowledgement: Acknowledgement) async throws {
    try await opening.value.acknowledge(acknowledgement)
  }

  func withdraw(_ slotID: Slot.ID?) async throws -> Bool { try await opening.value.withdraw(slotID) }

  func note(_ sightings: [AcknowledgementSighting]) async throws { try await opening.value.note(sightings) }
}

extension Acknowledgement {
  /// That somebody knows of the slot that fails as it always does: since the day before `now`, and until a Monday morning
  /// at least a day after it.
  static func ofTheDemo(at now: Date) -> Acknowledgement {
    let (day, week) = (86_400.0, 7 * 86_400.0)
    let monday = StatsWindow.week.bucketStart(containing: now.addingTimeInterval(day)).addingTimeInterval(week)
    return Acknowledgement(
      of: FleetStory.chronicSlot, note: "ticket 4711: old films take longer than tern waits, new limit on Monday",
      by: "mira", at: now.addingTimeInterval(-day), until: .at(monday.addingTimeInterval(9 * 3_600)),
      trouble: Trouble(state: .critical, low: nil, high: 0.85, kind: .timeouts))
  }
}
