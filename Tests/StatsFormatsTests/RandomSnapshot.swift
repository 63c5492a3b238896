import Foundation
import SlotStats
import SlotStatsTesting

@testable import StatsFormats

/// Makes good documents in every spelling that JSON and the format allow, and mutants of them.
struct RandomSnapshot {
  var random: SeededGenerator

  init(seed: UInt64) { random = SeededGenerator(state: seed) }

  mutating func document() -> [UInt8] {
    let ids = ["slot-001", "b", "Слот", "q\"\\", "😀"].shuffled(using: &random).prefix(chance(5))
    let members = [
      member("schema", text(SnapshotDocument.schema)), member("generated_at", text("2026-11-2\(chance(9))T14:32:05Z")),
      member("slots", list(ids.map { object([member("id", text($0)), member("name", text("n\($0)")), unknown()]) })),
      member("windows", object([window("day", ids), window("week", ids)])), unknown(),
    ]
    return Array(object(members.shuffled(using: &random)).utf8)
  }

  mutating func mutant() -> [UInt8] {
    var bytes = document()
    for _ in 0...chance(3) { mutate(&bytes) }
    return bytes
  }

  private mutating func mutate(_ bytes: inout [UInt8]) {
    guard !bytes.isEmpty else { return }
    let start = Int.random(in: bytes.indices, using: &random)
    let end = min(start + chance(12), bytes.count)
    switch chance(6) {
    case 0: bytes[start] = UInt8.random(in: 0...255, using: &random)
    case 1: bytes.removeSubrange(start..<end)
    case 2: bytes.insert(contentsOf: bytes[start..<end], at: Int.random(in: bytes.indices, using: &random))
    case 3: bytes[start] ^= 1 << UInt8.random(in: 0...7, using: &random)
    default:
      let pieces = [
        "null", "-1", "1e5", "\"", "\\ud800", "\\u0041", ",", "}", "]", "{", "[", ":", "0", "9", ".", "-", "1.5", " ",
        "true", "\u{FEFF}", "é", "\\", "99999999999999999999", "E", "\n", "\t", "\"success\":3,", "{},", "2026-11-20",
      ]
      let piece = pieces[Int.random(in: pieces.indices, using: &random)]
      bytes.replaceSubrange(start..<(Bool.random(using: &random) ? start : end), with: piece.utf8)
    }
  }

  private mutating func chance(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &random) }

  private mutating func blanks() -> String { ["", "", "", " ", "\n ", "\t", "\r\n"][chance(7)] }

  private mutating func object(_ members: [String]) -> String {
    "{" + blanks() + members.filter { !$0.isEmpty }.joined(separator: blanks() + "," + blanks()) + blanks() + "}"
  }

  private mutating func list(_ values: [String]) -> String {
    "[" + blanks() + values.joined(separator: blanks() + "," + blanks()) + blanks() + "]"
  }

  private mutating func member(_ key: String, _ value: String) -> String {
    text(key) + blanks() + ":" + blanks() + value
  }

  private mutating func text(_ text: String) -> String {
    var result = "\""
    for character in text.unicodeScalars {
      guard chance(20) == 0 || character == "\"" || character == "\\" else {
        result.unicodeScalars.append(character)
        continue
      }
      for unit in String(character).utf16 {
        let digits = String(unit, radix: 16, uppercase: Bool.random(using: &random))
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }
    }
    return result + "\""
  }

  private mutating func unknown() -> String {
    let values = ["null", "[1,{\"a\":[]}]", "{\"success\":-1,\"success\":-1}", "-1.5e-7", "\"\\ud83d\\ude00\"", "true"]
    return chance(3) == 0 ? member("x\(chance(9))", values[chance(values.count)]) : ""
  }

  private mutating func window(_ name: String, _ ids: some Sequence<String>) -> String {
    var members = [unknown()]
    if chance(2) == 0 { members.append(member("global", rows(name))) }
    var slots: [String] = []
    for id in ids where chance(4) > 0 { slots.append(member(id, rows(name))) }
    members.append(member("slots", object(slots)))
    return member(name, object(members.shuffled(using: &random)))
  }

  private mutating func rows(_ window: String) -> String {
    let width = window == "day" ? 1 : 7
    let monday = CivilCalendar.days(year: 2026, month: 11, day: 2)
    var rows: [String] = []
    for index in (0..<chance(5)).shuffled(using: &random) {
      let start = RFC3339.formatDay(Date(timeIntervalSince1970: Double(monday + index * width) * 86_400))
      let end = RFC3339.formatDay(Date(timeIntervalSince1970: Double(monday + (index + 1) * width) * 86_400))
      var members = [
        member("period_start", text(chance(2) == 0 ? start : "\(start)T00:00:00Z")),
        member("period_end", text(chance(2) == 0 ? end : "\(end)T00:00:00Z")), unknown(),
      ]
      for (key, _) in StatsCounters.keys where chance(5) > 0 { members.append(member(key, number())) }
      rows.append(object(chance(3) == 0 ? members.shuffled(using: &random) : members))
    }
    return list(rows)
  }

  private mutating func number() -> String {
    let value = chance(2) == 0 ? chance(10) : chance(1_000_000)
    return switch chance(8) {
    case 0: "\(value).0"
    case 1: "\(value)e0"
    case 2: "\(value).0e+0"
    default: "\(value)"
    }
  }
}
