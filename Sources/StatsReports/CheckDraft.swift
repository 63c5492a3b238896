import TerminalUI

/// The parts of a line for monitoring systems, before they are cut to what those keep.
///
/// Beyond 4,096 bytes nagios keeps any part of the line and drops the rest; NRPE 2 keeps 1,023. So the line is cut here, in
/// whole parts: the text goes before the performance data, the totals before slots, worse slots before better ones.
struct CheckDraft {
  /// What stands first.
  var head: String
  /// The slots that are named, the worst first.
  var names: [String] = []
  /// The rules that fire, behind the names.
  var firing = ""
  /// What stands behind them.
  var tail = ""
  /// The performance data of the whole.
  var totals: [String] = []
  /// The performance data of single slots, the worst first: an entry a slot.
  var slots: [[String]] = []

  private static let more = "…"

  /// The line in at most so many bytes.
  func line(within limit: Int) -> String {
    // Room for what says that something was left out.
    let note = slots.isEmpty ? 0 : Self.note(slots.count).utf8.count
    let data = totals.isEmpty ? 0 : totals.reduce(Self.bar.utf8.count) { $0 + $1.utf8.count + 1 }
    var named = names.count
    // More than one name is not worth the figures of the whole.
    while named > 1, text(named: named).utf8.count + note + data > limit { named -= 1 }
    while named > 0, text(named: named).utf8.count + note > limit { named -= 1 }
    let text = Self.cut(text(named: named), to: limit - note)
    var room = limit - note - text.utf8.count - Self.bar.utf8.count
    let kept = totals.prefix { Self.takes($0, &room) }
    var items = Array(kept)
    var count = 0
    if kept.count == totals.count {
      for slot in slots {
        guard Self.takes(slot.joined(separator: " "), &room) else { break }
        items += slot
        count += 1
      }
    }
    let left = slots.count - count
    return text + (left > 0 ? Self.note(left) : "") + (items.isEmpty ? "" : Self.bar + items.joined(separator: " "))
  }

  private static let bar = " | "

  private static func note(_ slots: Int) -> String { " \(more) \(slots) \(slots == 1 ? "slot" : "slots") left out" }

  private func text(named: Int) -> String {
    let list = names.prefix(named) + (named < names.count ? [Self.more] : [])
    return head + list.joined(separator: ", ") + firing + tail
  }

  /// Takes the room for one more item, where there is enough.
  private static func takes(_ item: String, _ room: inout Int) -> Bool {
    guard item.utf8.count <= room else { return false }
    room -= item.utf8.count + 1
    return true
  }

  /// The text without its end, where it is too long.
  private static func cut(_ text: String, to limit: Int) -> String {
    guard text.utf8.count > limit else { return text }
    var scalars = String.UnicodeScalarView()
    var room = limit - more.utf8.count
    for scalar in text.unicodeScalars {
      room -= UTF8.width(scalar)
      if room < 0 { break }
      scalars.append(scalar)
    }
    return String(scalars) + more
  }
}
