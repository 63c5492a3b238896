import HTTPTransport
import Testing

@testable import RemoteSources

@Suite struct ListeningPausesTests {
  private let failed = LineStreamEnd.failed(HTTPFailure(.unreachable, "x"))

  /// The pauses after these ends, in seconds, with streams that stood for so long.
  private func pauses(_ pauses: inout ListeningPauses, _ ends: [(LineStreamEnd, age: Int)]) -> [Int] {
    ends.map { end, age in
      Int(pauses.pause(after: end, age: .seconds(age), random: 0.5).0 / .seconds(1))
    }
  }

  @Test func aStreamThatEndsSoonIsAskedForLessAndLess() {
    var one = ListeningPauses()
    _ = one.open()
    #expect(pauses(&one, Array(repeating: (.ended, age: 0), count: 8)) == [1, 2, 4, 8, 16, 32, 60, 60])
    #expect(pauses(&one, [(.ended, age: 2), (.ended, age: 10), (.ended, age: 10), (.ended, age: 0)]) == [60, 1, 1, 2])
  }

  @Test func anEndAndAFailureAreOne() {
    var one = ListeningPauses()
    _ = one.open()
    #expect(pauses(&one, [(.ended, age: 1), (failed, age: 0), (.ended, age: 1), (failed, age: 0)]) == [1, 2, 4, 8])
  }

  @Test func aStreamThatStoodForAWhileIsAskedForOften() {
    var one = ListeningPauses()
    _ = one.open()
    #expect(pauses(&one, [(.ended, age: 9)] + Array(repeating: (failed, age: 0), count: 5)) == [1, 2, 3, 3, 3, 3])
    // Also where a page of maintenance stands in its place, and not where that says for how long.
    #expect(pauses(&one, [(.absent, age: 0)]) == [3])
    let busy = LineStreamEnd.failed(HTTPFailure(.status(503), "x", retryAfter: .seconds(90)))
    #expect(pauses(&one, [(busy, age: 0)]) == [90])
  }

  @Test(arguments: [(0, 1), (1, 1), (1_000, 1), (7_000, 7), (999_999_999, 60)])
  func whatThePanelAsksForIsHonouredWithinReason(milliseconds: Int, seconds: Int) {
    var one = ListeningPauses()
    one.hear(milliseconds: milliseconds)
    #expect(pauses(&one, [(.ended, age: 9)]) == [seconds])
  }

  @Test func aStreamThatWasNeverThereIsLeftAlone() {
    var one = ListeningPauses()
    let pause = one.pause(after: .absent, age: .zero, random: 0.5)
    #expect(pause.0 == .seconds(3_600) && pause.until == .none)
  }

  @Test func aStreamThatWasThereIsAskedForAgainWithTheNextGoodRead() {
    var one = ListeningPauses()
    let wasOpen = [one.open(), one.open()]
    #expect(wasOpen == [false, true])
    let ends: [(LineStreamEnd, ListeningPauses.Wake)] = [
      (.absent, .nextRead), (.ended, .recovery), (failed, .recovery),
    ]
    for (end, wake) in ends {
      let pause = one.pause(after: end, age: .seconds(9), random: 0.5)
      #expect(pause.0 <= .seconds(4) && pause.until == wake)
    }
    let busy = LineStreamEnd.failed(HTTPFailure(.status(503), "x", retryAfter: .seconds(90)))
    let pause = one.pause(after: busy, age: .zero, random: 0.5)
    #expect(pause.0 == .seconds(90) && pause.until == .none)
  }
}
