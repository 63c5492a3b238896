import SlotStats

/// Where events are handed on to.
struct DeliverySink: Sendable {
  /// How far a delivery came.
  struct Progress: Sendable {
    /// How many, from the first, were taken.
    var taken: Int
    /// Why the next one was not; `nil` where all were taken.
    var failure: (any Error)?
  }

  /// Hands events on, in order.
  let deliver: @Sendable (ArraySlice<ProcessingLog>) async -> Progress

  /// One after the other, to the statistics.
  init(_ stats: any StatsService) {
    deliver = { logs in
      for (taken, log) in logs.enumerated() {
        do {
          try await stats.recordProcessingEvent(log)
        } catch {
          return Progress(taken: taken, failure: error)
        }
      }
      return Progress(taken: logs.count)
    }
  }

  /// All or none, to a store that takes many at once.
  init(batches: @escaping @Sendable ([ProcessingLog]) async throws -> Void) {
    deliver = { logs in
      do {
        try await batches(Array(logs))
        return Progress(taken: logs.count)
      } catch {
        guard logs.count > 1, error.isRefusal else { return Progress(taken: 0, failure: error) }
      }
      // One of them is refused: the others are not to suffer for it.
      for (taken, log) in logs.enumerated() {
        do {
          try await batches([log])
        } catch {
          return Progress(taken: taken, failure: error)
        }
      }
      return Progress(taken: logs.count)
    }
  }
}

extension Error {
  /// Whether the content is refused, so that another attempt is useless.
  var isRefusal: Bool { (self as? StatsSourceError)?.kind == .contentRefused }
}
