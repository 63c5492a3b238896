#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
import StatsFormats

/// The path and the query of a request.
struct RequestTarget: Sendable {
  /// The path, percent escapes still in it.
  let path: Substring
  private var values: [String: String] = [:]

  /// Splits what stands in the request's first line.
  init(_ text: String) {
    let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    path = parts.first ?? "/"
    for pair in parts.count > 1 ? parts[1].split(separator: "&") : [] {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = Self.decoded(parts[0]), let value = Self.decoded(parts.count > 1 ? parts[1] : "") else {
        continue
      }
      values[name] = value
    }
  }

  /// The value of a name.
  subscript(_ name: String) -> String? { values[name] }

  /// A text with its percent escapes replaced; `nil` where one is malformed or the result is not UTF-8.
  static func decoded(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == 0x25 else {
        bytes.append(byte)
        continue
      }
      let digits = rest.prefix(2).compactMap { Character(UnicodeScalar($0)).hexDigitValue }
      guard digits.count == 2 else { return nil }
      let value = UInt8(digits[0] << 4 | digits[1])
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
  }
}

/// What a request for statistics asks, checked.
struct StatsQuery: Sendable {
  /// Why a request cannot be answered, in words for its sender.
  struct Refusal: Error, Hashable, Sendable {
    var reason: String
  }

  /// The width of the buckets that are asked for.
  enum Grouping: String, Sendable {
    case hour, day, week, month
  }

  /// What statistics are asked of.
  enum Subject: Sendable {
    case global, slot

    /// The longest range.
    var maxDays: Int { self == .global ? 90 : 31 }
    /// The groupings that are known.
    var groupings: [Grouping] { self == .global ? [.day, .week, .month] : [.hour, .day, .week] }
    /// The grouping where none is named.
    var usual: Grouping { self == .global ? .week : .day }
  }

  /// The most rows of a page.
  static let maxPageSize = 50
  /// The range in days where none is named.
  private static let usualDays = 30.0

  var from: Date
  var to: Date
  var grouping: Grouping
  var page = 1
  var pageSize = 10
  var sortKey = "period_start"
  var isAscending = false

  /// Reads a query.
  /// - Throws: the first value that cannot be used.
  init(_ target: RequestTarget, _ subject: Subject, now: Date) throws(Refusal) {
    let words = subject.groupings.map(\.rawValue).joined(separator: ", ")
    let given = target["group_by"] ?? subject.usual.rawValue
    guard let grouping = Grouping(rawValue: given), subject.groupings.contains(grouping) else {
      throw Refusal(reason: "group_by is \"\(given)\"; it is one of \(words).")
    }
    self.grouping = grouping
    to = try Self.instant(target, "to") ?? now
    from = try Self.instant(target, "from") ?? to.addingTimeInterval(-Self.usualDays * 86_400)
    guard from < to else { throw Refusal(reason: "from is not before to.") }
    guard to.timeIntervalSince(from) <= Double(subject.maxDays) * 86_400 else {
      throw Refusal(reason: "The range has more than \(subject.maxDays) days.")
    }
    guard subject == .global else { return }
    page = try Self.number(target, "page", 1...1_000_000) ?? 1
    pageSize = try Self.number(target, "page_size", 1...Self.maxPageSize) ?? 10
    if let key = target["sort_by"] {
      guard key == sortKey || StatsRows.sortKeys[key] != nil else {
        throw Refusal(reason: "sort_by is \"\(key)\"; it is period_start or a counter.")
      }
      sortKey = key
    }
    switch target["sort_order"] ?? "desc" {
    case "asc": isAscending = true
    case "desc": isAscending = false
    case let other: throw Refusal(reason: "sort_order is \"\(other)\"; it is asc or desc.")
    }
  }

  /// A whole number of a range; `nil` where none is given.
  static func number(_ target: RequestTarget, _ name: String, _ range: ClosedRange<Int>) throws(Refusal) -> Int? {
    guard let text = target[name] else { return nil }
    guard let value = Int(text), range.contains(value) else {
      throw Refusal(
        reason: "\(name) is \"\(text)\"; it is a whole number from \(range.lowerBound) to \(range.upperBound).")
    }
    return value
  }

  private static func instant(_ target: RequestTarget, _ name: String) throws(Refusal) -> Date? {
    guard let text = target[name] else { return nil }
    guard let instant = RFC3339.parse(text) else {
      throw Refusal(reason: "\(name) is \"\(text)\"; an instant such as 2026-11-23T14:32:05Z or a date is expected.")
    }
    return instant.date
  }
}
