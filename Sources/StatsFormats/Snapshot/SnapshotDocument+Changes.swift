import SlotStats

extension SnapshotDocument {
  /// Whose series differ from those of an earlier document. Series that are shared with it are not compared.
  package func changes(from earlier: SnapshotDocument) -> ChangedSlots {
    guard slots == earlier.slots, series.keys == earlier.series.keys else { return .all }
    var changed = Set<Slot.ID>()
    for (window, rows) in series {
      let before = earlier.series[window]?.bySlot ?? [:]
      for slot in slots where rows.bySlot[slot.id] != before[slot.id] { changed.insert(slot.id) }
    }
    return .only(changed)
  }
}
