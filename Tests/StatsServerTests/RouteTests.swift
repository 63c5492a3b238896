import Foundation
import SlotStats
import StatsFormats
import Testing

@testable import StatsServer

@Suite struct RouteTests {
  /// What a document says of a route.
  private struct Told: Hashable {
    var method: String
    var path: String
    var statuses: [Int]
    var isOpen: Bool
  }

  @Test func theOpenAPIDocumentSaysExactlyWhatTheRoutesAre() throws {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appending(path: "../../assets/openapi.json")
    let document = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any])
    let paths = try #require(document["paths"] as? [String: [String: [String: Any]]])
    var told: Set<Told> = []
    for (path, methods) in paths {
      for (method, operation) in methods {
        let statuses = (operation["responses"] as? [String: Any])?.keys.compactMap { Int($0) }.sorted() ?? []
        let isOpen = (operation["security"] as? [Any])?.isEmpty ?? false
        told.insert(Told(method: method.uppercased(), path: path, statuses: statuses, isOpen: isOpen))
      }
    }
    let routes = Route.all.map {
      Told(method: $0.method, path: $0.path, statuses: $0.statuses, isOpen: $0.needs == nil)
    }
    #expect(told == Set(routes))
  }

  @Test func aPercentEscapeHasTwoHexDigits() {
    #expect(RequestTarget.decoded("a%2Fb%c3%BC+") == "a/bü+")
    for text in ["%", "%2", "%+1", "%-1", "% 1", "%2g", "%FF"] { #expect(RequestTarget.decoded(text[...]) == nil) }
  }

  @Test func theFirstRouteThatFitsIsTaken() {
    func route(_ path: String) -> (String, [String])? {
      for route in Route.all {
        if let parameters = route.parameters(of: path) { return (route.path, parameters.map(String.init)) }
      }
      return nil
    }
    #expect(route("/api/stats/global")?.0 == "/api/stats/global")
    #expect(route("/api/stats/%67lobal")?.1 == ["%67lobal"])
    #expect(route("/api/stats/a%2Fb")?.1 == ["a%2Fb"])
    for path in ["/", "/api/stats/", "/api/stats/a/b", "/api/slots/", "api/slots"] { #expect(route(path) == nil) }
  }

  @Test(arguments: [
    ("from=2026-01-01&to=2026-04-02", "The range has more than 90 days."), ("from=x", "from is \"x\""),
    ("from=2026-01-02&to=2026-01-02", "from is not before to."), ("group_by=year", "group_by is \"year\""),
    ("group_by=minute&from=2026-01-01&to=2026-01-03T00:00:01Z", "The range has more than 48 hours."),
    ("page_size=51", "page_size is \"51\""), ("page=0", "page is \"0\""), ("sort_by=name", "sort_by is \"name\""),
    ("sort_order=up", "sort_order is \"up\""),
  ])
  func refusesAQueryByItsFirstFault(query: String, start: String) {
    let refusal = #expect(throws: StatsQuery.Refusal.self) {
      try StatsQuery(RequestTarget("/x?\(query)"), .global, Set(StatsWindow.allCases), now: Sample.now)
    }
    #expect(refusal?.reason.hasPrefix(start) == true)
  }

  @Test(arguments: ["group_by", "from", "to", "page", "page_size", "sort_by", "sort_order"])
  func repeatsTheBeginningOfALongValueAlone(name: String) {
    let value = String(repeating: "x", count: 4_000)
    let refusal = #expect(throws: StatsQuery.Refusal.self) {
      try StatsQuery(RequestTarget("/x?\(name)=\(value)"), .global, Set(StatsWindow.allCases), now: Sample.now)
    }
    #expect(refusal?.reason.hasPrefix("\(name) is \"\(value.prefix(40))…\"") == true)
  }

  @Test func takesTheUsualValuesWhereNoneAreGiven() throws {
    let global = try StatsQuery(RequestTarget("/x"), .global, Set(StatsWindow.allCases), now: Sample.now)
    #expect((global.grouping, global.page, global.pageSize, global.isAscending) == (.window(.week), 1, 10, false))
    #expect(try StatsQuery(RequestTarget("/x"), .slot, StatsWindow.usual, now: Sample.now).grouping == .window(.day))
  }

  @Test func namesOnlyTheGroupingsThatThereAre() {
    let refusal = #expect(throws: StatsQuery.Refusal.self) {
      try StatsQuery(RequestTarget("/x?group_by=minute"), .slot, [.hour, .day], now: Sample.now)
    }
    #expect(refusal?.reason == "group_by is \"minute\"; it is one of hour, day.")
  }

  @Test func monthsAreFoldedFromTheirDays() {
    let first = Date(timeIntervalSince1970: Double(CivilCalendar.days(year: 2_024, month: 2, day: 28)) * 86_400)
    let days = (0..<4).map {
      StatsMetric(.day, start: StatsWindow.day.start(first, advancedBy: $0), counters: StatsCounters(success: 1))
    }
    let months = StatsRows.months(days)
    #expect(months.map { RFC3339.formatDay($0.periodStart) } == ["2024-02-01", "2024-03-01"])
    #expect(months.map { RFC3339.formatDay($0.periodEnd) } == ["2024-03-01", "2024-04-01"])
    #expect(months.map(\.counters.success) == [2, 2])
  }

  @Test func anEventOfTheStreamNamesItsSlots() {
    let at = Date(timeIntervalSince1970: 0)
    func text(_ slots: Set<Slot.ID>?) -> String {
      String(decoding: ChangeStreams.text(StatsChange(slots: slots, at: at)), as: UTF8.self)
    }
    #expect(
      text(["b\n", "a"]) == "event: changed\ndata: {\"slots\":[\"a\",\"b\\n\"],\"at\":\"1970-01-01T00:00:00Z\"}\n\n")
    #expect(text(nil) == "event: changed\ndata: {\"slots\":null,\"at\":\"1970-01-01T00:00:00Z\"}\n\n")
    #expect(text([]) == ": alive\n\n")
  }
}
