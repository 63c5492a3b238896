import Dashboard
import Foundation
import SlotStats
import SlotStatsTesting
import TerminalUI
import Testing

@testable import DashboardRuntime

@MainActor
@Suite struct WatchLoopTests {
  private static let start = Date(timeIntervalSince1970: 1_795_098_730)  // 2026-11-19T14:32:10Z
  private let clock = SteppedClock(at: start)
  private let source: VersionedStatsRepository

  init() { source = VersionedStatsRepository(Self.version(1, runs: 100)) }

  private static func version(_ id: UInt64, runs: Int) -> SourceVersion {
    let day = StatsWindow.day.bucketStart(containing: start)
    let metric = StatsMetric(.day, start: day, counters: StatsCounters(success: runs))
    let contents = InMemoryStatsRepository(
      .init(slots: [Slot(id: "slot-001")], bySlot: [.day: ["slot-001": [metric]]]))
    return SourceVersion(id: id, contents: contents, generatedAt: start, readAt: start)
  }

  /// A source that answers nothing before the screen waits for it.
  private struct GatedSource: StatsRepository {
    let source: VersionedStatsRepository
    let gate: Gate

    var reading: SourceReading { .byVersion }

    func currentVersion(after known: UInt64?) async throws -> SourceVersion {
      try await gate.pass()
      return try await source.currentVersion()
    }

    func slots() async throws -> [Slot] { try await source.slots() }
    func collectGlobalMetrics(window: StatsWindow, since: Date?) async throws -> [StatsMetric] {
      try await source.collectGlobalMetrics(window: window, since: since)
    }
    func collectSlotMetrics(_ slotID: Slot.ID, window: StatsWindow, since: Date?) async throws -> [StatsMetric] {
      try await source.collectSlotMetrics(slotID, window: window, since: since)
    }
  }

  private func play(_ script: ScriptedScreen.Step...) throws -> (screen: ScriptedScreen, status: Int32) {
    let (clock, gate) = (clock, Gate())
    let service = try CachedStatsService(
      repository: GatedSource(source: source, gate: gate), ttl: .zero, clock: ContinuousClock(),
      wallClock: { clock.wall })
    let reader = DashboardReader(service: service, thresholds: .standard, wallClock: { clock.wall })
    let screen = ScriptedScreen(script, clock: clock) { gate.open() }
    var loop = WatchLoop(reader: reader, options: DashboardOptions(sourceLabel: "fleet")) { clock.uptime }
    return (screen, loop.run { screen })
  }

  @Test func showsTheFirstReadingWithoutAWaitingFrame() throws {
    let (screen, status) = try play(.woken)
    #expect(status == 0)
    #expect(screen.shown.count == 1)
    #expect(screen.shown.first?.lines.contains { $0.contains("slot-001") } == true)
    #expect(screen.restores == 1)
  }

  @Test func showsThatItWaitsWhereTheFirstReadingTakesLong() throws {
    let (screen, _) = try play(.time(.milliseconds(25)), .woken)
    #expect(screen.shown.count == 2)
    #expect(screen.shown.first?.lines.first?.contains("WAIT") == true)
  }

  @Test func doesNotSendAFrameThatEqualsTheLast() throws {
    let (screen, _) = try play(.woken, .time(.zero), .events([.woken]), .time(.zero))
    #expect(screen.shown.count == 1)
  }

  @Test func sendsAFrameWhereAnAgeHasGrown() throws {
    let (screen, _) = try play(.woken, .time(.seconds(1)), .time(.seconds(1)))
    #expect(screen.shown.count == 3)
    #expect(screen.shown.last?.lines.first?.contains("2 s") == true)
  }

  @Test func sleepsUntilTheNextSecondOfTheAge() throws {
    let (screen, _) = try play(.woken, .time(.milliseconds(300)))
    #expect(screen.timeouts.dropFirst() == [.seconds(1), .milliseconds(700)])
  }

  @Test func showsATickTogetherWithTheReadThatItBegan() throws {
    source.publish(Self.version(2, runs: 250))
    let (screen, _) = try play(.woken, .time(.seconds(5)), .woken)
    #expect(screen.shownBefore == [0, 1, 1, 2])
    #expect(screen.timeouts[2] == .milliseconds(100))
  }

  @Test func showsATickWhoseReadTakesLong() throws {
    let (screen, _) = try play(.woken, .time(.seconds(5)), .time(.milliseconds(100)), .woken)
    #expect(screen.shown.count >= 2)
    #expect(screen.shownBefore[3] == 2)
  }

  @Test func showsAKeyAtOnce() throws {
    let (screen, _) = try play(.woken, .events([.key(.character("w"))]))
    #expect(screen.shown.count == 2)
  }

  @Test func drawsEverythingAnewWhereTheTerminalWasAway() throws {
    let (screen, _) = try play(.woken, .events([.resumed]))
    #expect(screen.redraws == 1)
    #expect(screen.shown.count == 2)
    #expect(screen.shown.first == screen.shown.last)
  }

  @Test func drawsEverythingAnewWhereItIsAskedTo() throws {
    let (screen, _) = try play(.woken, .events([.key(.control("l"))]))
    #expect(screen.redraws == 1)
    #expect(screen.shown.count == 2)
  }

  @Test func drawsAtTheSizeThatTheScreenHasNow() throws {
    let (screen, _) = try play(.woken, .events([.resized(Size(columns: 80, rows: 24))]))
    #expect(screen.shown.map(\.size.columns) == [120, 80])
  }

  @Test(arguments: zip([TerminalEvent.hangup, .terminated(signal: 15), .terminated(signal: 2)], [129, 143, 130]))
  func endsWithTheSignalsStatusAndGivesTheScreenBack(event: TerminalEvent, status: Int32) throws {
    let end = try play(.woken, .events([event]))
    #expect(end.status == status)
    #expect(end.screen.restores == 1)
  }

  @Test func goesOnWhereAReadFails() throws {
    source.failNext(with: StatsSourceError(.inputOutput, action: "Cannot read \"fleet\"", cause: "the disk is gone"))
    let (screen, status) = try play(.woken, .time(.seconds(5)), .woken)
    #expect(status == 0)
    #expect(screen.shown.first?.lines.first?.contains("LOST") == true)
    #expect(screen.shown.last?.lines.contains { $0.contains("slot-001") } == true)
  }

  private struct NoScreen: Error, Hashable {}

  @Test func passesOnWhyThereIsNoScreen() throws {
    let clock = clock
    let service = try CachedStatsService(repository: source, ttl: .zero, clock: ContinuousClock())
    let reader = DashboardReader(service: service, thresholds: .standard, wallClock: { clock.wall })
    var loop = WatchLoop(reader: reader, options: DashboardOptions(sourceLabel: "fleet")) { clock.uptime }
    #expect(throws: NoScreen()) {
      try loop.run { () throws(NoScreen) -> ScriptedScreen in throw NoScreen() }
    }
  }
}
