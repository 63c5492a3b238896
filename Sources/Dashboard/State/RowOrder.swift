import FoundationEssentials
import SlotStats

/// In what order rows stand.
package struct RowSort: Hashable, Sendable {
  /// What decides.
  enum Key: Hashable, Sendable {
    /// Judged ones by ratio, then runs, then id; after them few, missing, idle, off.
    case worst
    /// New trouble, then what fails as it always does, then the rest; each the worst first.
    case new
    /// A column's values: numbers from the largest, texts from A.
    case column(TableColumn.ID)
  }

  /// What decides.
  var key = Key.worst
  /// Turned around.
  var isInverted = false

  /// The worst first.
  package static let worstFirst = RowSort()

  /// By what column; `nil` for none.
  var column: TableColumn.ID? { if case .column(let column) = key { column } else { nil } }

  /// The column whose heading tells the order; `nil` for none.
  var headed: TableColumn.ID? {
    switch key {
    case .worst: .ratio
    case .new: nil
    case .column(let column): column
    }
  }

  /// The order in words.
  var label: String {
    switch key {
    case .worst: isInverted ? "best first" : "worst first"
    case .new: isInverted ? "new last" : "new first"
    case .column(let column): "by \(column.sortLabel)" + (isInverted ? ", turned" : "")
    }
  }

  /// The places of `fleet`'s slots in this order; `isNew` tells new trouble.
  func order(_ fleet: JudgedFleet, scope: StatsScope, isNew: (JudgedSlot) -> Bool) -> [Int] {
    let places = Array(fleet.slots.indices)
    let sorted: [Int]
    switch key {
    case .worst: sorted = places
    case .new:
      let ranks = fleet.slots.map { !$0.series.state.isMarked ? 2 : isNew($0) ? 0 : 1 }
      sorted = (0...2).flatMap { rank in places.filter { ranks[$0] == rank } }
    case .column(let column): sorted = Self.order(fleet, by: column, scope: scope)
    }
    return isInverted ? sorted.reversed() : sorted
  }

  private static func order(_ fleet: JudgedFleet, by column: TableColumn.ID, scope: StatsScope) -> [Int] {
    let places = Array(fleet.slots.indices)
    if column.isText {
      let keys = fleet.slots.map { column == .title ? $0.id : $0.slot.providerID ?? "\u{10FFFF}" }
      return places.sorted { keys[$0] == keys[$1] ? $0 < $1 : keys[$0] < keys[$1] }
    }
    let keys = fleet.slots.map { column.number(in: $0.series, scope: scope) ?? -1 }
    return places.sorted { keys[$0] == keys[$1] ? $0 < $1 : keys[$0] > keys[$1] }
  }
}

extension RowSort {
  /// Each order by the name that an option gives it: `worst`, `new first`, and those of the columns.
  package static let named: KeyValuePairs<String, RowSort> = [
    "worst": worstFirst, "new first": RowSort(key: .new), "id": RowSort(key: .column(.title)),
    "provider": RowSort(key: .column(.provider)), "now%": RowSort(key: .column(.recent)),
    "failed": RowSort(key: .column(.failed)), "runs": RowSort(key: .column(.runs)),
    "usual": RowSort(key: .column(.usual)), "success": RowSort(key: .column(.success)),
    "timeouts": RowSort(key: .column(.timeouts)), "provider errors": RowSort(key: .column(.providerErrors)),
    "worker errors": RowSort(key: .column(.errors)), "cancelled": RowSort(key: .column(.cancelled)),
    "ingest": RowSort(key: .column(.ingest)), "open": RowSort(key: .column(.open)),
  ]
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
