import FoundationEssentials
import SlotStats

/// What holds of every repository, to be called by each one's tests.
///
/// Every check makes repositories from contents it knows and returns the broken promises, one line each; a test
/// expects none: `#expect(try await contract.broken() == [])`.
package struct StatsRepositoryContract: Sendable {
  /// Makes a repository that holds these contents.
  package typealias Maker = @Sendable (InMemoryStatsRepository.Contents) async throws -> any StatsRepository

  private let make: Maker

  /// The contract of the repositories that `make` makes.
  package init(_ make: @escaping Maker) {
    self.make = make
  }

  /// The start of the last day of the contents: Thursday 2026-11-19.
  package static let lastDay = Date(timeIntervalSince1970: 1_795_046_400)

  /// Two slots with buckets, in an order that is not that of their ids, with a gap and an idle third slot.
  package static let contents: InMemoryStatsRepository.Contents = {
    let days = (0..<5).map { StatsWindow.day.start(lastDay, advancedBy: $0 - 4) }
    let lastWeek = StatsWindow.week.bucketStart(containing: lastDay)
    let weeks = (0..<3).map { StatsWindow.week.start(lastWeek, advancedBy: $0 - 2) }
    func series(_ window: StatsWindow, _ starts: [Date], times factor: Int) -> [StatsMetric] {
      starts.enumerated().map { index, start in
        StatsMetric(
          window, start: start,
          counters: StatsCounters(
            success: 100 * factor + index, timeouts: factor, providerErrors: 2 * factor, cancelled: 3 * factor,
            errors: 4 * factor, ingestCount: 110 * factor + index))
      }
    }
    let gapped = days.enumerated().filter { $0.offset != 2 }.map(\.element)
    return InMemoryStatsRepository.Contents(
      slots: [
        Slot(id: "slot-b", name: "Второй", providerID: "gemini"), Slot(id: "slot-a", name: "First"),
        Slot(id: "idle", name: "Idle", isActive: false),
      ],
      global: [.day: series(.day, days, times: 3), .week: series(.week, weeks, times: 7)],
      bySlot: [
        .day: ["slot-b": series(.day, days, times: 2), "slot-a": series(.day, gapped, times: 1)],
        .week: ["slot-b": series(.week, weeks, times: 4), "slot-a": series(.week, weeks, times: 3)],
      ])
  }()

  /// Every broken promise; none where the repository keeps the contract.
  package func broken() async throws -> [String] {
    let repository = try await make(Self.contents)
    let empty = try await make(InMemoryStatsRepository.Contents(slots: [], global: [.day: [], .week: []]))
    return try await brokenBySlots(of: repository) + brokenBySeries(of: repository)
      + brokenByUnknownSlot(of: repository)
      + brokenByNothing(in: empty)
  }

  /// The slots come as given, in their order.
  package func brokenBySlots(of repository: any StatsRepository) async throws -> [String] {
    let slots = try await repository.slots()
    return slots == Self.contents.slots ? [] : ["slots() gives \(slots), not \(Self.contents.slots)"]
  }

  /// Every series is what was given, ascending, cut at since by the end of its buckets; gaps stay gaps.
  package func brokenBySeries(of repository: any StatsRepository) async throws -> [String] {
    var broken: [String] = []
    for window in StatsWindow.allCases where repository.windows.contains(window) {
      for since in Self.edges(of: window) {
        let place = "\(window.rawValue) since \(since.map(String.init(describing:)) ?? "ever")"
        func expect(_ got: [StatsMetric]?, _ given: [StatsMetric]?, _ name: String) {
          let wanted = (given ?? []).filter { since == nil || $0.periodEnd > since ?? .distantPast }
          if got != wanted { broken.append("\(name), \(place): \(got?.description ?? "nothing"), not \(wanted)") }
        }
        expect(
          try await repository.collectGlobalMetrics(window: window, since: since), Self.contents.global[window],
          "all slots")
        let bulk = try await repository.collectSlotMetrics(window: window, since: since)
        for slot in Self.contents.slots {
          let given = Self.contents.bySlot[window]?[slot.id]
          expect(
            try await repository.collectSlotMetrics(slot.id, window: window, since: since), given, "slot \(slot.id)")
          expect(bulk[slot.id], given, "every slot, \(slot.id)")
        }
        let extra = Set(bulk.keys).subtracting(Self.contents.slots.map(\.id))
        if !extra.isEmpty { broken.append("every slot, \(place): unknown slots \(extra.sorted())") }
      }
    }
    return broken
  }

  /// An unknown slot is an error of kind `noSuchSlot`.
  package func brokenByUnknownSlot(of repository: any StatsRepository) async throws -> [String] {
    do {
      let metrics = try await repository.collectSlotMetrics("no such slot", window: .day, since: nil)
      return ["an unknown slot gives \(metrics), not an error"]
    } catch let error as StatsSourceError {
      return error.kind == .noSuchSlot ? [] : ["an unknown slot is an error of kind \(error.kind)"]
    } catch {
      return ["an unknown slot is an error of type \(type(of: error))"]
    }
  }

  /// A source without slots gives empty answers.
  package func brokenByNothing(in empty: any StatsRepository) async throws -> [String] {
    var broken: [String] = []
    if try await !empty.slots().isEmpty { broken.append("slots where there are none") }
    for window in StatsWindow.allCases where empty.windows.contains(window) {
      if try await !empty.collectGlobalMetrics(window: window, since: nil).isEmpty {
        broken.append("\(window.rawValue) buckets where there are none")
      }
      if try await !empty.collectSlotMetrics(window: window, since: nil).isEmpty {
        broken.append("\(window.rawValue) slots where there are none")
      }
    }
    return broken
  }

  /// Ever, and instants around the bounds of buckets.
  private static func edges(of window: StatsWindow) -> [Date?] {
    let last = window.bucketStart(containing: lastDay)
    let inner = window.start(last, advancedBy: -1)
    return [
      nil, .distantPast, inner.addingTimeInterval(-1), inner, inner.addingTimeInterval(1), last,
      window.start(last, advancedBy: 1), .distantFuture,
    ]
  }
}
