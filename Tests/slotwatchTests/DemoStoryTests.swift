import EventStore
import FleetSimulator
import Foundation
import JobPipeline
import SlotStats
import SlotStatsTesting
import Synchronization
import Testing

@testable import slotwatch_serve

/// What the demo shows to somebody who has just opened it, by the judgement and the rules that everything else has.
@Suite struct DemoStoryTests {
  /// Monday, 16 November 2026.
  private static let monday = Date(timeIntervalSince1970: 1_794_787_200)
  /// A Thursday afternoon, a Sunday night, the first minutes of a Monday, and a busy Friday noon, in seconds from Monday on.
  static let openings = [311_525, 529_840, 604_879, 388_770].map { monday.addingTimeInterval($0) }

  let meridian: Set<Slot.ID> = ["slot-003", "slot-004", "slot-009"]

  @Test(arguments: openings) func anOutageFiresWhileOneWatches(opening: Date) async throws {
    var showing = try DemoShowing(opening: opening)
    let first = try await showing.look(at: 0)
    #expect(!meridian.isDisjoint(with: first.marked) && !first.fires("critical", meridian))
    let later = try await showing.look(at: 120)
    let fired = later.firing["critical", default: []].subtracting(first.firing["critical", default: []])
    #expect(!fired.isEmpty && fired.isSubset(of: meridian))
  }

  @Test func anOutageIsOverAndCoolsForAsLongAsTheLastHourHoldsIt() async throws {
    var showing = try DemoShowing(opening: Self.openings[0])
    let over = try await showing.look(at: 420)
    #expect(over.fires("critical", meridian) && meridian.isSubset(of: over.marked))
    for slot in meridian { #expect(try await showing.newFailureRatio(of: slot, at: 480) < 0.2) }
    #expect(try await showing.look(at: 5_000).marked.isDisjoint(with: meridian))
  }

  @Test(arguments: openings) func nothingElseIsMarkedAndNothingElseFires(opening: Date) async throws {
    var showing = try DemoShowing(opening: opening)
    for second in [0, 60, 120, 400, 900] {
      let look = try await showing.look(at: second)
      #expect(look.marked.subtracting(meridian).isSubset(of: ["slot-007", "slot-008"]))
      #expect(look.firing["critical", default: []].subtracting(meridian) == ["slot-005"])
      #expect(look.firing["over usual", default: []].isSubset(of: meridian))
      #expect(look.firing["quiet", default: []].isSubset(of: ["slot-007"]))
      #expect(look.acknowledged == ["slot-005"])
    }
  }

  @Test(arguments: openings) func oneBusySlotFallsQuiet(opening: Date) async throws {
    var showing = try DemoShowing(opening: opening)
    let look = try await showing.look(at: 120)
    #expect(look.states["slot-007"] == .quiet && look.firing["quiet"] == ["slot-007"])
  }

  @Test func aMomentOfFailuresIsMarkedAndFiresNothing() async throws {
    var showing = try DemoShowing(opening: Self.openings[3])
    let before = try await showing.look(at: 0)
    #expect(before.states["slot-008"] == .ok)
    #expect(try await showing.look(at: 180).states["slot-008"] == .warning)
    #expect(try await showing.look(at: 600).firing.values.allSatisfy { !$0.contains("slot-008") })
  }

  @Test func laterItIsAnotherProvidersTurnAndTheQuietSlotComesBack() async throws {
    var showing = try DemoShowing(opening: Self.openings[0])
    #expect(try await showing.look(at: 1_300).marked.isDisjoint(with: ["slot-001", "slot-002"]))
    #expect(try await showing.look(at: 2_500).fires("critical", ["slot-001", "slot-002"]))
    #expect(try await showing.look(at: 3_300).states["slot-007"] == .ok)
  }
}

/// A demo that is opened at an instant and lived through without waiting.
struct DemoShowing {
  /// What there is to see.
  struct Look {
    /// The state of each slot.
    var states: [Slot.ID: SlotState] = [:]
    /// The slots for which a rule fires, by its name.
    var firing: [String: Set<Slot.ID>] = [:]
    /// What is acknowledged and would be marked otherwise.
    var acknowledged: Set<Slot.ID> = []

    /// The slots that are marked and not acknowledged.
    var marked: Set<Slot.ID> { Set(states.filter { $0.value.isMarked }.keys).subtracting(acknowledged) }

    /// Whether a rule fires for all of these slots.
    func fires(_ rule: String, _ slots: Set<Slot.ID>) -> Bool { firing[rule, default: []].isSuperset(of: slots) }
  }

  private final class Wall: Sendable {
    private let now: Mutex<Date>
    init(_ now: Date) { self.now = Mutex(now) }
    var instant: Date { now.withLock { $0 } }
    func set(_ instant: Date) { now.withLock { $0 = instant } }
  }

  private let opening: Date
  private let wall: Wall
  private let demo: DemoRepository
  private let service: CachedStatsService
  private var events: FleetEvents
  private var evaluator = RuleEvaluator()
  private var second = 0

  init(opening: Date) throws {
    self.opening = opening
    let wall = Wall(opening)
    self.wall = wall
    demo = DemoRepository(clock: JobClock(wall: { wall.instant }), isStill: true)
    service = try CachedStatsService(
      repository: demo, ttl: .seconds(60), clock: ManualClock(), wallClock: { wall.instant })
    var fleet = SimulatedFleet()
    fleet.settings.story = FleetStory(opening: opening)
    events = FleetEvents(fleet, from: opening.addingTimeInterval(-3))
    evaluator.watch(fleet.slots.map(\.id))
  }

  /// What is to be seen so many seconds after the opening, and not before what was looked at last.
  mutating func look(at last: Int) async throws -> Look {
    var logs: [ProcessingLog] = []
    while second < last {
      second += 1
      events.take(until: opening.addingTimeInterval(Double(second))) { logs.append($0) }
    }
    wall.set(opening.addingTimeInterval(Double(second)))
    _ = try await demo.opening.value.storeProcessingLogs(logs)
    return try await look()
  }

  /// The share of a slot's jobs that fails in the minute that ends so many seconds after the opening.
  mutating func newFailureRatio(of slot: Slot.ID, at last: Int) async throws -> Double {
    _ = try await look(at: last)
    let minutes = try await demo.collectSlotMetrics(slot, window: .minute, since: wall.instant.addingTimeInterval(-120))
    return minutes.last?.counters.failureRatio ?? 0
  }

  private mutating func look() async throws -> Look {
    let reading = try await service.readFleet(now: wall.instant)
    let fleet = JudgedFleet(reading, window: .standard, thresholds: .standard)
    _ = evaluator.evaluate(
      FleetEvidence(reading, judged: fleet, trust: .live), changed: nil, wall: wall.instant,
      uptime: .seconds(second))
    var look = Look()
    for slot in fleet.slots {
      look.states[slot.id] = slot.series.state
    }
    for alert in evaluator.active {
      guard case .firing = alert.phase, case .slot(let id) = alert.subject else { continue }
      look.firing[alert.rule.name, default: []].insert(id)
    }
    let book = try await demo.acknowledgements() ?? AcknowledgementBook()
    look.acknowledged = Set(book.outcome(in: fleet, at: wall.instant).inForce.keys.compactMap(\.self))
    return look
  }
}
