/// Why a source gave nothing, in words for the person who must mend it.
///
/// An adapter translates every failure once into this. The texts may hold input from outside; whoever prints them
/// neutralises them.
public struct StatsSourceError: Error, Hashable, Sendable {
  /// What sort of failure; decides the exit code.
  public enum Kind: Hashable, Sendable {
    /// The input is there and its content is refused.
    case contentRefused
    /// The input file is missing or a directory.
    case inputMissing
    /// A remote source is unreachable or failing.
    case unreachable
    /// Reading or writing failed.
    case inputOutput
    /// The system, or the source, does not permit it.
    case notPermitted
    /// The source has no slot of this id.
    case noSuchSlot
    /// The source, or what was recorded of it, has nothing of the past instant that was asked for.
    case notKept
  }

  /// What sort of failure.
  public let kind: Kind
  /// What could not be done, such as `Cannot read snapshot "stats.json"`.
  public let action: String
  /// Why, with the place and the value in quotes, short enough for a status line.
  public let cause: String
  /// How long the source is to be left alone, from now; `nil` where nothing is said.
  public var retryAfter: Duration?

  /// A failure.
  public init(_ kind: Kind, action: String, cause: String, retryAfter: Duration? = nil) {
    self.kind = kind
    self.action = action
    self.cause = cause
    self.retryAfter = retryAfter
  }

  /// The whole line: action, colon, cause.
  public var line: String { "\(action): \(cause)" }
}
