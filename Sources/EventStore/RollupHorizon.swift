import FoundationEssentials
import GRDB
import SlotStats
import StatsFormats

/// From when on the buckets of each window are kept. It only ever moves forward: what was dropped is never begun anew,
/// so that a bucket which is there is whole.
struct RollupHorizon: Sendable {
  private var starts: [StatsWindow: Int64] = [:]

  /// The horizon as the store has it.
  init(_ db: Database) throws {
    let rows = try StoreStatement(db, "SELECT start FROM rollup_horizons WHERE width = ?1")
    for window in StatsWindow.allCases where window.facts.keptSeconds != nil {
      rows.bind(window.layout.number, at: 1)
      if try rows.step() { starts[window] = rows.int(0) }
      rows.reset()
    }
  }

  /// The first second whose bucket is kept, counted from 1970; always the start of a row.
  subscript(window: StatsWindow) -> Int64 { starts[window] ?? .min }

  /// Moves it to where it is at an instant, and keeps it.
  /// - Returns: the windows whose horizon moved.
  @discardableResult
  mutating func advance(to now: Date, _ settings: StoreSettings, _ db: Database) throws -> [StatsWindow] {
    var moved: [StatsWindow] = []
    for window in StatsWindow.allCases {
      guard let start = settings.keptFrom(window, at: now), start > self[window] else { continue }
      try move(window, to: start, db)
      moved.append(window)
    }
    return moved
  }

  /// Moves one window's horizon, and keeps it.
  mutating func move(_ window: StatsWindow, to start: Int64, _ db: Database) throws {
    starts[window] = start
    let write = try StoreStatement(db, "INSERT OR REPLACE INTO rollup_horizons VALUES (?1, ?2)")
    write.bind(window.layout.number, at: 1)
    write.bind(start, at: 2)
    try write.run()
  }
}

extension StoreSettings {
  /// From which second on the buckets of a window are kept at an instant; `nil` where they are kept for good.
  func keptFrom(_ window: StatsWindow, at now: Date) -> Int64? {
    guard let kept = keptSeconds(of: window) else { return nil }
    let second = Int64(min(max(now.timeIntervalSince1970.rounded(.down), -4e12), 4e12))
    return window.layout.blockStart(containing: window.layout.blockStart(containing: second) - kept)
  }
}
