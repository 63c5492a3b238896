import FoundationEssentials
import SlotStats

extension SnapshotReader {
  /// Reads the list of slots.
  mutating func readSlots() throws(JSONFailure) {
    guard scanner.byte == 0x5B else { throw wrongType("a list") }
    try scanner.open()
    var isFirst = true
    while try scanner.nextElement(isFirst: &isFirst) {
      readAhead()
      let start = scanner.cursor
      let slot = try readSlot()
      if !roster.list(slot) {
        throw refuse(at: start, step: ".id", "is \(JSONPlace.quoted(slot.id)) again; slot ids are unique")
      }
    }
  }
}
