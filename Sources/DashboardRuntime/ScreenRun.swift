import Dashboard
import SlotStats
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
  /// - Parameter awaited: waits for one read, and gives what it ended with.
  /// - Returns: what a terminal of that size would show.
  /// - Throws: what became of the first read if it failed, and of the one of the instant that the dashboard is opened at:
  ///   there is nothing to draw then.
  package func frame<Failure: Error>(
    awaited: (@escaping @Sendable () async throws -> Message) throws(Failure) -> Message
  ) throws(Failure) -> Surface {
    let reader = reader
    var moment = Moment(wall: reader.wallClock(), uptime: .zero)
    var state = DashboardState(options: options, size: size, now: moment)
    var effects = state.reduce(.tick, at: moment)
    let first = try awaited { .readEnded(try await reader.readOrThrow(after: nil, isFresh: false)) }
    // However long the read took, its data is not from the future.
    moment.wall = reader.wallClock()
    effects = effects.filter { $0.freshness == nil } + state.reduce(first, at: moment)
    while let (wish, window) = effects.past {
      let then = try awaited { .pastRead(try await reader.pastOrThrow(wish, opening: window)) }
      effects = state.reduce(then, at: moment)
    }
    for key in keys {
      var effects = state.reduce(.key(key), at: moment)
      while true {
        let ended: Message
        if let isFresh = effects.lazy.compactMap(\.freshness).first {
          let previous = state.newest
          ended = try awaited { .readEnded(await reader.read(after: previous, isFresh: isFresh)) }
        } else if let (wish, window) = effects.past {
          ended = try awaited { .pastRead(await reader.past(wish, opening: window)) }
        } else {
          break
        }
        effects = state.reduce(ended, at: moment)
      }
    }
    return state.view()
  }
}

extension Effect {
  /// Whether a read is asked for, and whether past the cache.
  fileprivate var freshness: Bool? {
    if case .read(let isFresh) = self { return isFresh }
    return nil
  }
}

extension [Effect] {
  /// The read of the past that is asked for.
  fileprivate var past: (PastWish, StatsWindow)? {
    for case .readPast(let wish, let window) in self { return (wish, window) }
    return nil
  }
}
