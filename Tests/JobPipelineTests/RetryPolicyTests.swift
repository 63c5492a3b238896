import JobPipeline
import Testing

@Suite struct RetryPolicyTests {
  @Test func pausesDoubleUpToTheLongestOne() {
    let policy = RetryPolicy(attempts: 9, firstPause: .seconds(1), longestPause: .seconds(10))
    #expect((1...6).map { policy.pause(after: $0, chance: 0) } == [1, 2, 4, 8, 10, 10].map { .seconds($0) })
    #expect(policy.pause(after: .max, chance: 0) == .seconds(10))
  }

  @Test func chanceShortensAPauseByAtMostAHalf() {
    let policy = RetryPolicy(firstPause: .seconds(4))
    #expect(policy.pause(after: 1, chance: 0.5) == .seconds(3))
    #expect(policy.pause(after: 1, chance: 1) == .seconds(2))
    #expect(policy.pause(after: 1, chance: 7) == .seconds(2))
  }

  @Test func triesAtLeastOnce() {
    #expect(RetryPolicy(attempts: -3).attempts == 1)
  }
}
