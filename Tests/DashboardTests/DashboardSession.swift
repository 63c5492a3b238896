import Foundation
import SlotStats
import TerminalUI

@testable import Dashboard

/// A dashboard with clocks that move only when told: messages in, effects and frames out.
struct DashboardSession {
  var state: DashboardState
  private(set) var moment: Moment

  init(
    columns: Int = 120, rows: Int = 40, at wall: Date = Fixture.pictureNow,
    options: DashboardOptions = DashboardOptions(sourceLabel: "panel.snapshot.json")
  ) {
    moment = Moment(wall: wall, uptime: .zero)
    state = DashboardState(options: options, size: Size(columns: columns, rows: rows), now: moment)
  }

  /// A dashboard that has read `reading`, whose data is five seconds old.
  static func showing(
    _ reading: FleetReading, columns: Int = 120, rows: Int = 40,
    options: DashboardOptions = DashboardOptions(sourceLabel: "panel.snapshot.json")
  ) -> DashboardSession {
    var session = DashboardSession(
      columns: columns, rows: rows, at: reading.generatedAt.addingTimeInterval(5), options: options)
    session.tick()
    session.read(reading)
    return session
  }

  var lines: [String] { state.view().lines }
  var header: String { lines.first ?? "" }
  /// The line above the key hints.
  var status: String { lines.dropLast().last ?? "" }
  /// The ids in the order of the rows.
  var ids: [Slot.ID] { state.shownOrder }

  @discardableResult
  mutating func send(_ message: Message) -> [Effect] {
    let effects = state.reduce(message, at: moment)
    // What changed is worked out at once.
    return effects.flatMap { effect in
      guard case .compare(let question) = effect else { return [effect] }
      return send(.compared(question.answer))
    }
  }

  /// Presses keys by their names and gives the effects of the last one.
  @discardableResult
  mutating func press(_ names: String) throws -> [Effect] {
    var effects: [Effect] = []
    for key in try Key.parse(names: names) { effects = send(.key(key)) }
    return effects
  }

  @discardableResult
  mutating func tick(after seconds: Double = 0) -> [Effect] {
    wait(seconds)
    return send(.tick)
  }

  /// Lets both clocks go on and tells the dashboard nothing.
  mutating func wait(_ seconds: Double) {
    moment.wall += seconds
    moment.uptime += .seconds(seconds)
  }

  /// Moves the wall clock alone, as a person or a time server does.
  mutating func setWallClock(_ wall: Date) { moment.wall = wall }

  /// Ends the read under way with `reading`, compared with the one before.
  @discardableResult
  mutating func read(_ reading: FleetReading) -> [Effect] {
    let fleet = Fleet(reading, thresholds: ThresholdRules(state.options.thresholds))
    let change = state.newest.map { FleetChange(from: $0, to: fleet) }
    return send(.readEnded(.fleet(fleet, change: change)))
  }

  /// Ends the read under way with the same statistics.
  @discardableResult
  mutating func readUnchanged() -> [Effect] {
    guard let newest = state.newest else { return [] }
    return send(.readEnded(.unchanged(newest)))
  }

  @discardableResult
  mutating func fail(_ cause: String = "503 from /api/stats/global") -> [Effect] {
    send(.readEnded(.failed(cause: cause)))
  }
}
