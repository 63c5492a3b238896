import Foundation
import SlotStatsTesting
import Testing

@testable import SlotStats

/// A frame that was made from the one before equals one that is read anew; so does what is judged of it.
@Suite struct MendedReadingTests {
  private static let windows: [StatsWindow] = [.hour, .day]

  private struct Source {
    var slots: [Slot]
    var bySlot: [StatsWindow: [Slot.ID: [StatsMetric]]] = [:]
    var id: UInt64 = 1
    var at = noon

    init(_ count: Int, _ numbers: inout SeededGenerator, isForgetful: Bool = true) {
      slots = (0..<count).map { Slot(id: "slot-\($0)", providerID: ["a", "b", nil][$0 % 3], isActive: $0 % 9 != 0) }
      for window in MendedReadingTests.windows {
        for slot in slots { bySlot[window, default: [:]][slot.id] = Self.metrics(window, at, &numbers, isForgetful) }
      }
    }

    static func metrics(
      _ window: StatsWindow, _ at: Date, _ numbers: inout SeededGenerator, _ isForgetful: Bool
    ) -> [StatsMetric] {
      window.shownStarts(endingAt: at).compactMap { start in
        // In some fleets a bucket that was reported may be gone the next time.
        if isForgetful, Int.random(in: 0..<6, using: &numbers) == 0 { return nil }
        let runs = Int.random(in: 0...40, using: &numbers)
        let failures = Int.random(in: 0...runs, using: &numbers) / Int.random(in: 1...9, using: &numbers)
        return StatsMetric(window, start: start, counters: StatsCounters(success: runs - failures, timeouts: failures))
      }
    }

    func version(changed: ChangedSlots) -> SourceVersion {
      let contents = InMemoryStatsRepository(
        InMemoryStatsRepository.Contents(slots: slots, bySlot: bySlot), windows: Set(MendedReadingTests.windows))
      return SourceVersion(id: id, contents: contents, changed: changed, generatedAt: at, readAt: at)
    }
  }

  @Test(arguments: 0..<40 as Range<UInt64>)
  func equalsOneThatIsReadAnew(seed: UInt64) async throws {
    var numbers = SeededGenerator(state: seed)
    let isForgetful = seed % 2 == 0
    var source = Source(40, &numbers, isForgetful: isForgetful)
    let repository = VersionedStatsRepository(source.version(changed: .all))
    let service = try CachedStatsService(repository: repository, clock: ManualClock())
    var frame = try await service.readFleet(now: noon)
    var judged = Self.windows.map { JudgedFleet(frame, window: $0, thresholds: .standard) }
    var mended = 0
    for _ in 0..<12 {
      source.id += 1
      // Now and then another hour begins.
      if Int.random(in: 0..<5, using: &numbers) == 0 { source.at += 3_600 }
      let changed = Set(
        (0..<Int.random(in: 0...4, using: &numbers)).map { _ in source.slots.randomElement(using: &numbers)?.id ?? "" })
      for window in Self.windows {
        for id in changed { source.bySlot[window]?[id] = Source.metrics(window, source.at, &numbers, isForgetful) }
      }
      repository.publish(source.version(changed: .only(changed)))
      let next = try await service.readFleet(now: source.at)
      let fresh = try CachedStatsService(
        repository: VersionedStatsRepository(source.version(changed: .all)), clock: ManualClock())
      let anew = try await fresh.readFleet(now: source.at)
      #expect(next.series == anew.series && next.slots == anew.slots && next.generatedAt == anew.generatedAt)
      if next.difference != nil { mended += 1 }
      let places = Set(changed.compactMap { id in next.slots.firstIndex { $0.id == id } })
      for (index, window) in Self.windows.enumerated() {
        let whole = JudgedFleet(next, window: window, thresholds: .standard)
        if next.difference?.since == frame.version,
          let updated = JudgedFleet(next, updating: judged[index], at: places)
        {
          #expect(updated == whole)
          let earlier = judged[index]
          let rows = changed.map { id in
            (old: earlier.slots.firstIndex { $0.id == id } ?? -1, new: whole.slots.firstIndex { $0.id == id } ?? -1)
          }
          #expect(updated.providers(from: earlier.providers(), of: earlier, rows: rows) == whole.providers())
        }
        judged[index] = whole
      }
      frame = next
    }
    #expect(mended == 12)
  }

  @Test func slotsThatComeAndGoAreReadWhole() async throws {
    var numbers = SeededGenerator(state: 1)
    var source = Source(5, &numbers)
    let repository = VersionedStatsRepository(source.version(changed: .all))
    let service = try CachedStatsService(repository: repository, clock: ManualClock())
    _ = try await service.readFleet(now: noon)
    source.id += 1
    source.slots.append(Slot(id: "new"))
    repository.publish(source.version(changed: .only(["new"])))
    let frame = try await service.readFleet(now: noon)
    #expect(frame.slots.last?.id == "new" && frame.difference == nil)
    #expect(frame.series[.day]?.bySlot["new"]?.metrics == [])
  }
}
