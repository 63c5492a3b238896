import FoundationEssentials
import SlotStats

extension SnapshotReader {
  /// Reads the list of slots.
  mutating func readSlots() throws(JSONFailure) {
    guard scanner.byte == 0x5B else { throw wrongType("a list") }
    try scanner.open()
    var isFirst = true
    while try scanner.nextElement(isFirst: &isFirst) {
      let start = scanner.cursor
      let (slot, id) = try readSlot()
      if !roster.list(slot, text: id) {
        throw refuse(at: start, step: ".id", "is \(JSONPlace.quoted(slot.id)) again; slot ids are unique")
      }
    }
  }
}
