import SlotStats
import SlotStatsTesting
import Testing

@testable import Notifications

@Suite(.timeLimit(.minutes(2))) struct NotifierTests {
  private let clock = ManualClock()
  private static let passing = SinkFailure("503 from /x", isPassing: true)

  @Test func everySinkIsToldOnceAndInOrder() async throws {
    let sinks = [ScriptedSink("one"), ScriptedSink("two")]
    let notifier = Notifier(sinks, settings: settings(clock))
    try await running(notifier) {
      for notice in [firing("a"), firing("b"), firing("a").resolved(at: instant(9)), firing("a", at: 20)] {
        await notifier.submit(notice)
      }
      await notifier.waitUntilIdle()
    }
    for sink in sinks { #expect(sink.slots == ["a", "b", "-a", "a"]) }
    #expect(await notifier.statuses.map(\.sent) == [4, 4])
    #expect(await notifier.statuses.allSatisfy { $0.words == nil && $0.waiting == 0 && $0.failed == 0 })
  }

  @Test func anAlertThatFiresAlreadyIsNoTransition() async throws {
    let sink = ScriptedSink()
    let notifier = Notifier([sink], settings: settings(clock))
    try await running(notifier) {
      await notifier.submit(firing("a"))
      await notifier.submit(firing("a", at: 5))
      await notifier.submit(firing("a", rule: "other"))
      await notifier.waitUntilIdle()
    }
    #expect(sink.slots == ["a", "a"] && Set(sink.batches.flatMap { $0 }.map(\.identity.rule)).count == 2)
  }

  @Test func onlyTheSinksOfTheRuleAreTold() async throws {
    let sinks = [ScriptedSink("hook"), ScriptedSink("webhook")]
    let notifier = Notifier(sinks, settings: settings(clock))
    try await running(notifier) {
      await notifier.submit(firing("a"), to: ["bell", "webhook"])
      await notifier.submit(firing("b"), to: ["bell"])
      await notifier.waitUntilIdle()
    }
    #expect(sinks.map(\.slots) == [[], ["a"]])
  }

  @Test func aSinkThatHangsDelaysNoOther() async throws {
    let (stuck, free) = (ScriptedSink("stuck", isShut: true), ScriptedSink("free"))
    let notifier = Notifier([stuck, free], settings: settings(clock))
    try await running(notifier) {
      for slot in ["a", "b", "c"] { await notifier.submit(firing(slot)) }
      await free.taken.waitForArrivals(3)
      await stuck.gate.waitForArrivals(1)
      #expect(free.slots == ["a", "b", "c"] && stuck.slots.isEmpty)
      #expect(await notifier.statuses[0].waiting == 3)
      stuck.gate.open()
      await notifier.waitUntilIdle()
      #expect(stuck.slots == ["a", "b", "c"])
    }
  }

  @Test func whatMayHelpIsTriedAgainLaterAndLater() async throws {
    let sink = ScriptedSink(failures: Array(repeating: Self.passing, count: 3))
    let notifier = Notifier([sink], settings: settings(clock))
    try await running(notifier) {
      await notifier.submit(firing("a"))
      await notifier.submit(firing("b"))
      for (number, wait) in [2, 4, 8].enumerated() {
        await clock.waitForSleepers(1)
        #expect(await notifier.statuses[0].words == "one failed\(number > 0 ? " \(number + 1)×" : ""): 503 from /x")
        clock.advance(by: .seconds(wait) - .milliseconds(1))
        #expect(clock.sleeperCount == 1)
        clock.advance(by: .milliseconds(1))
      }
      await notifier.waitUntilIdle()
    }
    #expect(sink.slots == ["a", "b"])
    let status = await notifier.statuses[0]
    #expect(status.words == nil && status.sent == 2 && status.failed == 0)
    #expect(status.lastFailure == SinkStatus.Failure(line: "503 from /x", at: instant(6)))
  }

  @Test func aSinkThatWantsToBeLeftAloneIs() async throws {
    var failure = Self.passing
    failure.retryAfter = .seconds(90)
    let notifier = Notifier([ScriptedSink(failures: [failure])], settings: settings(clock))
    try await running(notifier) {
      await notifier.submit(firing("a"))
      await clock.waitForSleepers(1)
      clock.advance(by: .seconds(89))
      #expect(clock.sleeperCount == 1)
      clock.advance(by: .seconds(1))
      await notifier.waitUntilIdle()
    }
  }

  @Test func whatNeverHelpsIsNotTriedAgain() async throws {
    let sink = ScriptedSink(failures: [SinkFailure("exit 3\u{1B}[31m\n")])
    let notifier = Notifier([sink], settings: settings(clock))
    try await running(notifier) {
      await notifier.submit(firing("a"))
      await notifier.submit(firing("b"))
      await notifier.waitUntilIdle()
    }
    #expect(sink.slots == ["b"])
    let status = await notifier.statuses[0]
    #expect(status.failed == 1 && status.sent == 1 && status.lastFailure?.line == "exit 3\u{FFFD}[31m ")
  }

  @Test func afterAnHourANoticeIsGivenUp() async throws {
    let sink = ScriptedSink(failures: Array(repeating: Self.passing, count: 200))
    let notifier = Notifier([sink], settings: settings(clock))
    try await running(notifier) {
      await notifier.submit(firing("a"))
      // The next wait would end after 3,602 seconds.
      for wait in [2, 4, 8, 16, 32] + Array(repeating: 60, count: 58) {
        await clock.waitForSleepers(1)
        clock.advance(by: .seconds(wait))
      }
      await notifier.waitUntilIdle()
      #expect(await notifier.statuses[0].failed == 1)
    }
  }

  @Test func aFullQueueDropsWhatIsSupersededFirst() async throws {
    let sink = ScriptedSink(isShut: true)
    let notifier = Notifier([sink], settings: settings(clock, maxWaiting: 4))
    try await running(notifier) {
      await notifier.submit(firing("first"))
      await sink.gate.waitForArrivals(1)
      for slot in ["a", "b"] { await notifier.submit(firing(slot)) }
      for slot in ["b", "a"] { await notifier.submit(firing(slot).resolved(at: instant(9))) }
      for slot in ["c", "d", "e"] { await notifier.submit(firing(slot)) }
      #expect(await notifier.statuses[0].dropped == 3)
      sink.gate.open()
      await notifier.waitUntilIdle()
    }
    // Both firings left for their resolutions, and then the oldest of what has nothing behind it.
    #expect(sink.slots == ["first", "-a", "c", "d", "e"])
  }

  @Test func whatFiresIsToldAgainEachMinuteAndForSomeTimeThatItIsOver() async throws {
    let sink = ScriptedSink(
      maxBatch: 2, resending: Resending(interval: .seconds(60), afterResolution: .seconds(120)))
    let notifier = Notifier([sink], settings: settings(clock))
    try await running(notifier) {
      for slot in ["a", "b", "c"] { await notifier.submit(firing(slot)) }
      await notifier.waitUntilIdle()
      let first = sink.slots.count
      #expect(first == 3)
      await notifier.submit(firing("b").resolved(at: instant(30)))
      await notifier.waitUntilIdle()
      var told: [[String]] = []
      for _ in 0..<4 {
        let before = sink.taken.arrivals
        await clock.waitForSleepers(1)
        clock.advance(by: .seconds(60))
        await sink.taken.waitForArrivals(before + 1)
        await clock.waitForSleepers(1)
        await notifier.waitUntilIdle()
        told.append(
          sink.batches[before...].flatMap { $0 }.map { ($0.isFiring ? "" : "-") + ($0.identity.slotID ?? "") })
      }
      #expect(told == [["a", "-b", "c"], ["a", "-b", "c"], ["a", "c"], ["a", "c"]])
      #expect(sink.batches.allSatisfy { $0.count <= 2 })
    }
    #expect(await notifier.statuses[0].sent == 4, "to be told again is no transition")
  }

  @Test func waitingEndsAtItsLimit() async throws {
    let sink = ScriptedSink(isShut: true)
    let notifier = Notifier([sink], settings: settings(clock))
    try await running(notifier) {
      await notifier.submit(firing("a"))
      async let isIdle = notifier.waitUntilIdle(atMost: .seconds(5))
      await clock.waitForSleepers(1)
      clock.advance(by: .seconds(5))
      #expect(await isIdle == false)
    }
  }
}
