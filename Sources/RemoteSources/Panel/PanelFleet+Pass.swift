import FoundationEssentials
import HTTPTransport
import SlotStats
import StatsFormats
import Synchronization

extension PanelFleet {
  /// How the slots of one turn came out.
  struct Outcome: Sendable {
    var good = 0
    var failures: [StatsSourceError] = []
    var unknown: Set<Slot.ID> = []
    /// How many failed since one was good.
    var failedInARow = 0

    /// Whether it is the panel that is in trouble, and no slot: then the rest is left to later.
    var isOfThePanel: Bool {
      failedInARow >= PanelFleet.maxFailuresInARow
        || failures.contains { $0.retryAfter != nil || $0.kind == .notPermitted }
    }

    /// Takes note of how one request came out.
    mutating func note(_ failure: StatsSourceError?, of slotID: Slot.ID) {
      guard let failure else {
        good += 1
        failedInARow = 0
        return
      }
      failures.append(failure)
      failedInARow += 1
      if failure.kind == .noSuchSlot { unknown.insert(slotID) }
    }
  }

  /// Reads what is looked at; only what changed, where the panel has told that and the rest was read lately.
  func pass() async throws -> SourceVersion {
    let change = told.take()
    let afterFailure = backoff.failures > 0
    do {
      let version: SourceVersion
      if let changed = try await changedPass(change) { version = changed } else { version = try await fullPass() }
      told.noteRead(afterFailure: afterFailure, at: wallClock())
      return version
    } catch {
      client.windows.forgetRefusal()
      // It is still to be read.
      if let change { told.put(change) }
      guard var failure = error as? StatsSourceError else { throw error }
      // One request an interval is all that a panel in trouble is asked for.
      queue = []
      background?.cancel()
      ahead?.cancel()
      restEnds = failure.retryAfter.map { wallClock().addingTimeInterval($0 / .seconds(1)) }
      failure.retryAfter = backoff.fail(
        interval: timing.interval, retryAfter: failure.retryAfter, random: timing.random())
      throw failure
    }
  }

  private func fullPass() async throws -> SourceVersion {
    let (began, mark) = (wallClock(), table.lastTry)
    let focus = latestFocus.withLock { $0 } ?? ReadFocus()
    // The background's share is that of the time since it last had one: passes of what changed are none of its turns.
    let previous = fullPassBegan
    let list = try await client.slotList(known: list.pages, .foreground)
    var clock = PanelClock(began: began, list: trustsServerDate ? list.stamp : nil)
    passClock = clock
    let instant = clock.instant
    async let hours: Void = learnHours(focus, list, at: instant)
    var globals: [StatsWindow: PanelPages<PanelGlobalPage>] = [:]
    for window in windowsOfAll(focus) {
      let range = PanelRange.shownGlobal(window, at: clock.instant)
      let known = globalPages[window].flatMap { $0.range == range ? $0.pages.pages : nil } ?? []
      let pages = try await client.globalRows(range, known: known, .foreground)
      clock.needs(pages.stamp)
      globals[window] = pages
    }
    // Only who looks at hours has to wait until it is known whether there are any.
    if !StatsWindow.usual.contains(focus.window) { try await hours }
    try Task.checkCancellation()
    adopt(list, globals, windows(focus), at: clock.instant)
    let windows = foregroundWindows(focus)
    try await readForeground(focus, windows: previous == nil ? Array(windows.prefix(1)) : windows)
    try await hours
    try await readRecent(at: clock.instant, isNew: globals.values.contains(where: \.isNew))
    self.clock = clock
    fullPassBegan = began
    isConsistent = true
    let version = version(clock)
    backoff.succeed()
    startBackground(focus, since: mark, after: previous.map { began.timeIntervalSince($0) })
    // Somebody may look at something else by now.
    readAhead()
    return version
  }

  /// From here on until the pass is through, the table is of two readings.
  private func adopt(
    _ list: PanelPages<PanelSlotList>, _ globals: [StatsWindow: PanelPages<PanelGlobalPage>],
    _ windows: [StatsWindow], at instant: Date
  ) {
    isConsistent = false
    let slots = list.isNew || table.slots.isEmpty ? list.slots : table.slots
    self.list = list
    table.adopt(slots: slots, windows: windows, summed: client.windows.value.summed, at: instant)
    global = global.filter { globals[$0.key] != nil }
    globalPages = globalPages.filter { globals[$0.key] != nil }
    for (window, pages) in globals { adopt(pages, window, PanelRange.shownGlobal(window, at: instant)) }
  }

  func adopt(_ pages: PanelPages<PanelGlobalPage>, _ window: StatsWindow, _ range: PanelRange) {
    let isKnown = !pages.isNew && globalPages[window]?.range == range
    globalPages[window] = (range, pages)
    guard !isKnown else { return }
    let rows = pages.rows(in: range)
    convention.read(rows.metrics, of: nil, window)
    global[window] = rows
  }

  /// The slots that are read in each pass, in the order they are looked at.
  func foreground(_ focus: ReadFocus) -> [Slot.ID] {
    let listed = Set(table.slots.map(\.id))
    var ids: Set<Slot.ID> = []
    let focused = focus.slots.filter { listed.contains($0) && ids.insert($0).inserted }
    if listed.count > Self.smallFleet, !focused.isEmpty { return Array(focused.prefix(Self.maxForeground)) }
    return focused + table.slots.lazy.map(\.id).prefix(Self.smallFleet).filter { ids.insert($0).inserted }
  }

  private func readForeground(_ focus: ReadFocus, windows: [StatsWindow]) async throws {
    let slotIDs = foreground(focus)
    var outcome = Outcome()
    for window in windows {
      let turn = try await read(slotIDs.map { PanelTable.Unit(slotID: $0, window: window) })
      outcome.good += turn.good
      outcome.failures += turn.failures
      outcome.unknown.formUnion(turn.unknown)
      if outcome.good == 0 || turn.isOfThePanel { break }
    }
    if !outcome.unknown.isEmpty {
      // The list may have changed since this pass asked for it.
      list = try await client.slotList(known: list.pages, .foreground)
      if list.isNew { table.adopt(slots: list.slots) }
    }
    guard outcome.good == 0, var failure = outcome.failures.first else { return }
    // Slots that are gone by now are no failure.
    guard outcome.failures.count > outcome.unknown.count || foreground(focus).contains(where: slotIDs.contains)
    else { return }
    failure.retryAfter = outcome.failures.compactMap(\.retryAfter).max()
    throw failure.ofThePanel(client.action)
  }

  func read(_ units: [PanelTable.Unit]) async throws -> Outcome {
    try await withThrowingTaskGroup(of: (Slot.ID, StatsSourceError?).self) { group in
      var outcome = Outcome()
      // What failed last time comes last, so that it keeps nothing else from being read.
      let failed = Set(units.filter { table.series($0)?.failure != nil })
      var rest = (units.filter { !failed.contains($0) } + units.filter(failed.contains))[...]
      func startNext() {
        guard !outcome.isOfThePanel, let unit = rest.popFirst() else { return }
        group.addTask { (unit.slotID, try await self.read(unit, .foreground)) }
      }
      for _ in 0..<PanelClient.maxRequests { startNext() }
      while let (slotID, failure) = try await group.next() {
        outcome.note(failure, of: slotID)
        startNext()
      }
      return outcome
    }
  }

  /// Reads one slot by one window, and returns why it could not be read.
  /// - Throws: `CancellationError`.
  func read(_ unit: PanelTable.Unit, _ rank: PriorityLimiter.Rank) async throws -> StatsSourceError? {
    let began = wallClock()
    if let failure = table.respite(of: unit, at: began) { return failure }
    do {
      for request in table.requests(for: unit, at: began) {
        let answer = try await client.slotRows(unit.slotID, request.range, known: request.known, rank)
        if answer.isNew { convention.read(answer.known.value.metrics, of: unit.slotID, unit.window) }
        let age = passClock?.age(of: answer.stamp) ?? 0
        table.store(answer, of: unit, request.range, readAt: began.addingTimeInterval(-age))
      }
      table.finish(unit, triedAt: began, failure: nil)
      return nil
    } catch let failure as StatsSourceError {
      table.finish(unit, triedAt: began, failure: failure)
      return failure
    }
  }
}

extension StatsSourceError {
  /// The same as a failure of the panel: it lists a slot that it does not know.
  func ofThePanel(_ action: String) -> StatsSourceError {
    guard kind == .noSuchSlot else { return self }
    return StatsSourceError(.unreachable, action: action, cause: cause, retryAfter: retryAfter)
  }
}
