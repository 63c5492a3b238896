import Dashboard
import TerminalUI

/// One frame of the dashboard after some keys, without a terminal.
package struct ScreenRun: Sendable {
  private let reader: DashboardReader
  private let options: DashboardOptions
  private let size: Size
  private let keys: [Key]

  /// A run.
  /// - Parameters:
  ///   - reader: what reads.
  ///   - options: the dashboard's.
  ///   - size: how large the frame is.
  ///   - keys: what is pressed before, in order.
  package init(reader: DashboardReader, options: DashboardOptions, size: Size, keys: [Key]) {
    self.reader = reader
    self.options = options
    self.size = size
    self.keys = keys
  }

  /// The frame. The reads that a key causes are awaited before the next one.
  /// - Parameter awaited: waits for one read.
  /// - Returns: what a terminal of that size would show.
  /// - Throws: what became of the first read if it failed: there is nothing to draw then.
  package func frame<Failure: Error>(
    awaited: (@escaping @Sendable () async throws -> ReadOutcome) throws(Failure) -> ReadOutcome
  ) throws(Failure) -> Surface {
    let reader = reader
    let moment = Moment(wall: reader.wallClock(), uptime: .zero)
    var state = DashboardState(options: options, size: size, now: moment)
    _ = state.reduce(.tick, at: moment)
    let first = try awaited { try await reader.readOrThrow(after: nil, isFresh: false) }
    _ = state.reduce(.readEnded(first), at: moment)
    for key in keys {
      var effects = state.reduce(.key(key), at: moment)
      while let isFresh = effects.freshness {
        let previous = state.newest
        let next = try awaited { await reader.read(after: previous, isFresh: isFresh) }
        effects = state.reduce(.readEnded(next), at: moment)
      }
    }
    return state.view()
  }
}

extension [Effect] {
  /// Whether a read is asked for, and whether past the cache.
  fileprivate var freshness: Bool? {
    for case .read(let isFresh) in self { return isFresh }
    return nil
  }
}
