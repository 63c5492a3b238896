import StatsFormats

/// What became of a body of events.
enum IntakeOutcome: Sendable {
  /// It was stored, as far as it was not refused.
  case stored(accepted: Int, duplicate: Int, refused: [EventItems.Refusal], refusedCount: Int)
  /// Nothing of it was stored.
  case failed(reason: String)

  /// The answer that says so.
  var answer: Response {
    switch self {
    case .failed(let reason): .error(.unavailable, reason)
    case .stored(1, 0, _, 0): .one
    case .stored(let accepted, let duplicate, let refused, let refusedCount):
      .object { writer in
        writer.member("accepted", accepted)
        writer.member("duplicate", duplicate)
        writer.key("refused")
        writer.array { writer in
          for refusal in refused {
            writer.object { writer in
              writer.member("index", refusal.index)
              writer.member("reason", refusal.reason)
            }
          }
        }
        if refusedCount > refused.count { writer.member("refused_total", refusedCount) }
      }
    }
  }
}

extension Response {
  /// One accepted event, by far the most usual answer.
  fileprivate static let one = object { writer in
    writer.member("accepted", 1)
    writer.member("duplicate", 0)
    writer.key("refused")
    writer.array { _ in }
  }
}
