/// How often something is tried, and the pauses between.
///
/// The n-th pause is `firstPause` · 2ⁿ⁻¹, at most `longestPause`, shortened by chance by up to a half so that those who
/// failed together do not come back together.
public struct RetryPolicy: Hashable, Sendable {
  /// How often it is tried in all, from 1.
  public var attempts: Int
  /// The pause after the first failure.
  public var firstPause: Duration
  /// No pause is longer, unless a provider asks for more.
  public var longestPause: Duration

  /// A policy. `attempts` below 1 is taken as 1.
  public init(attempts: Int = 3, firstPause: Duration = .seconds(1), longestPause: Duration = .seconds(60)) {
    self.attempts = max(1, attempts)
    self.firstPause = max(.zero, firstPause)
    self.longestPause = max(.zero, longestPause)
  }

  /// The pause after the `attempt`-th failure, from 1: the whole one for a `chance` of 0, half of it for 1.
  public func pause(after attempt: Int, chance: Double) -> Duration {
    // Thirty doublings are more than any pause bears.
    let doublings = min(max(attempt - 1, 0), 30)
    let whole = min(firstPause * (1 << doublings), longestPause)
    return whole * (1 - min(max(chance, 0), 1) / 2)
  }
}
