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

  /// The frame. What a key causes to be read or kept is awaited before the next one.
  /// - Parameter awaited: waits for what one such effect ends with.
  /// - Returns: what a terminal of that size would show.
  /// - Throws: what became of the first read if it failed, and of the one of the instant that the dashboard is opened at:
  ///   there is nothing to draw then.
  package func frame<Failure: Error>(
    awaited: (@escaping @Sendable () async throws -> [Message]) throws(Failure) -> [Message]
  ) throws(Failure) -> Surface {
    let reader = reader
    var moment = Moment(wall: reader.wallClock(), uptime: .zero)
    var state = DashboardState(options: options, size: size, now: moment)
    let asked = state.reduce(.tick, at: moment).filter { $0 != .read(isFresh: false) }
    let first = try awaited { [.readEnded(try await reader.readOrThrow(after: nil, isFresh: false))] }
    // However long the read took, its data is not from the future.
    moment.wall = reader.wallClock()
    let opening = asked + take(first, after: nil, &state, at: moment)
    try settle(opening, isOpening: true, &state, at: moment, awaited)
    for key in keys { try settle(state.reduce(.key(key), at: moment), &state, at: moment, awaited) }
    return state.view()
  }

  /// Does what is asked for, and what follows from that.
  private func settle<Failure: Error>(
    _ effects: [Effect], isOpening: Bool = false, _ state: inout DashboardState, at moment: Moment,
    _ awaited: (@escaping @Sendable () async throws -> [Message]) throws(Failure) -> [Message]
  ) throws(Failure) {
    let reader = reader
    var waiting = effects
    while !waiting.isEmpty {
      let effect = waiting.removeFirst()
      let previous = state.newest
      let messages: [Message]
      switch effect {
      case .read(let isFresh):
        messages = try awaited { [.readEnded(await reader.read(after: previous, isFresh: isFresh))] }
      case .readPast(let wish, let window) where isOpening:
        messages = try awaited { [.pastRead(try await reader.pastOrThrow(wish, opening: window))] }
      case .readChanged, .gather, .focus, .copy, .redraw, .quit, .onCall(.ring), .onCall(.notify): continue
      default: messages = try awaited { await reader.answer(effect) }
      }
      waiting += take(messages, after: previous, &state, at: moment)
    }
  }

  /// Takes in what an effect ended with, and what rules say of it.
  private func take(
    _ messages: [Message], after previous: Fleet?, _ state: inout DashboardState, at moment: Moment
  ) -> [Effect] {
    var effects: [Effect] = []
    for message in messages {
      effects += state.reduce(message, at: moment)
      guard case .readEnded(let outcome) = message, let onCall = reader.onCall else { continue }
      for message in onCall.look(at: outcome, after: previous) { effects += state.reduce(message, at: moment) }
    }
    return effects
  }
}
