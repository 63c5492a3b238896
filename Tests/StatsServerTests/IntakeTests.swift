import Foundation
import SlotStats
import SlotStatsTesting
import StatsFormats
import Synchronization
import Testing

@testable import StatsServer

/// The intake without a connection: bodies go into the queue, outcomes come back.
@Suite struct IntakeTests {
  let store = MemoryLedger()
  let service: CachedStatsService

  init() throws { service = try CachedStatsService(repository: store.repository, clock: ContinuousClock()) }

  /// Runs `body` beside the committer of a queue of these limits, and ends both.
  private func run(
    _ limits: IntakeQueue.Limits = IntakeQueue.Limits(), _ body: (IntakeQueue) async throws -> Void
  ) async throws {
    let queue = IntakeQueue(limits: limits, accepted: Sample.accepted)
    let committer = EventCommitter(
      queue: queue, ledger: store, foreign: try await ForeignChanges(of: store), service: service,
      metrics: ServerMetrics(), clock: ManualClock())
    let task = Task { await committer.run() }
    do {
      try await body(queue)
    } catch {
      queue.finish()
      await task.value
      throw error
    }
    queue.finish()
    await task.value
  }

  private func send(_ text: String, _ form: EventBodyForm = .json, to queue: IntakeQueue) async -> String {
    await withCheckedContinuation { continuation in
      let offer = Array(text.utf8).withUnsafeBytes { bytes in
        queue.offer(bytes, form) { continuation.resume(returning: $0.words) }
      }
      switch offer {
      case .taken: break
      case .answered(let outcome): continuation.resume(returning: outcome.words)
      case .full: continuation.resume(returning: "full")
      case .unreadable(let reason): continuation.resume(returning: "unreadable: \(reason)")
      case .stopping: continuation.resume(returning: "stopping")
      }
    }
  }

  @Test func storesWhatIsGoodAndNamesTheRestByItsPlace() async throws {
    try await run { queue in
      let one = Sample.event()
      #expect(await send(one, to: queue) == "1 accepted, 0 duplicate, 0 refused []")
      #expect(await send(one, to: queue) == "0 accepted, 1 duplicate, 0 refused []")
      let list = "[{\"id\":1}, \(Sample.event("succeeded")), \(one), \(Sample.event("lost"))]"
      #expect(await send(list, to: queue) == "1 accepted, 1 duplicate, 2 refused [0, 3]")
      let lines = "\u{FEFF}\(Sample.event("timeout"))\r\n\r\nnothing\n\(Sample.event("failed"))"
      #expect(await send(lines, .lines, to: queue) == "2 accepted, 0 duplicate, 1 refused [1]")
      #expect(await send("[]", to: queue) == "0 accepted, 0 duplicate, 0 refused []")
    }
    #expect(store.repository.storedLogs.map(\.status) == [.received, .succeeded, .timeout, .failed])
  }

  @Test(arguments: ["", "  ", "{", "[{},", "[] x", "nothing", "\u{FEFF}{}"])
  func takesNothingOfABodyThatIsNoJSON(text: String) async throws {
    try await run { queue in
      #expect(await send(text, to: queue).hasPrefix("unreadable: byte "))
      #expect(await send("[\(Sample.event()),", to: queue).hasPrefix("unreadable: "))
      #expect(queue.held == (0, 0))
    }
    #expect(store.repository.storedLogs.isEmpty)
  }

  @Test func whatComesDuringACommitSharesTheNextOne() async throws {
    let gate = Gate()
    store.wait(at: gate)
    try await run { queue in
      async let first = send(Sample.event(), to: queue)
      await gate.waitForArrivals(1)
      let (answers, answered) = AsyncStream.makeStream(of: String.self)
      for _ in 0..<20 {
        Array(Sample.event().utf8).withUnsafeBytes { bytes in
          _ = queue.offer(bytes, .json) { answered.yield($0.words) }
        }
      }
      store.wait(at: nil)
      gate.open()
      #expect(await first == "1 accepted, 0 duplicate, 0 refused []")
      for await answer in answers.prefix(20) { #expect(answer == "1 accepted, 0 duplicate, 0 refused []") }
    }
    #expect(store.batchSizes == [1, 20])
  }

  @Test func aLongBodyIsStoredAsManyShortOnes() async throws {
    let logs = (0..<1_000).map { number in
      ProcessingLog(
        id: UUID(), jobID: UUID(), slotID: "slot-\(number % 7)", status: .failed, occurredAt: Sample.now,
        message: "m\(number)",
        failureReason: number % 3 == 0 ? nil : .providerError)
    }
    try await run { queue in
      _ = await send(Sample.event(slot: "slot-3"), to: queue)
      let text = String(decoding: EventDocuments.lines(logs), as: UTF8.self) + "no JSON"
      #expect(await send(text, .lines, to: queue) == "1000 accepted, 0 duplicate, 1 refused [1000]")
    }
    #expect(Array(store.repository.storedLogs.dropFirst()) == logs)
  }

  @Test func aFailingStoreAcknowledgesNothingAndIsTriedAgain() async throws {
    try await run { queue in
      store.fail(true)
      let one = Sample.event()
      #expect(await send(one, to: queue) == "failed: The store cannot be written: the disk is full.")
      store.fail(false)
      #expect(await send(one, to: queue) == "1 accepted, 0 duplicate, 0 refused []")
    }
  }

  @Test func noTypesNameIsEverACause() async throws {
    struct Oddity: Error {}
    try await run { queue in
      for error in [Oddity(), CancellationError()] as [any Error] {
        store.fail(with: error)
        let answer = await send(Sample.event(), to: queue)
        #expect(answer.hasPrefix("failed: The store cannot be written: "))
        #expect(!answer.contains("Oddity") && !answer.contains("Error"), "\(answer)")
      }
    }
  }

  @Test func takesNothingMoreThanItsLimits() async throws {
    let gate = Gate()
    store.wait(at: gate)
    try await run(IntakeQueue.Limits(maxEvents: 2, maxBytes: 10_000)) { queue in
      let waiting = Task { await send("[\(Sample.event()),\(Sample.event())]", to: queue) }
      await gate.waitForArrivals(1)
      #expect(await send(Sample.event(), to: queue) == "full")
      gate.open()
      #expect(await waiting.value == "2 accepted, 0 duplicate, 0 refused []")
      #expect(await send(String(repeating: " ", count: 10_001), to: queue) == "full")
      store.wait(at: nil)
      #expect(await send(Sample.event(), to: queue) == "1 accepted, 0 duplicate, 0 refused []")
    }
  }

  @Test func whatWasTakenIsStoredWhenItEnds() async throws {
    let gate = Gate()
    store.wait(at: gate)
    try await run { queue in
      let waiting = Task { await send(Sample.event(), to: queue) }
      await gate.waitForArrivals(1)
      queue.finish()
      #expect(await send(Sample.event(), to: queue) == "stopping")
      gate.open()
      #expect(await waiting.value == "1 accepted, 0 duplicate, 0 refused []")
    }
  }

  @Test func whatIsStoredIsReadAnewAndTold() async throws {
    let changes = service.changes.changes()
    try await run { queue in
      let stats0 = try await service.collectGlobalStats(window: .day, since: nil)
      #expect(stats0.summary.counters.ingestCount == 0)
      _ = await send(Sample.event(slot: "a"), to: queue)
      let stats1 = try await service.collectGlobalStats(window: .day, since: nil)
      #expect(stats1.summary.counters.ingestCount == 1)
    }
    var iterator = changes.makeAsyncIterator()
    #expect(await iterator.next()?.slots == ["a"])
  }
}
