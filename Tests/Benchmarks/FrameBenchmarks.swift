import Dashboard
import Foundation
import SlotStats
import TerminalUI

/// What a key, a tick and a reading cost the dashboard: reducer, view and surface, at 200 × 50.
let frameBenchmarks: [Benchmark] = [15, 10_000].flatMap { slots in
  [
    Benchmark("frame: tick and view, \(slots) slots", repetitions: 200) {
      let state = openDashboard(slots: slots)
      return Benchmark.Work(ours: { times in
        var state = state
        for _ in 0..<times { keep(frame(&state, .tick)) }
      })
    },
    Benchmark("frame: cursor down and view, \(slots) slots", repetitions: 200) {
      let state = openDashboard(slots: slots)
      return Benchmark.Work(ours: { times in
        var state = state
        for _ in 0..<times { keep(frame(&state, .key(.down))) }
      })
    },
    Benchmark("frame: another window and view, \(slots) slots", repetitions: 20) {
      let state = openDashboard(slots: slots)
      return Benchmark.Work(ours: { times in
        var state = state
        for turn in 0..<times { keep(frame(&state, .key(.character(turn % 2 == 0 ? "w" : "d")))) }
      })
    },
    Benchmark("frame: a changed reading and view, \(slots) slots", repetitions: 10) {
      let state = openDashboard(slots: slots)
      let fleets = (1...2).map { fleet(slots: slots, changed: $0) }
      let changes = [FleetChange(from: fleets[1], to: fleets[0]), FleetChange(from: fleets[0], to: fleets[1])]
      return Benchmark.Work(ours: { times in
        var state = state
        for turn in 0..<times {
          keep(frame(&state, .readEnded(.fleet(fleets[turn % 2], change: changes[turn % 2]))))
        }
      })
    },
    Benchmark("judge: a reading by both windows, \(slots) slots", repetitions: slots > 100 ? 3 : 300) {
      let reading = FleetMaker.reading(FleetMaker.document(slots: slots))
      return Benchmark.Work(ours: { times in
        for _ in 0..<times { keep(Fleet(reading, thresholds: .standard)) }
      })
    },
    Benchmark("judge: what changed between readings, \(slots) slots", repetitions: slots > 100 ? 3 : 300) {
      let fleets = (1...2).map { fleet(slots: slots, changed: $0) }
      return Benchmark.Work(ours: { times in
        for _ in 0..<times { keep(FleetChange(from: fleets[0], to: fleets[1])) }
      })
    },
  ]
}

private let moment = Moment(wall: FleetMaker.instant.addingTimeInterval(5), uptime: .seconds(5))

private func fleet(slots: Int, changed: Int = 0) -> Fleet {
  let document = FleetMaker.document(slots: slots, changed: changed)
  return Fleet(FleetMaker.reading(document, version: UInt64(changed + 1)), thresholds: .standard)
}

private func openDashboard(slots: Int) -> DashboardState {
  let options = DashboardOptions(sourceLabel: "benchmark")
  var state = DashboardState(options: options, size: Size(columns: 200, rows: 50), now: moment)
  _ = state.reduce(.tick, at: moment)
  _ = state.reduce(.readEnded(.fleet(fleet(slots: slots), change: nil)), at: moment)
  return state
}

private func frame(_ state: inout DashboardState, _ message: Message) -> Surface {
  _ = state.reduce(message, at: moment)
  return state.view()
}

/// Keeps the optimiser from leaving work out.
@inline(never)
private func keep(_ value: some Any) {}
