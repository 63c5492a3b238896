import FoundationEssentials
import SlotStats
import StatsFormats

/// What a request for statistics asks, checked.
struct StatsQuery: Sendable {
  /// Why a request cannot be answered, in words for its sender.
  struct Refusal: Error, Hashable, Sendable {
    var reason: String
  }

  /// The buckets that are asked for.
  enum Grouping: Hashable, Sendable {
    case window(StatsWindow)
    /// Calendar months, folded from days.
    case month

    /// What stands for it in a request.
    var name: String {
      switch self {
      case .window(let window): window.rawValue
      case .month: "month"
      }
    }

    /// The window that is read for it.
    var window: StatsWindow {
      switch self {
      case .window(let window): window
      case .month: .day
      }
    }
  }

  /// What statistics are asked of.
  enum Subject: Sendable {
    case global, slot

    /// The longest range in seconds; no range is longer than its buckets are kept.
    func maxSeconds(_ grouping: Grouping) -> TimeInterval {
      min((self == .global ? 90 : 31) * 86_400, grouping.window.facts.keptSeconds ?? .infinity)
    }
    /// The groupings that are known.
    var groupings: [Grouping] { StatsWindow.allCases.map(Grouping.window) + (self == .global ? [.month] : []) }
    /// The grouping where none is named.
    var usual: Grouping { .window(self == .global ? .week : .standard) }
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

  /// From when on buckets are read: from the start of one, so that whoever asks for "the last days" finds what was read
  /// a moment ago; of months, from the first day of the first one on, so that none is partial.
  var since: Date {
    grouping == .month
      ? StatsRows.month(containing: from).lowerBound : grouping.window.bucketStart(containing: from)
  }

  /// Reads a query to a source that has these windows.
  /// - Throws: the first value that cannot be used.
  init(
    _ target: RequestTarget, _ subject: Subject, _ windows: Set<StatsWindow>, now: Date
  ) throws(Refusal) {
    let groupings = subject.groupings.filter { windows.contains($0.window) }
    let words = groupings.map(\.name).joined(separator: ", ")
    let given = target["group_by"] ?? subject.usual.name
    guard let grouping = groupings.first(where: { $0.name == given }) else {
      throw Refusal(reason: "group_by is \(JSONPlace.quoted(given)); it is one of \(words).")
    }
    self.grouping = grouping
    let longest = subject.maxSeconds(grouping)
    to = try Self.instant(target, "to") ?? now
    from = try Self.instant(target, "from") ?? to.addingTimeInterval(-min(Self.usualDays * 86_400, longest))
    guard from < to else { throw Refusal(reason: "from is not before to.") }
    guard to.timeIntervalSince(from) <= longest else {
      throw Refusal(reason: "The range has more than \(Self.words(longest)).")
    }
    guard subject == .global else { return }
    page = try Self.number(target, "page", 1...1_000_000) ?? 1
    pageSize = try Self.number(target, "page_size", 1...Self.maxPageSize) ?? 10
    if let key = target["sort_by"] {
      guard key == sortKey || StatsRows.sortKeys[key] != nil else {
        throw Refusal(reason: "sort_by is \(JSONPlace.quoted(key)); it is period_start or a counter.")
      }
      sortKey = key
    }
    switch target["sort_order"] ?? "desc" {
    case "asc": isAscending = true
    case "desc": isAscending = false
    case let other: throw Refusal(reason: "sort_order is \(JSONPlace.quoted(other)); it is asc or desc.")
    }
  }

  /// A whole number of a range; `nil` where none is given.
  static func number(_ target: RequestTarget, _ name: String, _ range: ClosedRange<Int>) throws(Refusal) -> Int? {
    guard let text = target[name] else { return nil }
    guard let value = Int(text), range.contains(value) else {
      throw Refusal(
        reason:
          "\(name) is \(JSONPlace.quoted(text)); it is a whole number from \(range.lowerBound) to \(range.upperBound).")
    }
    return value
  }

  /// A length of time in words: in hours up to two days.
  private static func words(_ seconds: TimeInterval) -> String {
    let hours = Int(seconds / 3_600)
    return hours > 48 ? "\(hours / 24) days" : "\(hours) hours"
  }

  /// How far ahead of the clock here a past instant may be, in seconds: clocks differ.
  private static let maxLead: TimeInterval = 60

  /// The past instant that `at` names, at most `now`; `nil` where none is given.
  static func past(_ target: RequestTarget, now: Date) throws(Refusal) -> Date? {
    guard let instant = try instant(target, "at") else { return nil }
    guard instant.timeIntervalSince(now) <= maxLead else {
      throw Refusal(reason: "at is \(JSONPlace.quoted(target["at"] ?? "")); it lies in the future.")
    }
    return min(instant, now)
  }

  /// The instant that a parameter names; `nil` where none is given.
  static func instant(_ target: RequestTarget, _ name: String) throws(Refusal) -> Date? {
    guard let text = target[name] else { return nil }
    guard let instant = RFC3339.parse(text) else {
      throw Refusal(
        reason: "\(name) is \(JSONPlace.quoted(text)); an instant such as 2026-11-23T14:32:05Z or a date is expected.")
    }
    return instant.date
  }
}
