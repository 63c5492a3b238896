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

  /// What listens to a panel holds of this, without keeping it.
  struct Link: Sendable {
    /// Tells a change.
    let tell: @Sendable (StatsChange) -> Void
    fileprivate let readFeed: StatsChangeFeed, recoveryFeed: StatsChangeFeed

    /// Tells of each read that succeeds from now on.
    func reads() -> StatsChanges { readFeed.changes() }

    /// Tells of each read that succeeds from now on after one that failed.
    func recoveries() -> StatsChanges { recoveryFeed.changes() }
  }

  /// Tells those who want to know.
  let feed = StatsChangeFeed()
  private let readFeed = StatsChangeFeed()
  private let recoveryFeed = StatsChangeFeed()
  private let state = Mutex(State())

  deinit { state.withLock { $0.listening }?.cancel() }

  /// Begins to listen, unless somebody does.
  func listen(_ body: @escaping @Sendable (Link) async -> Void) {
    state.withLock { state in
      guard state.listening == nil, !state.hasEnded else { return }
      let link = Link(tell: { [weak self] in self?.note($0) }, readFeed: readFeed, recoveryFeed: recoveryFeed)
      state.listening = Task { await body(link) }
    }
  }

  private func note(_ change: StatsChange) {
    put(change)
    feed.publish(change)
  }

  /// Takes note of a read that succeeded.
  func noteRead(afterFailure: Bool, at instant: Date) {
    readFeed.publish(StatsChange(slots: [], at: instant))
    if afterFailure { recoveryFeed.publish(StatsChange(slots: [], at: instant)) }
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
    told.listen { [weak self] link in
      await PanelListener(
        client: client, random: random, wallClock: wallClock, changes: link,
        mayHaveChanged: { [weak self] in await self?.mayHaveChanged() ?? false }
      ).run()
    }
    return sequence
  }

  /// Whether anything may have been counted since the last pass: asked of all slots together, which is one request and
  /// mostly one answer without a body. What that does not tell, such as a count that moved from one slot to another, is
  /// left to the next pass. After one that failed, anything may have.
  func mayHaveChanged() async -> Bool {
    // Its stream may be there again; it wants to be left alone all the same.
    if let restEnds, backoff.failures > 0, wallClock() < restEnds { return false }
    guard backoff.failures == 0, isConsistent, let clock, let known = globalPages[.standard] else { return true }
    let range = PanelRange.shownGlobal(.standard, at: clock.instant(at: wallClock()))
    guard range == known.range,
      let pages = try? await client.globalRows(range, known: known.pages.pages, .foreground)
    else { return true }
    return pages.isNew
  }

  /// Reads what changed and nothing else, where that is known and enough: all slots together, and the changed ones.
  /// - Returns: `nil` where everything has to be read.
  func changedPass(_ change: StatsChange?) async throws -> SourceVersion? {
    let began = wallClock()
    guard let slots = change?.slots, slots.count <= Self.maxForeground, isConsistent, var clock,
      let fullPassBegan, case 0..<(timing.interval / .seconds(1)) = began.timeIntervalSince(fullPassBegan),
      slots.allSatisfy({ slot in table.series(PanelTable.Unit(slotID: slot, window: .standard)) != nil })
    else { return nil }
    clock.move(to: began, instant: clock.instant(at: began))
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
    try await readRecent(of: slots, at: clock.instant)
    self.clock = clock
    isConsistent = true
    backoff.succeed()
    return version(clock)
  }
}
