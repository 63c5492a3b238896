import FoundationEssentials
import SlotStats

extension PanelFleet {
  /// All that has come so far. Its id is a new one where something differs.
  func version(_ clock: PanelClock) -> SourceVersion {
    let isNew = updateContents()
    let gaps = table.gaps(of: contents.windows, at: clock.began)
    let notice = notice(clock)
    if isNew || lastVersion == nil || gaps != lastVersion?.gaps || notice != lastVersion?.notice { lastID += 1 }
    let version = SourceVersion(
      id: lastID, contents: contents, generatedAt: clock.dataInstant, readAt: clock.began, notice: notice, gaps: gaps,
      newestEventAt: globalPages.values.compactMap(\.pages.newestEventAt).max(), clockLead: clock.toldLead)
    lastVersion = version
    return version
  }

  private func notice(_ clock: PanelClock) -> String? {
    let parts = [
      table.failureLine, clock.notice, convention.value.notice, table.leftOutLine(global: global),
    ].compactMap(\.self)
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }

  /// Brings the contents up to date, in what has changed alone, and tells whether anything had.
  private func updateContents() -> Bool {
    let convention = convention.value
    let (units, listChanged) = table.takeChanges()
    let windows = client.windows.value
    var isNew = listChanged || contents.windows != windows.ofSlots
    contents.windows = windows.ofSlots
    if convention.rereads(contentsConvention) || listChanged {
      isNew = isNew || convention == .sum || contentsConvention == .sum
      contents.list = table.slots
      for window in StatsWindow.allCases {
        contents.bySlot[window] = table.series[window]?.mapValues { convention.applied(to: $0.metrics) }
      }
    }
    contentsConvention = convention
    for unit in units {
      let metrics = convention.applied(to: table.series(unit)?.metrics ?? [])
      guard listChanged || contents.bySlot[unit.window]?[unit.slotID] != metrics else { continue }
      isNew = true
      contents.bySlot[unit.window]?[unit.slotID] = metrics
    }
    var global = global.mapValues { convention.applied(to: $0.metrics) }
    // Where a panel gives none of all slots together, they are added up.
    for window in windows.summed.union(global.filter(\.value.isEmpty).keys) where table.isRead(window) {
      global[window] = isNew ? nil : contents.global[window]
      if global[window] == nil { global[window] = contents.sum(window, table) }
    }
    if global != contents.global { (contents.global, isNew) = (global, true) }
    if contents.recent?.instant != recent?.reading.instant { (contents.recent, isNew) = (recent?.reading, true) }
    return isNew
  }
}

extension ErrorsConvention {
  /// Whether rows count otherwise than by `other`.
  fileprivate func rereads(_ other: ErrorsConvention?) -> Bool {
    guard let other else { return true }
    return (self == .sum) != (other == .sum)
  }
}
