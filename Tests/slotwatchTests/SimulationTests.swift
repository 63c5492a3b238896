import EventStore
import FleetSimulator
import Foundation
import HTTPTransport
import JobPipeline
import ReadingCommands
import RemoteSources
import SlotStats
import SlotStatsTesting
import Synchronization
import Testing

@testable import slotwatch_serve

@Suite struct SimulationTests {
  /// A place that takes events once a number of attempts have failed.
  private final class Place: Sendable {
    private struct State {
      var ids: [UUID] = []
      var first: [UUID]?
      var failures: Int
      var attempts = 0
    }

    private let state: Mutex<State>
    private let trouble: HTTPFailure

    init(failures: Int = 0, _ trouble: HTTPFailure = HTTPFailure(.status(503), "503")) {
      state = Mutex(State(failures: failures))
      self.trouble = trouble
    }

    var ids: [UUID] { state.withLock { $0.ids } }
    /// The events of the first attempt.
    var first: [UUID]? { state.withLock { $0.first } }
    var attempts: Int { state.withLock { $0.attempts } }

    func take(_ logs: [ProcessingLog]) throws(SimulationTrouble) -> EventSender.Receipt {
      let isTaken = state.withLock { state in
        state.attempts += 1
        state.first = state.first ?? logs.map(\.id)
        if state.attempts <= state.failures { return false }
        state.ids += logs.map(\.id)
        return true
      }
      let url = RemoteURL(isEncrypted: false, host: "127.0.0.1", port: 1)
      guard isTaken else { throw SimulationTrouble(trouble, sendingTo: url) }
      return EventSender.Receipt(accepted: logs.count)
    }
  }

  private let fleet = SimulatedFleet(.init(rate: 2_000, hasRhythm: false))

  private func simulation(
    _ place: Place, tell: @escaping @Sendable (Simulation.News) -> Void = { _ in }
  ) -> Simulation {
    Simulation(fleet, clock: JobClock(), tell: tell) { logs throws(SimulationTrouble) in try place.take(logs) }
  }

  @Test func everyEventIsHandedOverOnce() async throws {
    let place = Place()
    let simulation = simulation(place)
    try await simulation.run(for: .milliseconds(300))
    let figures = await simulation.figures
    #expect(figures.sent > 100)
    #expect(figures.sent == place.ids.count && figures.accepted == figures.sent)
    #expect(Set(place.ids).count == figures.sent)
  }

  @Test func whatWasNotTakenIsSentAgainAsItWas() async throws {
    let place = Place(failures: 2)
    let (news, told) = AsyncStream.makeStream(of: Bool.self)
    let simulation = simulation(place) { news in
      if case .recovered = news { told.yield(true) } else { told.yield(false) }
    }
    let run = Task { try await simulation.run(for: nil) }
    var heard: [Bool] = []
    for await hasRecovered in news {
      heard.append(hasRecovered)
      if hasRecovered { break }
    }
    await simulation.stop()
    try await run.value
    let first = try #require(place.first)
    #expect(Array(place.ids.prefix(first.count)) == first)
    #expect(Set(place.ids).count == place.ids.count)
    // That there is trouble is told once.
    #expect(heard == [false, true])
  }

  @Test(arguments: [401, 403, 404, 413, 500])
  func whatDoesNotPassEndsIt(status: Int) async {
    let place = Place(failures: .max, HTTPFailure(.status(status), "\(status)"))
    await #expect(throws: SimulationTrouble.self) { try await simulation(place).run(for: .seconds(60)) }
    #expect(place.attempts == 1)
  }

  /// A simulation that has two seconds of events to hand over when it begins, and ends at once.
  private func ending(
    _ clock: ManualClock, tell: @escaping @Sendable (Simulation.News) -> Void = { _ in },
    target: @escaping @Sendable ([ProcessingLog]) async throws(SimulationTrouble) -> EventSender.Receipt
  ) async throws -> Simulation {
    let wall = Mutex(Date(timeIntervalSince1970: 1_795_528_800))
    let jobClock = JobClock(clock) { wall.withLock { $0 } }
    let simulation = Simulation(fleet, clock: jobClock, tell: tell, target: target)
    wall.withLock { $0 += 2 }
    return simulation
  }

  @Test(.timeLimit(.minutes(1))) func aStopDropsAndCountsWhatNobodyTakes() async throws {
    let (clock, place) = (ManualClock(), Place(failures: .max))
    let simulation = try await ending(clock) { logs throws(SimulationTrouble) in try place.take(logs) }
    let run = Task { try await simulation.run(for: .zero) }
    // A pause, and the end of the whole.
    await clock.waitForSleepers(2)
    clock.advance(by: .seconds(2))
    try await run.value
    let figures = await simulation.figures
    #expect(place.attempts == 1)
    #expect(figures.sent == 0 && figures.dropped > 10_000)
  }

  @Test(.timeLimit(.minutes(1))) func aSlowPlaceDoesNotKeepItFromEnding() async throws {
    let (clock, place) = (ManualClock(), Place())
    let simulation = try await ending(clock) { logs throws(SimulationTrouble) in
      clock.advance(by: .seconds(1))
      return try place.take(logs)
    }
    try await simulation.run(for: .zero)
    let figures = await simulation.figures
    #expect(place.attempts == 2)
    #expect(figures.sent == 2 * Simulation.batchSize && figures.dropped > 6_000)
  }

  @Test(.timeLimit(.minutes(1))) func aPlaceThatHangsDoesNotKeepItFromEnding() async throws {
    let (clock, gate) = (ManualClock(), Gate())
    let unanswered = Mutex<[Int]>([])
    let simulation = try await ending(clock) { news in
      if case .unanswered(let count) = news { unanswered.withLock { $0.append(count) } }
    } target: { logs throws(SimulationTrouble) in
      do { try await gate.pass() } catch { throw SimulationTrouble(error) }
      return EventSender.Receipt(accepted: logs.count)
    }
    let run = Task { try await simulation.run(for: .zero) }
    await gate.waitForArrivals(1)
    clock.advance(by: .seconds(2))
    try await run.value
    let figures = await simulation.figures
    #expect(figures.sent == 0 && figures.dropped > 10_000)
    #expect(unanswered.withLock { $0 } == [Simulation.batchSize])
  }

  @Test func theProgramFillsAStoreAndSaysSo() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/made/events.db"
    let run = await ProgramRun("simulate", "--to", "sqlite:\(path)", "--rate", "500", "--duration", "1")
    #expect((run.status, run.errors) == (0, ""))
    let words = run.output.split(separator: " ")
    let sent = try #require(words.first.flatMap { Int($0) })
    #expect(sent > 0)
    #expect(run.output.contains(": \(sent) accepted, 0 duplicate, 0 refused, 0 dropped\n"))
    let store = try SQLiteStatsRepository.open(path, readOnly: true, settings: StoreSettings { Date() })
    let days = try await store.collectGlobalMetrics(window: .week, since: nil)
    #expect(days.reduce(0) { $0 + $1.counters.ingestCount } > 0)
    try store.close()
  }

  @Test(arguments: [
    (["simulate"], "without --to"), (["simulate", "--to", "file.db"], "--to \"file.db\""),
    (["simulate", "--to", "sqlite:x.db", "--rate", "0"], "--rate \"0\""),
    (["simulate", "--to", "sqlite:x.db", "a.json"], "Unexpected argument 'a.json'"),
    (["simulate", "--to", "sqlite:x.db", "--theme", "dark"], "Unknown option '--theme'"),
    (["simulate", "--to", "http://192.0.2.1/a"], "Cannot use --to \"http://192.0.2.1/a\": plain http"),
    (["simulate", "--to", "http://me:hunter2@127.0.0.1"], "--to \"http://…@127.0.0.1\": the URL holds a user"),
    (["simulate", "--to", "http://127.0.0.1/?key=hunter2"], "--to \"http://127.0.0.1/?…\": a server's URL"),
    (
      ["simulate", "--to", "http://192.0.2.1", "--allow-plain-http", "--token-file", "t"],
      "with --to \"http://192.0.2.1\": plain http carries"
    ),
  ])
  func saysInOneLineWhatCannotBeUsed(arguments: [String], part: String) async {
    let run = await ProgramRun(arguments: arguments)
    #expect(run.status == 64)
    #expect(run.errorLines.count == 1)
    #expect(run.errors.contains(part), "\(run.errors)")
    #expect(!run.errors.contains("hunter2"))
  }

  @Test func namesTheOptionOfAStoreThatCannotBeMade() async throws {
    let folder = try TemporaryFolder()
    let file = try folder.file("file", "")
    let run = await ProgramRun("simulate", "--to", "sqlite:\(file)/events.db")
    #expect(run.status == 74)
    #expect(run.errors.hasSuffix("; give another --to.\n"), "\(run.errors)")
  }
}
