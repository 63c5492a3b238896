import Foundation
import SlotStats
import SlotStatsTesting
import Testing

@testable import Notifications

@Suite(.timeLimit(.minutes(2))) struct NoticeJournalTests {
  private let clock = ManualClock()
  private let folder: TemporaryFolder
  private var path: String { folder.file("notices") }

  init() throws { folder = try TemporaryFolder() }

  /// One run of a program, up to where it is killed.
  private func run(_ sinks: [ScriptedSink], _ body: (Notifier) async throws -> Void) async throws {
    let notifier = Notifier(sinks, journal: try NoticeJournal(path: path), settings: settings(clock))
    let work = Task { await notifier.run() }
    try await body(notifier)
    work.cancel()
    await work.value
  }

  @Test func whatWasToldIsNotToldAgain() async throws {
    try await run([ScriptedSink()]) {
      await $0.submit(firing("a"))
      await $0.waitUntilIdle()
    }
    let sink = ScriptedSink()
    try await run([sink]) {
      await $0.submit(firing("a"))
      await $0.submit(firing("b"))
      await $0.waitUntilIdle()
    }
    #expect(sink.slots == ["b"])
  }

  @Test func whatWasNotToldIsToldByTheNextRun() async throws {
    let stuck = ScriptedSink("stuck", isShut: true)
    let free = ScriptedSink("free")
    try await run([stuck, free]) { notifier in
      await notifier.submit(firing("a"))
      await notifier.submit(firing("b").resolved(at: instant(5)))
      await stuck.gate.waitForArrivals(1)
      await free.taken.waitForArrivals(2)
    }
    let sinks = [ScriptedSink("stuck"), ScriptedSink("free")]
    try await run(sinks) { await $0.waitUntilIdle() }
    #expect(sinks.map(\.slots) == [["a", "-b"], []])
  }

  @Test func whatEndedBetweenTwoRunsIsToldToBeOver() async throws {
    try await run([ScriptedSink("one"), ScriptedSink("two")]) {
      for slot in ["a", "b"] { await $0.submit(firing(slot), to: ["two"]) }
      await $0.waitUntilIdle()
    }
    let sinks = [ScriptedSink("one"), ScriptedSink("two")]
    try await run(sinks) {
      #expect(await $0.firingAlerts == [firing("a").identity, firing("b").identity])
      await $0.submit(firing("b"))
      await $0.settle(stillFiring: [firing("b").identity], at: instant(60))
      await $0.waitUntilIdle()
    }
    #expect(sinks.map(\.slots) == [[], ["-a"]])
    #expect(sinks[1].batches.first?.first == firing("a").resolved(at: instant(60)))
  }

  @Test func whatFiresIsToldAgainAtOnceWhereThatIsWanted() async throws {
    let resending = Resending(interval: .seconds(60), afterResolution: .seconds(60))
    try await run([ScriptedSink(resending: resending)]) {
      await $0.submit(firing("a"))
      await $0.waitUntilIdle()
    }
    let sink = ScriptedSink(resending: resending)
    try await run([sink]) { await $0.waitUntilIdle() }
    #expect(sink.slots == ["a"])
  }

  @Test func aLineThatWasCutOffIsLeftOut() async throws {
    try await run([ScriptedSink(isShut: true)]) {
      for slot in ["a", "b"] { await $0.submit(firing(slot)) }
    }
    let whole = try Data(contentsOf: URL(filePath: path))
    for count in stride(from: 0, through: whole.count, by: 7) {
      try (whole.prefix(count) + Data((count % 2 == 0 ? "" : "\nended x\nstarted 3 \u{0}\n").utf8))
        .write(to: URL(filePath: path))
      let contents = try NoticeJournal(path: path).contents
      #expect(contents.untold("one").count <= 2 && contents.lastNumber <= 2)
    }
  }

  @Test func oneProgramAtATimeHasIt() throws {
    var journal: NoticeJournal? = try NoticeJournal(path: path)
    #expect(
      throws: NoticeJournal.Failure(line: "Cannot keep notices in \"\(path)\": another program uses it", isInUse: true)
    ) { try NoticeJournal(path: path) }
    withExtendedLifetime(journal) {}
    journal = nil
    #expect(throws: Never.self) { try NoticeJournal(path: path) }
    let missing = folder.file("missing/notices")
    #expect(
      throws: NoticeJournal.Failure(line: "Cannot keep notices in \"\(missing)\": No such file or directory")
    ) { try NoticeJournal(path: missing) }
  }

  @Test func nobodyElseReadsIt() throws {
    _ = try NoticeJournal(path: path)
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
  }

  @Test func whatIsOverLeavesTheFile() async throws {
    try await run([ScriptedSink()]) { notifier in
      for number in 0..<50 {
        await notifier.submit(firing("a", at: Double(number)))
        await notifier.submit(firing("a", at: Double(number)).resolved(at: instant(Double(number) + 0.5)))
      }
      await notifier.waitUntilIdle()
    }
    #expect(try Data(contentsOf: URL(filePath: path)).count > 10_000)
    _ = try NoticeJournal(path: path)
    #expect(try Data(contentsOf: URL(filePath: path)).isEmpty)
  }
}
