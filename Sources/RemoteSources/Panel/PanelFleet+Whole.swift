import FoundationEssentials
import HTTPTransport
import SlotStats

extension PanelFleet {
  /// Reads everything of these windows, as far as the panel has them: the list, all slots together, and every slot,
  /// eight requests at once. What was gathered before is not touched. Days and weeks stand in the gaps as unread where
  /// they were not asked for; other windows that were not, or that the panel does not have, are not in it at all.
  ///
  /// A small panel is read by days and weeks too: so little may leave open what `errors` means, and all that reads it
  /// has to come to the same answer. Where the panel has none of the windows, nothing but its list is read. A slot that
  /// cannot be read stands in the gaps with its cause, as in a pass; a failure of the panel ends it, and so does the
  /// cancellation of the task. There is no other deadline than those of the transport for each request.
  /// - Throws: `StatsSourceError`, `CancellationError`.
  package func readAll(windows: Set<StatsWindow>) async throws -> SourceVersion {
    let began = wallClock()
    let list = try await client.slotList(known: [], .foreground)
    var clock = PanelClock(began: began, list: trustsServerDate ? list.stamp : nil)
    if windows.contains(PanelWindows.unsaid) { try await client.learnHours(of: list.slots, at: clock.instant) }
    let has = client.windows.value
    let present = windows.intersection(has.ofSlots)
    let isSmall = list.slots.count <= Self.smallFleet && !present.isEmpty
    let asked = StatsWindow.allCases.filter((isSmall ? present.union(StatsWindow.usual) : present).contains)
    var global: [StatsWindow: PanelRows] = [:]
    var newestEvent: Date?
    for window in asked where has.ofAll.contains(window) {
      let range = PanelRange.shownGlobal(window, at: clock.instant)
      let pages = try await client.globalRows(range, known: [], .foreground)
      clock.needs(pages.stamp)
      newestEvent = pages.newestEventAt ?? newestEvent
      let rows = pages.rows(in: range)
      convention.read(rows.metrics, of: nil, window)
      global[window] = rows
    }
    var table = PanelTable()
    table.adopt(slots: list.slots, windows: asked, summed: has.summed, at: clock.instant)
    try await readEverySlot(of: asked, into: &table, &clock)
    let recent = present.isEmpty ? nil : try await client.recent(at: clock.instant)
    return whole(table, global, clock, newestEvent, recent)
  }

  private func readEverySlot(of windows: [StatsWindow], into table: inout PanelTable, _ clock: inout PanelClock)
    async throws
  {
    let readAt = clock.began
    let units = windows.flatMap { window in
      table.slots.map { PanelTable.Unit(slotID: $0.id, window: window) }
    }
    var requests = units.flatMap { unit in
      table.requests(for: unit, at: readAt).map { (unit: unit, range: $0.range) }
    }[...]
    var outcome = Outcome()
    var failed: [PanelTable.Unit: StatsSourceError] = [:]
    try await withThrowingTaskGroup(
      of: (PanelTable.Unit, PanelRange, Result<PanelResponse<PanelRows>, StatsSourceError>).self
    ) { [client, convention] group in
      func startNext() {
        guard !outcome.isOfThePanel, let (unit, range) = requests.popFirst() else { return }
        group.addTask {
          do {
            let answer = try await client.slotRows(unit.slotID, range, known: nil, .foreground)
            convention.read(answer.known.value.metrics, of: unit.slotID, unit.window)
            return (unit, range, .success(answer))
          } catch let failure as StatsSourceError {
            return (unit, range, .failure(failure))
          }
        }
      }
      for _ in 0..<PanelClient.maxRequests { startNext() }
      while let (unit, range, result) = try await group.next() {
        switch result {
        case .success(let answer):
          table.store(answer, of: unit, range, readAt: readAt)
          clock.needs(answer.stamp)
          outcome.note(nil, of: unit.slotID)
        case .failure(let failure):
          failed[unit] = failed[unit] ?? failure
          outcome.note(failure, of: unit.slotID)
        }
        startNext()
      }
    }
    if outcome.isOfThePanel, let failure = outcome.failures.first { throw failure.ofThePanel(client.action) }
    if !outcome.unknown.isEmpty {
      // They may be gone since the list was read.
      let listed = Set(try await client.slotList(known: [], .foreground).slots.map(\.id))
      table.adopt(slots: table.slots.filter { listed.contains($0.id) || !outcome.unknown.contains($0.id) })
    }
    let left = failed.filter { table.slotIDs.contains($0.key.slotID) }
    if outcome.good == 0, let failure = outcome.failures.first, !left.isEmpty {
      throw failure.ofThePanel(client.action)
    }
    for (unit, failure) in left { table.finish(unit, triedAt: readAt, failure: failure) }
  }

  private func whole(
    _ table: PanelTable, _ global: [StatsWindow: PanelRows], _ clock: PanelClock, _ newestEvent: Date?,
    _ recent: RecentReading?
  ) -> SourceVersion {
    let convention = convention.value
    var contents = PanelContents(
      name: client.name, windows: StatsWindow.usual.union(table.ranges.keys), list: table.slots,
      global: global.mapValues { convention.applied(to: $0.metrics) },
      bySlot: table.series.mapValues { $0.mapValues { convention.applied(to: $0.metrics) } }, recent: recent)
    for window in table.ranges.keys where contents.global[window]?.isEmpty != false && table.isRead(window) {
      contents.global[window] = contents.sum(window, table)
    }
    let parts = [
      table.failureLine, clock.notice, convention.notice, table.leftOutLine(global: global),
    ].compactMap(\.self)
    lastID += 1
    return SourceVersion(
      id: lastID, contents: contents, generatedAt: clock.dataInstant, readAt: clock.began,
      notice: parts.isEmpty ? nil : parts.joined(separator: "; "),
      gaps: table.gaps(of: contents.windows, at: clock.began), newestEventAt: newestEvent,
      clockLead: clock.toldLead)
  }

  /// The panel as a source whose every version is whole, by these windows: for reports and checks.
  package nonisolated func whole(_ windows: Set<StatsWindow>) -> some StatsRepository {
    WholePanel(fleet: self, asked: windows)
  }
}

/// A panel that is read whole or not at all.
private struct WholePanel: StatsRepository {
  let fleet: PanelFleet
  let asked: Set<StatsWindow>

  var windows: Set<StatsWindow> { fleet.windows }
  var reading: SourceReading { .byVersion }
  var keepsHistory: Bool { fleet.keepsHistory }

  func currentVersion(after known: UInt64?) async throws -> SourceVersion { try await fleet.readAll(windows: asked) }

  func past(at instant: Date) async throws -> FleetReading? { try await fleet.past(at: instant) }

  func slots() async throws -> [Slot] { try await fleet.slots() }

  func collectGlobalMetrics(window: StatsWindow, since: Date?) async throws -> [StatsMetric] {
    try await fleet.collectGlobalMetrics(window: window, since: since)
  }

  func collectSlotMetrics(_ slotID: Slot.ID, window: StatsWindow, since: Date?) async throws -> [StatsMetric] {
    try await fleet.collectSlotMetrics(slotID, window: window, since: since)
  }

  func collectSlotMetrics(window: StatsWindow, since: Date?) async throws -> [Slot.ID: [StatsMetric]] {
    try await fleet.collectSlotMetrics(window: window, since: since)
  }

  func failureMessages(of slotID: Slot.ID, since: Date?, limit: Int) async throws -> FailureMessages? {
    try await fleet.failureMessages(of: slotID, since: since, limit: limit)
  }
}
