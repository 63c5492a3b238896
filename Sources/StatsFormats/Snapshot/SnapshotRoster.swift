import SlotStats

/// The slots of a document while it is read, each with an index in the order they were met.
struct SnapshotRoster {
  private(set) var ids: [Slot.ID] = []
  private var indices: [Slot.ID: Int] = [:]
  /// What the list of slots says, by index.
  private var details: [Slot?] = []
  private var listed: [Int] = []

  /// Adds a slot of the list.
  /// - Returns: false if the list had it already.
  mutating func list(_ slot: Slot) -> Bool {
    let index = add(slot.id)
    guard details[index] == nil else { return false }
    details[index] = slot
    listed.append(index)
    return true
  }

  /// The index of the slot with this id, which is added if it is new.
  mutating func add(_ id: Slot.ID) -> Int {
    if let index = indices[id] { return index }
    let index = ids.count
    ids.append(id)
    indices[id] = index
    details.append(nil)
    return index
  }

  /// Whether the slot of this index has the id that is written in these bytes, without escapes.
  func isSlot(_ index: Int, writtenAs bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    index < ids.count && ids[index].utf8.count == bytes.count && ids[index].utf8.elementsEqual(bytes)
  }

  /// The indices in the order of the document: the list first, then the others as they were met.
  var order: [Int] {
    listed.count == ids.count ? listed : listed + ids.indices.filter { details[$0] == nil }
  }

  /// The slots in the order of the document.
  var slots: [Slot] { order.map { details[$0] ?? Slot(id: ids[$0]) } }
}
