import FoundationEssentials
import HTTPTransport
import SlotStats
import StatsFormats
import Synchronization

extension PanelFleet {
  /// What the panel is known to have: days and weeks until it or one of its slots has told more.
  package nonisolated var windows: Set<StatsWindow> { client.windows.value.ofSlots }

  /// The windows that are read while this is looked at: that on the screen, its companion, then days and weeks.
  ///
  /// Whatever else a panel has is read while somebody looks at it, and at no other time.
  func windows(_ focus: ReadFocus) -> [StatsWindow] {
    let pair = Self.pair(focus)
    let rest = StatsWindow.allCases.filter { StatsWindow.usual.contains($0) && !pair.contains($0) }
    return (pair + rest).filter(windows.contains)
  }

  /// Those of them that all slots together are asked for; by the others they are the sum of the slots.
  func windowsOfAll(_ focus: ReadFocus) -> [StatsWindow] {
    windows(focus).filter(client.windows.value.ofAll.contains)
  }

  /// Those of them that a pass reads slots by: all of them on a small panel, else what can be seen.
  func foregroundWindows(_ focus: ReadFocus) -> [StatsWindow] {
    let all = windows(focus)
    let seen = Self.pair(focus).filter(all.contains)
    return table.slots.count <= Self.smallFleet || seen.isEmpty ? all : seen
  }

  private static func pair(_ focus: ReadFocus) -> [StatsWindow] {
    [focus.window, focus.window.companion]
  }

  // MARK: Hours

  /// Asks a slot for hours, if need be; one that is looked at, where there is one. What keeps it from answering keeps
  /// nothing else back: it is asked again with a later pass.
  func learnHours(
    _ focus: ReadFocus, _ list: PanelPages<PanelSlotList>, at instant: Date
  ) async throws {
    guard client.windows.value.isOpen else { return }
    let now = wallClock()
    // A clock that was set back must not lengthen the wait.
    if let respite = hoursRespite, respite.contains(now) { return }
    let (slots, focused) = (list.slots, Set(focus.slots))
    let order = slots.filter { focused.contains($0.id) } + slots.filter { !focused.contains($0.id) }
    var retryAfter: Duration?
    do {
      try await client.learnHours(of: order, at: instant)
      if !client.windows.value.isOpen { return }
    } catch let failure as StatsSourceError {
      retryAfter = failure.retryAfter
    }
    let wait = hoursBackoff.fail(interval: timing.interval, retryAfter: retryAfter, random: timing.random())
    hoursRespite = now..<now.addingTimeInterval(wait / .seconds(1))
  }

  // MARK: What somebody began to look at

  /// Reads windows that nobody looked at before without waiting for the next pass: all slots together, then what is
  /// looked at, then the others in the background. All of it is of the instant of the last pass.
  func readAhead() {
    let focus = latestFocus.withLock { $0 }
    guard ahead == nil, isConsistent, !isShutDown, let clock, let focus else { return }
    guard windows(focus).contains(where: { table.ranges[$0] == nil }) else { return }
    ahead = Task { [weak self] in await self?.open(focus, clock) }
  }

  private func open(_ focus: ReadFocus, _ clock: PanelClock) async {
    var totals: [(window: StatsWindow, range: PanelRange, pages: PanelPages<PanelGlobalPage>)] = []
    defer { ahead = nil }
    for window in windowsOfAll(focus) where globalPages[window] == nil {
      let range = PanelRange.shownGlobal(window, at: clock.instant)
      // The next pass finds out what is the matter, and says it.
      guard let pages = try? await client.globalRows(range, known: [], .foreground) else { return }
      totals.append((window, range, pages))
    }
    // A pass that is under way, or has come between, goes on by itself from where it is.
    guard isConsistent, self.clock == clock, !Task.isCancelled else { return }
    table.adopt(
      slots: table.slots, windows: windows(focus), summed: client.windows.value.summed, at: clock.instant)
    for (window, range, pages) in totals { adopt(pages, window, range) }
    readInBackground(focus)
  }
}
