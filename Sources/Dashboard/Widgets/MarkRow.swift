import FoundationEssentials
import SlotStats
import TerminalUI

/// The marks below the bars of a window: which buckets have one, and what the newest says.
struct MarkRow {
  /// What stands for a mark; `M` in ASCII.
  static let glyph = "▴"

  /// The marks in the shown range, by instant.
  let marks: [Mark]
  private let fleet: JudgedFleet
  private let zone: ZoneLabels

  /// Those of `marks` that happened in the range that `fleet` shows, up to the end of its current bucket.
  init(_ marks: [Mark], in fleet: JudgedFleet, zone: ZoneLabels) {
    self.fleet = fleet
    self.zone = zone
    let end = fleet.window.start(fleet.currentStart, advancedBy: 1)
    guard let first = fleet.starts.first, !marks.isEmpty else {
      self.marks = []
      return
    }
    self.marks = marks.filter { $0.at >= first && $0.at < end }
  }

  /// Whether there is none.
  var isEmpty: Bool { marks.isEmpty }

  /// The places of the buckets that have a mark, counted back from the current one, which is 0.
  var ages: Set<Int> {
    Set(
      marks.map { mark in
        let start = fleet.window.bucketStart(containing: mark.at)
        return Int((fleet.currentStart.timeIntervalSince(start) / fleet.window.length).rounded())
      })
  }

  /// `▴ 14:05 api 1.4`, with the day where it is another one; `nil` without marks. Holds text from outside.
  var text: String? {
    guard let newest = marks.last else { return nil }
    let (date, today) = (zone.civil(newest.at), zone.civil(fleet.currentStart))
    let isToday = date.isoDate == today.isoDate
    let instant = isToday ? date.time : "\(date.dayAndMonth) \(date.time)"
    let others = marks.count > 1 ? ", \(NumberText.count(marks.count - 1)) before" : ""
    return "\(Self.glyph) \(instant) \(newest.text)\(others)"
  }
}

extension DashboardState {
  /// The marks below the bars of a window.
  func marks(in fleet: JudgedFleet) -> MarkRow { MarkRow(marksSoFar, in: fleet, zone: zone) }
}
