import Foundation
import SlotStats

@testable import StatsFormats

/// Builds small snapshot texts, and reads them.
enum SnapshotText {
  static let instant = "2026-11-23T14:32:05Z"

  /// A document whose parts are JSON texts; those that are `nil` are left out.
  static func document(
    schema: String? = #""slotwatch.snapshot/1""#, generatedAt: String? = "\"\(instant)\"", slots: String? = nil,
    windows: String? = #"{"day":{}}"#, more: String = ""
  ) -> String {
    let parts = [
      schema.map { "\"schema\":\($0)" }, generatedAt.map { "\"generated_at\":\($0)" }, slots.map { "\"slots\":\($0)" },
      windows.map { "\"windows\":\($0)" },
    ].compactMap(\.self)
    return "{" + parts.joined(separator: ",") + more + "}"
  }

  /// A document with these members in one bucket of the day's global series.
  static func bucket(_ members: String) -> String {
    document(windows: #"{"day":{"global":[{"# + members + "}]}}")
  }

  /// The text of a day's bucket.
  static func day(_ start: String, _ counters: String = "") -> String {
    let date = RFC3339.parse(start)?.date ?? .distantPast
    return #"{"period_start":"\#(start)","period_end":"\#(RFC3339.format(date + 86_400))"\#(counters)}"#
  }

  /// The text of a week's bucket.
  static func week(_ start: String, _ counters: String = "") -> String {
    let date = RFC3339.parse(start)?.date ?? .distantPast
    return #"{"period_start":"\#(start)","period_end":"\#(RFC3339.format(date + 604_800))"\#(counters)}"#
  }

  static func read(_ text: String) throws(SnapshotError) -> SnapshotDocument {
    try SnapshotDocument(parsing: Array(text.utf8))
  }

  /// The line that a text is refused with, or "accepted".
  static func refusal(_ text: String) -> String { refusal(Array(text.utf8)) }

  static func refusal(_ bytes: [UInt8]) -> String {
    do {
      _ = try SnapshotDocument(parsing: bytes)
      return "accepted"
    } catch {
      return error.line
    }
  }
}

/// A metric's start as text and some of its counters: what most expectations are about.
func brief(_ metrics: [StatsMetric]?) -> [String] {
  (metrics ?? []).map { "\(RFC3339.formatDay($0.periodStart)) \($0.counters.success)" }
}
