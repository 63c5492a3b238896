import AsyncHTTPClient

/// Whether a request that failed is sent once more. A pure value, one for each request.
struct Resending {
  /// What became of a request that failed, as far as that can be known.
  enum Rest: Hashable {
    /// The server said that it did nothing with it, or the connection was ending before the request was on its way.
    case untouched
    /// Its stream ended with the connection, or was given up by the server.
    case dropped
    /// The connection proved to be closed before any of it was sent.
    case unsent
    /// The connection was closed before anything of an answer came: it may have been done.
    case unanswered
    /// It was answered, or ran out of time, or there is no connection at all.
    case other
  }

  /// How often a request is sent again that the server leaves undone: many at once may all meet the end of one
  /// connection, and then the end of the next one.
  private static let maxRefusals = 3

  private let isRepeatable: Bool
  private var refusals = 0
  /// Whether it was sent again over a connection that should be a new one.
  private(set) var isSecond = false

  /// One that has not failed; `isRepeatable` where it may be done twice.
  init(isRepeatable: Bool) { self.isRepeatable = isRepeatable }

  /// Whether to send it again after this; `mayBeStale` where there may be connections that have been closed since they
  /// served.
  mutating func allows(_ rest: Rest, mayBeStale: Bool) -> Bool {
    switch rest {
    case .untouched, .dropped:
      refusals += 1
      return refusals <= Self.maxRefusals && (rest == .untouched || isRepeatable)
    case .unsent, .unanswered:
      guard mayBeStale, !isSecond, rest == .unsent || isRepeatable else { return false }
      isSecond = true
      return true
    case .other: return false
    }
  }
}

extension Resending.Rest {
  /// What is left of a request after an error in this phase.
  init(after error: any Error, phase: IncomingResponse.Phase) {
    switch phase {
    case .connecting where ConnectionWords.isRefusal(error), .waiting where ConnectionWords.isRefusal(error):
      self = .untouched
    case .waiting where ConnectionWords.isDropped(error): self = .dropped
    // Nobody here cancels a request this way: the connection that it was given to was about to end.
    case .connecting where error as? HTTPClientError == .cancelled: self = .untouched
    case .connecting where ConnectionWords.isClosing(error): self = .unsent
    case .waiting where ConnectionWords.isClosing(error): self = .unanswered
    case .connecting, .waiting, .reading: self = .other
    }
  }
}
