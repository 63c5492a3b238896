import Foundation
import SlotStats
import StatsFormats

extension StandInPanel.State {
  /// What the panel answers to a request for statistics.
  func answer(_ path: String, _ query: StandInQuery, at wallClock: Date) -> StandInResponse {
    let now = wallClock.addingTimeInterval(habits.clockOffset)
    let parts = path.split(separator: "/", omittingEmptySubsequences: true)
      .map { String($0).removingPercentEncoding ?? "" }
    switch parts {
    case ["api", "slots"]: return slotList(query)
    case ["api", "stats", "global"]: return global(query, at: now)
    case _ where parts.count == 3 && parts[0] == "api" && parts[1] == "stats": return slot(parts[2], query, at: now)
    case ["stats.json"]:
      let document = fleet.followsClock ? fleet.document.moved(to: now) : fleet.document
      return StandInResponse(body: SnapshotWriter.bytes(of: document))
    default: return .error(404, "There is no \(path).")
    }
  }

  private func slotList(_ query: StandInQuery) -> StandInResponse {
    let slots = fleet.document.slots
    let size = habits.slotsPage ?? max(slots.count, 1)
    guard let page = query.number("page", default: 1, in: 1...1_000_000) else {
      return .error(400, "page is not a number.")
    }
    return .json { writer in
      writer.key("data")
      writer.array { writer in
        for slot in slots.dropFirst((page - 1) * size).prefix(size) { write(slot, to: &writer) }
      }
      write(page: page, size: size, total: slots.count, windows: habits.windows, to: &writer)
    }
  }

  /// What is grouped by; `nil` where the panel does not do that.
  private func window(_ query: StandInQuery, usual: StatsWindow, among known: Set<StatsWindow>) -> StatsWindow? {
    StatsWindow(rawValue: query["group_by"] ?? usual.rawValue).flatMap { known.contains($0) ? $0 : nil }
  }

  /// The longest range in days, where days may be so many.
  private func longest(_ window: StatsWindow, days: Double) -> Double { window == .minute ? 2 : days }

  private func write(_ slot: Slot, to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("id", slot.id)
      writer.member("name", slot.name)
      writer.member("provider_id", slot.providerID)
      writer.member("operation_id", "image_edit")
      writer.member("last_reset_at", slot.lastResetAt)
      writer.member("active", slot.isActive)
    }
  }

  private func global(_ query: StandInQuery, at now: Date) -> StandInResponse {
    guard let window = window(query, usual: .week, among: habits.globalWindows) else {
      return .error(habits.refusal, "group_by is unknown.")
    }
    guard let page = query.number("page", default: 1, in: 1...1_000_000),
      let size = query.number("page_size", default: 10, in: 1...50)
    else { return .error(400, "page_size goes up to 50.") }
    guard let range = query.range(at: now), range.days <= longest(window, days: 90) else {
      return .error(400, "A range has up to 90 days.")
    }
    var rows = rows(nil, window, in: range, at: now)
    if query["sort_order"] != "asc" { rows.reverse() }
    let limit = min(size, habits.pageLimit)
    return .json { writer in
      summary(rows, hasSuccess: false, title: nil, to: &writer)
      writer.key("data")
      write(rows.dropFirst((page - 1) * limit).prefix(limit), to: &writer)
      write(page: page, size: limit, total: rows.count, to: &writer)
    }
  }

  private func slot(_ slotID: String, _ query: StandInQuery, at now: Date) -> StandInResponse {
    guard let slot = fleet.document.slots.first(where: { $0.id == slotID }) else {
      return .error(404, "There is no slot \(slotID).")
    }
    guard let window = window(query, usual: .day, among: habits.slotWindows) else {
      return .error(habits.refusal, "group_by is unknown.")
    }
    guard let range = query.range(at: now), range.days <= longest(window, days: 31) else {
      return .error(400, "A range has up to 31 days.")
    }
    let rows = rows(slotID, window, in: range, at: now)
    return .json { writer in
      writer.member("slot_id", slotID)
      writer.key("range")
      writer.object { writer in
        writer.member("from", range.lowerBound)
        writer.member("to", range.upperBound)
        writer.member("group_by", window.rawValue)
      }
      summary(rows, hasSuccess: true, title: slot.name, to: &writer)
      writer.key("metrics")
      write(rows[...], to: &writer)
    }
  }

  /// The rows that overlap a range.
  private func rows(_ slotID: Slot.ID?, _ window: StatsWindow, in range: Range<Date>, at now: Date) -> [StatsMetric] {
    fleet.metrics(slotID, window, at: now, daysOld: habits.daysOld)
      .filter {
        $0.periodEnd > range.lowerBound
          && ($0.periodStart < range.upperBound || habits.plainDates && $0.periodStart == range.upperBound)
      }
      .map { metric in
        var metric = metric
        if habits.errorsAsSum {
          metric.counters.errors =
            metric.counters.timeouts + metric.counters.providerErrors + metric.counters.cancelled
        }
        return metric
      }
  }

  private func write(_ rows: ArraySlice<StatsMetric>, to writer: inout JSONWriter) {
    writer.array { writer in
      for row in rows {
        // No date says what a part of a day is.
        guard habits.plainDates, row.periodEnd.timeIntervalSince(row.periodStart) >= StatsWindow.day.length else {
          SnapshotWriter.write(row, to: &writer)
          continue
        }
        writer.object { writer in
          writer.member("period_start", RFC3339.formatDay(row.periodStart))
          writer.member("period_end", RFC3339.formatDay(row.periodEnd.addingTimeInterval(-1)))
          for (key, path) in StatsCounters.keys { writer.member(key, row.counters[keyPath: path]) }
        }
      }
    }
  }

  private func summary(_ rows: [StatsMetric], hasSuccess: Bool, title: String?, to writer: inout JSONWriter) {
    let counters = rows.reduce(StatsCounters.zero) { $0 + $1.counters }
    writer.key("summary")
    writer.object { writer in
      if let title { writer.member("title", title) }
      for (key, path) in StatsCounters.keys where hasSuccess || key != "success" {
        writer.member(key, counters[keyPath: path] + (habits.wrongTotals ? 1_000 : 0))
      }
      writer.member("total_runs", counters.totalRuns + (habits.wrongTotals ? 1_000 : 0))
    }
  }

  private func write(page: Int, size: Int, total: Int, windows: [String]? = nil, to writer: inout JSONWriter) {
    writer.key("meta")
    writer.object { writer in
      writer.member("page", page)
      writer.member("page_size", size)
      writer.member("total", total)
      guard let windows else { return }
      writer.key("windows")
      writer.array { writer in
        for window in windows { writer.value(window) }
      }
    }
  }
}

extension Range<Date> {
  /// How long it is.
  fileprivate var days: Double { upperBound.timeIntervalSince(lowerBound) / 86_400 }
}
