#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What the newest failures of a slot say, messages that differ in numbers and names alone taken together.
public struct FailureMessages: Hashable, Sendable {
  /// Messages that are alike.
  public struct Pattern: Hashable, Sendable {
    /// What they have in common; what differs is a placeholder such as `<n>`. At most ``MessagePattern/maxLength``
    /// characters and its `…`; may hold any other text from outside, though no secret that is known as one.
    public var text: String
    /// How many there are, from 1.
    public var count: Int
    /// When the newest of them happened.
    public var newest: Date

    /// A pattern.
    public init(text: String, count: Int, newest: Date) {
      self.text = text
      self.count = count
      self.newest = newest
    }
  }

  /// One message, as a failure gave it.
  public struct Message: Hashable, Sendable {
    /// The text.
    public var text: String
    /// When the failure happened.
    public var at: Date

    /// A message.
    public init(_ text: String, at: Date) {
      self.text = text
      self.at = at
    }
  }

  /// The most messages that one reading looks at, the newest ones.
  public static let maxExamined = 500
  /// The most patterns that are told.
  public static let maxPatterns = 20

  /// The patterns, the most frequent first; of equally frequent ones the one that came last.
  public var patterns: [Pattern]
  /// How many failures with a message were looked at.
  public var examined: Int
  /// Failures before this instant were not looked at; `nil` where time set no bound.
  public var since: Date?

  /// What is told.
  public init(patterns: [Pattern], examined: Int, since: Date?) {
    self.patterns = patterns
    self.examined = examined
    self.since = since
  }

  /// Takes messages together that are alike; `limit` is how many patterns are told at most.
  public init(folding messages: some Sequence<Message>, since: Date?, limit: Int = maxPatterns) {
    var found: [String: Pattern] = [:]
    var examined = 0
    for message in messages {
      let text = MessagePattern.text(of: message.text)
      guard !text.isEmpty else { continue }
      examined += 1
      var pattern = found[text] ?? Pattern(text: text, count: 0, newest: message.at)
      pattern.count += 1
      pattern.newest = max(pattern.newest, message.at)
      found[text] = pattern
    }
    let sorted = found.values.sorted { left, right in
      if left.count != right.count { return left.count > right.count }
      if left.newest != right.newest { return left.newest > right.newest }
      return left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }
    self.init(patterns: Array(sorted.prefix(max(0, limit))), examined: examined, since: since)
  }
}
