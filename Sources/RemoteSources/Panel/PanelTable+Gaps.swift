import FoundationEssentials
import SlotStats
import StatsFormats

extension PanelTable {
  /// What there is nothing of by these windows, and what is behind the rest, at `instant`.
  ///
  /// All slots together by a window that is summed are known where no slot of it is unknown.
  func gaps(of windows: Set<StatsWindow>, at instant: Date) -> ReadGaps {
    var gaps = ReadGaps()
    for window in windows where series[window] == nil && !slotIDs.isEmpty { gaps.unread[window] = slotIDs }
    for (window, bySlot) in series {
      for (slotID, series) in bySlot {
        let readAt = series.readAt
        if let cause = series.failure?.cause {
          gaps.old[window, default: [:]][slotID] = ReadGaps.Old(readAt: readAt, cause: cause)
        } else if let readAt {
          guard !series.isCurrent || abs(instant.timeIntervalSince(readAt)) > Self.finishedAge else { continue }
          gaps.old[window, default: [:]][slotID] = ReadGaps.Old(readAt: readAt)
        } else {
          gaps.unread[window, default: []].insert(slotID)
        }
      }
    }
    return gaps
  }

  /// How many slots failed when they were last tried, and why the first of them did; `nil` where none did.
  var failureLine: String? {
    let failed = slots.filter { slot in StatsWindow.allCases.contains { series[$0]?[slot.id]?.failure != nil } }
    guard let first = failed.first?.id else { return nil }
    let cause = StatsWindow.allCases.lazy.compactMap { series[$0]?[first]?.failure?.cause }.first ?? ""
    return "\(failed.count) of \(slots.count) slots not read: \(cause)"
  }

  /// What was left out, in one line; `nil` where nothing was.
  func leftOutLine(global: [StatsWindow: PanelRows]) -> String? {
    var count = 0
    var first: (start: String, path: String)?
    func add(_ rows: PanelRows, _ window: StatsWindow, _ path: @autoclosure () -> String) {
      guard let start = rows.firstAhead else { return }
      count += rows.aheadCount
      if first == nil { first = (window.isWithinDay ? RFC3339.format(start) : RFC3339.formatDay(start), path()) }
    }
    for window in StatsWindow.allCases {
      if let rows = global[window] { add(rows, window, "/api/stats/global") }
      for slot in slots {
        guard let newest = series[window]?[slot.id]?.pieces.last ?? nil else { continue }
        add(newest.known.value, window, PanelClient.path(of: slot.id))
      }
    }
    guard let first else { return nil }
    let buckets = count == 1 ? "1 bucket begins after the data," : "\(count) buckets begin after the data, first"
    return "left out: \(buckets) \(first.start) at \(first.path)"
  }
}

extension PanelTable.Series {
  /// Whether the piece that changes was read for the range it stands in.
  fileprivate var isCurrent: Bool { pieces.last??.isWhole ?? false }
}
