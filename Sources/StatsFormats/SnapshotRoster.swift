import SlotStats

/// The slots of a document while it is read, each with an index in the order they were met.
struct SnapshotRoster {
  private(set) var ids: [Slot.ID] = []
  private var indices: [Slot.ID: Int] = [:]
  /// Where each id was written, for comparing bytes; empty for one written with escapes.
  private var texts: [Range<Int>] = []
  /// What the list of slots says, by index.
  private var details: [Slot?] = []
  private var listed: [Int] = []

  /// Adds a slot of the list.
  /// - Returns: false if the list had it already.
  mutating func list(_ slot: Slot, text: JSONScanner.Text) -> Bool {
    let index = add(slot.id, text: text)
    guard details[index] == nil else { return false }
    details[index] = slot
    listed.append(index)
    return true
  }

  /// The index of the slot with this id, which is added if it is new.
  mutating func add(_ id: Slot.ID, text: JSONScanner.Text) -> Int {
    if let index = indices[id] { return index }
    let index = ids.count
    ids.append(id)
    indices[id] = index
    texts.append(text.hasEscapes ? 0..<0 : text.range)
    details.append(nil)
    return index
  }

  /// Whether the slot of this index was written in the same bytes.
  func isSlot(_ index: Int, writtenAs text: JSONScanner.Text, in scanner: JSONScanner) -> Bool {
    guard index < texts.count, !text.hasEscapes, texts[index].count == text.range.count else { return false }
    return scanner.slice(texts[index]).elementsEqual(scanner.slice(text.range))
  }

  /// The indices in the order of the document: the list first, then the others as they were met.
  var order: [Int] {
    listed.count == ids.count ? listed : listed + ids.indices.filter { details[$0] == nil }
  }

  /// The slots in the order of the document.
  var slots: [Slot] { order.map { details[$0] ?? Slot(id: ids[$0]) } }
}
