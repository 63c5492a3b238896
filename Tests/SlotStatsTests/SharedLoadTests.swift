import Foundation
import SlotStats
import SlotStatsTesting
import Synchronization
import Testing

@Suite struct SharedLoadTests {
  @Test func aHundredConcurrentMissesMakeOneLoad() async throws {
    let bench = try Bench()
    let gate = Gate()
    bench.repository.hold(at: gate)
    let results = try await withThrowingTaskGroup(of: StatsAggregation.self) { group in
      for _ in 0..<100 { group.addTask { try await bench.service.collectGlobalStats(window: .day, since: nil) } }
      try await bench.waitForWaiters(100)
      gate.open()
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(results.count == 100)
    #expect(Set(results).count == 1)
    #expect(bench.repository.calls.count == 1)
    #expect(bench.service.underWay == (0, 0))
  }

  @Test func missesOnDifferentKeysLoadApart() async throws {
    let bench = try Bench()
    let gate = Gate()
    bench.repository.hold(at: gate)
    async let day = bench.service.collectSlotStats("a", window: .day, since: nil)
    async let week = bench.service.collectSlotStats("a", window: .week, since: nil)
    await gate.waitForArrivals(2)
    gate.open()
    #expect(try await day.window == .day)
    #expect(try await week.window == .week)
  }

  @Test func aFailureGoesToEveryWaiter() async throws {
    let bench = try Bench()
    let gate = Gate()
    bench.repository.hold(at: gate)
    let failing = FailingAtGate(gate)
    let service = try CachedStatsService(repository: failing, clock: bench.clock)
    let tasks = (0..<10).map { _ in
      Task { try await service.collectGlobalStats(window: .day, since: nil) }
    }
    try await turns(until: "10 wait for the load") { service.underWay.waiters == 10 }
    gate.open()
    for task in tasks { await #expect(throws: Broken()) { try await task.value } }
    #expect(gate.arrivals == 1)
    #expect(service.entryCount == 0)
  }

  @Test(arguments: [true, false])
  func nobodyJoinsALoadFromBeforeAnEventAndItFillsNothing(theOldOneEndsFirst: Bool) async throws {
    let bench = try Bench()
    let (oldGate, newGate) = (Gate(), Gate())
    bench.repository.hold(at: oldGate)
    let old = Task { try await bench.service.collectSlotStats("a", window: .day, since: nil) }
    await oldGate.waitForArrivals(1)
    bench.repository.change { $0 = contents(scale: 2) }
    try await bench.service.recordProcessingEvent(event(of: "a"))
    bench.repository.hold(at: newGate)
    let new = Task { try await bench.service.collectSlotStats("a", window: .day, since: nil) }
    await newGate.waitForArrivals(1)
    for gate in theOldOneEndsFirst ? [oldGate, newGate] : [newGate, oldGate] {
      gate.open()
      _ = try await (gate === oldGate ? old : new).value
    }
    #expect(try await old.value.summary.counters.success == 2)
    #expect(try await new.value.summary.counters.success == 4)
    #expect(try await bench.service.collectSlotStats("a", window: .day, since: nil) == new.value)
    #expect(bench.repository.count(of: .slot("a", .day, since: nil)) == 2)
  }

  @Test func aLoadFromBeforeAnEventLeavesTheCacheEmpty() async throws {
    let bench = try Bench()
    let gate = Gate()
    bench.repository.hold(at: gate)
    let old = Task { try await bench.service.collectGlobalStats(window: .day, since: nil) }
    await gate.waitForArrivals(1)
    try await bench.service.recordProcessingEvent(event(of: "b"))
    gate.open()
    _ = try await old.value
    #expect(bench.service.entryCount == 0)
  }

  @Test func anEventOfAnotherSlotLeavesALoadOpen() async throws {
    let bench = try Bench()
    let gate = Gate()
    bench.repository.hold(at: gate)
    async let first = bench.service.collectSlotStats("a", window: .day, since: nil)
    await gate.waitForArrivals(1)
    try await bench.service.recordProcessingEvent(event(of: "b"))
    async let second = bench.service.collectSlotStats("a", window: .day, since: nil)
    try await bench.waitForWaiters(2)
    gate.open()
    _ = try await (first, second)
    #expect(bench.repository.count(of: .slot("a", .day, since: nil)) == 1)
    #expect(bench.service.entryCount == 1)
  }

  @Test func anEventDuringABulkLoadMakesItsSlotStaleAndNoOther() async throws {
    let bench = try Bench()
    let gate = Gate()
    bench.repository.hold(at: gate)
    let old = Task { try await bench.service.collectSlotStats(window: .day, since: nil) }
    await gate.waitForArrivals(1)
    bench.repository.change { $0 = contents(scale: 2) }
    try await bench.service.recordProcessingEvent(event(of: "b"))
    bench.repository.hold(at: nil)
    gate.open()
    #expect(try await old.value["b"]?.summary.counters.success == 4)
    let all = try await bench.service.collectSlotStats(window: .day, since: nil)
    #expect(all["b"]?.summary.counters.success == 8)
    #expect(all["a"]?.summary.counters.success == 2)
    #expect(bench.repository.count(of: .everySlot(.day, since: nil)) == 1)
  }

  @Test func nobodyJoinsABulkLoadFromBeforeAnEvent() async throws {
    let bench = try Bench()
    let (oldGate, newGate) = (Gate(), Gate())
    bench.repository.hold(at: oldGate)
    let old = Task { try await bench.service.collectSlotStats(window: .day, since: nil) }
    await oldGate.waitForArrivals(1)
    bench.repository.change { $0 = contents(scale: 2) }
    try await bench.service.recordProcessingEvent(event(of: "b"))
    bench.repository.hold(at: newGate)
    let new = Task { try await bench.service.collectSlotStats(window: .day, since: nil) }
    await newGate.waitForArrivals(1)
    newGate.open()
    #expect(try await new.value["b"]?.summary.counters.success == 8)
    oldGate.open()
    #expect(try await old.value["b"]?.summary.counters.success == 4)
    #expect(try await bench.service.collectSlotStats(window: .day, since: nil) == new.value)
  }

  @Test func aMendingFromBeforeInvalidatingAllFillsNothing() async throws {
    let bench = try Bench()
    _ = try await bench.service.collectSlotStats(window: .day, since: nil)
    try await bench.service.recordProcessingEvent(event(of: "b"))
    let gate = Gate()
    bench.repository.hold(at: gate)
    let old = Task { try await bench.service.collectSlotStats(window: .day, since: nil) }
    await gate.waitForArrivals(1)
    bench.service.invalidateAll()
    gate.open()
    _ = try await old.value
    #expect(bench.service.entryCount == 0)
  }

  @Test func aMendingOfAnEntryThatWasDroppedBeforeItBeganFillsNothing() async throws {
    // The wall clock is asked between the look at the entry and the load.
    let between = Interruption()
    let service = try CachedStatsService(
      repository: InMemoryStatsRepository(contents()), clock: ManualClock(),
      wallClock: {
        between.happen()
        return noon
      })
    _ = try await service.collectSlotStats(window: .day, since: nil)
    try await service.recordProcessingEvent(event(of: "b"))
    between.plan { service.invalidateAll() }
    _ = try await service.collectSlotStats(window: .day, since: nil)
    #expect(service.entryCount == 0)
  }
}

/// Something that happens once, in the middle of something else.
private final class Interruption: Sendable {
  private let action = Mutex<(@Sendable () -> Void)?>(nil)

  func plan(_ action: @escaping @Sendable () -> Void) { self.action.withLock { $0 = action } }

  func happen() {
    let action = action.withLock { action in
      defer { action = nil }
      return action
    }
    action?()
  }
}

@Suite struct CancellationTests {
  @Test func oneWaitersCancellationLeavesTheOthersTheirLoad() async throws {
    let bench = try Bench()
    let gate = Gate()
    bench.repository.hold(at: gate)
    let tasks = (0..<3).map { _ in
      Task { try await bench.service.collectGlobalStats(window: .day, since: nil) }
    }
    try await bench.waitForWaiters(3)
    tasks[0].cancel()
    // It leaves while the load is still held.
    await #expect(throws: CancellationError.self) { try await tasks[0].value }
    #expect(bench.service.underWay == (1, 2))
    gate.open()
    _ = try await tasks[1].value
    _ = try await tasks[2].value
    #expect(bench.repository.calls.count == 1)
    #expect(bench.service.entryCount == 1)
  }

  @Test func theLastWaitersCancellationCancelsTheLoad() async throws {
    let bench = try Bench()
    let gate = Gate()
    bench.repository.hold(at: gate)
    let tasks = (0..<2).map { _ in
      Task { try await bench.service.collectGlobalStats(window: .day, since: nil) }
    }
    try await bench.waitForWaiters(2)
    await gate.waitForArrivals(1)
    for task in tasks { task.cancel() }
    for task in tasks { await #expect(throws: CancellationError.self) { try await task.value } }
    // The load is held by the gate, which only a cancellation opens.
    await gate.waitUntilNobodyIsHeld()
    #expect(bench.service.underWay == (0, 0))
    #expect(bench.service.entryCount == 0)
  }

  @Test func whoComesAfterACancelledLoadBeginsAnother() async throws {
    let bench = try Bench()
    let gate = Gate()
    bench.repository.hold(at: gate)
    let first = Task { try await bench.service.collectGlobalStats(window: .day, since: nil) }
    await gate.waitForArrivals(1)
    first.cancel()
    await #expect(throws: CancellationError.self) { try await first.value }
    gate.open()
    _ = try await bench.service.collectGlobalStats(window: .day, since: nil)
    #expect(bench.repository.calls.count == 2)
  }

  @Test func aCancelledCallerBeginsNoLoad() async throws {
    let bench = try Bench()
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await bench.service.collectGlobalStats(window: .day, since: nil)
    }
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(bench.repository.calls == [])
    #expect(bench.service.underWay == (0, 0))
  }

  @Test func aWaiterOfAClosedLoadCanStillLeave() async throws {
    let bench = try Bench()
    let gate = Gate()
    bench.repository.hold(at: gate)
    let task = Task { try await bench.service.collectGlobalStats(window: .day, since: nil) }
    await gate.waitForArrivals(1)
    bench.service.invalidateAll()
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(bench.service.underWay == (0, 0))
  }
}

/// A repository whose answer is held and then fails.
private struct FailingAtGate: StatsRepository {
  let gate: Gate

  init(_ gate: Gate) { self.gate = gate }

  func slots() async throws -> [Slot] { [] }

  func collectGlobalMetrics(window: StatsWindow, since: Date?) async throws -> [StatsMetric] {
    try await gate.pass()
    throw Broken()
  }

  func collectSlotMetrics(_ slotID: Slot.ID, window: StatsWindow, since: Date?) async throws -> [StatsMetric] { [] }
}
