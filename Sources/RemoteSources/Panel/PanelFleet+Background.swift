import FoundationEssentials
import HTTPTransport
import SlotStats
import Synchronization

extension PanelFleet {
  /// After how many failures in a row the background ends: what fails is the panel, not a slot.
  static var maxFailuresInARow: Int { PanelClient.maxRequests }

  /// Begins a round in the background, unless one is under way, for what was not tried after the try of this number.
  /// `elapsed` are the seconds since the pass before began; `nil` for the first one.
  func startBackground(_ focus: ReadFocus, since mark: UInt64, after elapsed: TimeInterval?) {
    guard background == nil, !isShutDown else { return }
    // A clock that was set back tells nothing.
    let passed = elapsed.flatMap { $0 > 0 ? $0 : nil } ?? timing.interval / .seconds(1)
    let seconds = max(1, min(passed, 300))
    queue = units(focus, since: mark, allowance: Int(seconds * Self.backgroundRate)).reversed()
    runBackground(since: mark)
  }

  /// Reads in the background what was never tried, and of that first what is looked at.
  func readInBackground(_ focus: ReadFocus) {
    guard background != nil else { return startBackground(focus, since: table.lastTry, after: nil) }
    queue += units(foreground(focus), windows(focus)).filter { table.series($0)?.lastTry == nil }.reversed()
  }

  private func runBackground(since mark: UInt64) {
    guard !queue.isEmpty, !isShutDown else { return }
    failuresInARow = 0
    // Each request holds the fleet for itself alone, so that letting go of it ends the round.
    background = Task { [weak self] in
      await withDiscardingTaskGroup { group in
        for _ in 0..<PanelClient.maxRequests {
          group.addTask { while await self?.readNext(since: mark) == true {} }
        }
      }
      await self?.endBackground(since: mark)
    }
  }

  private func endBackground(since mark: UInt64) {
    background = nil
    // Something may have been added at the last moment.
    runBackground(since: mark)
  }

  private func readNext(since mark: UInt64) async -> Bool {
    guard !Task.isCancelled else { return false }
    while let unit = queue.popLast() {
      // A pass may have read it meanwhile, or dropped it.
      guard let series = table.series(unit), series.lastTry.map({ $0 <= mark }) ?? true else { continue }
      guard let failure = try? await read(unit, .background) else {
        failuresInARow = 0
        return true
      }
      failuresInARow += 1
      let isOver = failure.retryAfter != nil || failure.kind == .notPermitted
      if isOver || failuresInARow >= Self.maxFailuresInARow { queue = [] }
      return true
    }
    return false
  }

  /// What the background is to read, in order: the rest of what is looked at, what was never tried, and else what was
  /// not tried for longest, as far as the allowance goes.
  private func units(_ focus: ReadFocus, since mark: UInt64, allowance: Int) -> [PanelTable.Unit] {
    let windows = windows(focus)
    let focused = foreground(focus)
    let first = Set(focused)
    let others = table.slots.lazy.map(\.id).filter { !first.contains($0) }
    let candidates = units(focused, windows) + units(Array(others), windows)
    let new = candidates.filter { table.series($0)?.lastTry == nil }
    guard new.isEmpty else { return new }
    let now = wallClock()
    let due = candidates.compactMap { unit in table.series(unit)?.lastTry.map { (unit: unit, lastTry: $0) } }
      .filter { $0.lastTry <= mark && table.respite(of: $0.unit, at: now) == nil }
      .sorted { $0.lastTry < $1.lastTry }
    var allowance = allowance
    return due.lazy.map(\.unit).prefix { unit in
      allowance -= table.requests(for: unit, at: now).count
      return allowance >= 0
    }
  }

  private func units(_ slotIDs: [Slot.ID], _ windows: [StatsWindow]) -> [PanelTable.Unit] {
    windows.flatMap { window in slotIDs.map { PanelTable.Unit(slotID: $0, window: window) } }
  }
}
