import FoundationEssentials
import SlotStats

/// In what order rows stand.
struct RowSort: Hashable, Sendable {
  /// By what column; `nil` for worst first.
  var column: TableColumn.ID?
  /// Turned around.
  var isInverted = false

  /// Judged ones by ratio, then runs, then id; after them few, missing, idle, off.
  static let worstFirst = RowSort()

  /// The order in words.
  var label: String {
    guard let column else { return isInverted ? "best first" : "worst first" }
    return "by \(column.sortLabel)" + (isInverted ? ", turned" : "")
  }

  /// The places of `fleet`'s slots in this order.
  func order(_ fleet: JudgedFleet, scope: StatsScope) -> [Int] {
    let places = Array(fleet.slots.indices)
    guard let column else { return isInverted ? places.reversed() : places }
    let sorted: [Int]
    if column.isText {
      let keys = fleet.slots.map { column == .title ? $0.id : $0.slot.providerID ?? "\u{10FFFF}" }
      sorted = places.sorted { keys[$0] == keys[$1] ? $0 < $1 : keys[$0] < keys[$1] }
    } else {
      let keys = fleet.slots.map { column.number(in: $0.series, scope: scope) ?? -1 }
      sorted = places.sorted { keys[$0] == keys[$1] ? $0 < $1 : keys[$0] > keys[$1] }
    }
    return isInverted ? sorted.reversed() : sorted
  }
}

/// Which rows are listed.
struct RowFilter: Hashable, Sendable {
  var text: String
  var onlyMarked: Bool

  private let folded: String

  init(text: String, onlyMarked: Bool) {
    self.text = text
    self.onlyMarked = onlyMarked
    folded = text.lowercased()
  }

  /// Whether it lists every slot.
  var isOpen: Bool { folded.isEmpty && !onlyMarked }

  /// Whether the slot is listed: by id, name or provider, in any case of letters.
  func lists(_ slot: JudgedSlot) -> Bool {
    if onlyMarked, !slot.series.state.isMarked { return false }
    if folded.isEmpty { return true }
    return holds(slot.slot.id) || holds(slot.slot.name) || slot.slot.providerID.map(holds) == true
  }

  private func holds(_ text: String) -> Bool {
    var text = text
    let needle = folded.utf8
    let isASCII: Bool? = text.withUTF8 { bytes in
      guard bytes.allSatisfy({ $0 < 0x80 }) else { return nil }
      return Self.finds(needle, in: bytes)
    }
    return isASCII ?? text.lowercased().contains(folded)
  }

  private static func finds(_ needle: String.UTF8View, in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard bytes.count >= needle.count else { return false }
    return (0...(bytes.count - needle.count)).contains { start in
      var index = start
      return needle.allSatisfy { byte in
        let letter = bytes[index]
        index += 1
        return (letter >= 0x41 && letter <= 0x5A ? letter | 0x20 : letter) == byte
      }
    }
  }
}
