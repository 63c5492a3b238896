import FoundationEssentials
import HTTPTransport
import SlotStats
import Synchronization

/// What a panel has told of changes that no pass has read yet, and who listens to it.
final class PanelChanges: Sendable {
  private struct State {
    var told: StatsChange?
    var listening: Task<Void, Never>?
    var hasEnded = false
  }

  /// Tells those who want to know.
  let feed = StatsChangeFeed()
  private let state = Mutex(State())

  deinit { state.withLock { $0.listening }?.cancel() }

  /// Begins to listen, unless somebody does.
  func listen(_ body: @escaping @Sendable (_ tell: @escaping @Sendable (StatsChange) -> Void) async -> Void) {
    state.withLock { state in
      guard state.listening == nil, !state.hasEnded else { return }
      let tell: @Sendable (StatsChange) -> Void = { [weak self] in self?.note($0) }
      state.listening = Task { await body(tell) }
    }
  }

  private func note(_ change: StatsChange) {
    put(change)
    feed.publish(change)
  }

  /// Keeps a change for the next pass.
  func put(_ change: StatsChange) {
    state.withLock { state in
      if state.told == nil { state.told = change } else { state.told?.formUnion(change) }
    }
  }

  /// What was told since the last call.
  func take() -> StatsChange? {
    state.withLock { state in
      defer { state.told = nil }
      return state.told
    }
  }

  /// Listens no more.
  func end() {
    state.withLock { state in
      state.hasEnded = true
      defer { state.listening = nil }
      return state.listening
    }?.cancel()
    feed.finish()
  }
}

extension PanelFleet {
  /// What the panel tells of changes, where it does. The first call opens its stream.
  package nonisolated func changes() -> StatsChanges? {
    let sequence = told.feed.changes()
    let (client, random, wallClock) = (client, timing.random, wallClock)
    told.listen { tell in
      await PanelListener(client: client, random: random, wallClock: wallClock, tell: tell).run()
    }
    return sequence
  }

  /// Reads what changed and nothing else, where that is known and enough: all slots together, and the changed ones.
  /// - Returns: `nil` where everything has to be read.
  func changedPass(_ change: StatsChange?) async throws -> SourceVersion? {
    let began = wallClock()
    guard let slots = change?.slots, slots.count <= Self.maxForeground, isConsistent, var clock,
      let fullPassBegan, case 0..<(timing.interval / .seconds(1)) = began.timeIntervalSince(fullPassBegan),
      slots.allSatisfy({ slot in table.series(PanelTable.Unit(slotID: slot, window: .standard)) != nil })
    else { return nil }
    let shift = clock.instant.timeIntervalSince(clock.began)
    clock.move(to: began, instant: began.addingTimeInterval(shift))
    let focus = latestFocus.withLock { $0 } ?? ReadFocus()
    let (windows, windowsOfAll) = (windows(focus), windowsOfAll(focus))
    guard
      windowsOfAll.allSatisfy({ globalPages[$0]?.range == PanelRange.shownGlobal($0, at: clock.instant) }),
      windows.allSatisfy({ table.ranges[$0] == PanelRange.shown($0, at: clock.instant) })
    else { return nil }
    for window in windowsOfAll {
      let range = PanelRange.shownGlobal(window, at: clock.instant)
      let pages = try await client.globalRows(range, known: globalPages[window]?.pages.pages ?? [], .foreground)
      // From here on until the end, the table is of two readings.
      isConsistent = false
      adopt(pages, window, range)
    }
    for window in windows {
      let outcome = try await read(slots.sorted().map { PanelTable.Unit(slotID: $0, window: window) })
      // Whatever is the matter, a full pass finds it out and says it.
      if !outcome.failures.isEmpty { return nil }
    }
    self.clock = clock
    isConsistent = true
    backoff.succeed()
    return version(clock)
  }
}
