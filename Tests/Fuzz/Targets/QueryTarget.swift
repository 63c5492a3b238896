#if DEBUG
  import FoundationEssentials
  import SlotStats
  @testable import StatsServer

  /// Targets of requests for statistics.
  let queryTarget = FuzzTarget(
    name: "queries",
    words: [
      "?", "&", "from=", "to=", "group_by=", "page=", "page_size=", "sort_by=", "sort_order=", "asc", "month", "week",
    ]
      + ["minute", "2026-11-01T00:00:00%2B01:00", "0001-01-01", "9999-12-31", "%C3%A9", "%0a", "errors"],
    maxBytes: 8_000,
    seeds: {
      [
        "/api/stats/global?from=2026-11-01&to=2026-11-23T14:32:05Z&group_by=day&page=2&page_size=50&sort_by=errors",
        "/api/stats/global?group_by=month&sort_order=asc", "/api/stats/slot%2D001?group_by=hour&to=2026-11-23", "/?",
        "*",
      ].map { Array($0.utf8) }
    }
  ) { bytes in
    let target = RequestTarget(String(decoding: bytes, as: UTF8.self))
    let now = Date(timeIntervalSince1970: 1_795_098_600)
    _ = RequestTarget.decoded(target.path)
    var outcome = ""
    for subject in [StatsQuery.Subject.global, .slot] {
      let read = Result { () throws(StatsQuery.Refusal) in
        try StatsQuery(target, subject, Set(StatsWindow.allCases), now: now)
      }
      switch read {
      case .success(let query): outcome += try check(query)
      case .failure(let refusal): outcome += try expectRefusal(refusal.reason)
      }
    }
    return outcome
  }

  private func check(_ query: StatsQuery) throws(Broken) -> String {
    try expect(query.from < query.to, "the range ends before it begins")
    try expect(query.since <= query.from, "less is read than is asked for")
    try expect(
      query.to.timeIntervalSince(query.since) <= 131 * 86_400,
      "\(query.from) to \(query.to) are read from \(query.since)")
    try expect((1...StatsQuery.maxPageSize).contains(query.pageSize) && query.page > 0, "the page has no bounds")
    return "\(query.grouping.name) \(query.page > 1) \(query.sortKey) \(query.isAscending)"
  }
#endif
