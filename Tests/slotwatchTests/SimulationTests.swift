import EventStore
import Foundation
import JobPipeline
import RemoteSources
import SlotStats
import Synchronization
import Testing

@testable import slotwatch

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

  @Test func aStopDropsAndCountsWhatNobodyTakes() async throws {
    let place = Place(failures: .max)
    let simulation = simulation(place)
    try await simulation.run(for: .milliseconds(100))
    let figures = await simulation.figures
    #expect(figures.sent == 0)
    #expect(figures.dropped > 0)
  }

  @Test func theProgramFillsAStoreAndSaysSo() async throws {
    let folder = try TemporaryFolder()
    let path = folder.url.path + "/made/events.db"
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
    (["simulate", "--to", "sqlite:x.db", "a.json"], "simulate reads no source"),
    (["simulate", "--to", "http://192.0.2.1"], "plain http"),
    (["simulate", "--to", "http://me:hunter2@127.0.0.1"], "user"),
  ])
  func saysInOneLineWhatCannotBeUsed(arguments: [String], part: String) async {
    let run = await ProgramRun(arguments: arguments)
    #expect(run.status == 64)
    #expect(run.errorLines.count == 1)
    #expect(run.errors.contains(part), "\(run.errors)")
    #expect(!run.errors.contains("hunter2"))
  }
}
