import SlotStats
import SlotStatsTesting
import Testing

@testable import Dashboard

/// Subtotals of a filter, and rows by provider.
@Suite struct RowGroupTests {
  private static let sizes = [(80, 24), (120, 40), (200, 60)]

  private func session(_ columns: Int = 80, _ rows: Int = 24) throws -> DashboardSession {
    DashboardSession.showing(try Fixture.panel(), columns: columns, rows: rows)
  }

  @Test(arguments: sizes) func picturesOfRowsByProvider(columns: Int, rows: Int) throws {
    var session = try session(columns, rows)
    try session.press("p j")
    #expect(Golden.check(session.lines, named: "grouped-\(columns)x\(rows)") == nil)
  }

  @Test(arguments: sizes) func picturesOfASubtotal(columns: Int, rows: Int) throws {
    var session = try session(columns, rows)
    try session.press("/ text:gemini Enter")
    #expect(Golden.check(session.lines, named: "subtotal-\(columns)x\(rows)") == nil)
  }

  @Test func aSubtotalIsTheSumOfItsRows() throws {
    var session = try session()
    #expect(session.state.subtotal == nil)
    try session.press("/ text:gemini Enter")
    let fleet = try #require(session.state.fleet)
    let subtotal = try #require(session.state.subtotal)
    let runs = session.state.rows.reduce(0) { $0 + fleet.slots[$1].series.range.totalRuns }
    #expect(subtotal.count == session.ids.count && subtotal.series.range.totalRuns == runs)
    try session.press("Esc")
    #expect(session.state.subtotal == nil)
  }

  @Test func theCursorStaysOnItsSlotWhereverTheRowsStand() throws {
    var session = try session(80, 18)
    try session.press("j j j")
    let slot = session.state.cursor
    try session.press("p")
    #expect(session.state.cursor == slot)
    for keys in ["G", "g", "PgDn", "PgDn", "k k k k", "! p p", "G p", "p G j"] {
      try session.press(keys)
      let cursor = try #require(session.state.cursor)
      #expect(session.lines.contains { $0.dropFirst(2).hasPrefix("›" + cursor) }, "after \(keys)")
    }
  }

  @Test func rowsOfAProviderStandTogether() throws {
    var session = try session()
    try session.press("p")
    let fleet = try #require(session.state.fleet)
    let providers = session.state.rows.map { fleet.slots[$0].slot.providerID ?? "" }
    var seen: [String] = []
    for provider in providers where seen.last != provider { seen.append(provider) }
    #expect(Set(seen).count == seen.count)
    let worst = try #require(session.state.shown?.providers(.day).first?.id)
    #expect(seen.first == worst)
    try session.press("p")
    #expect(session.ids == fleet.slots.map(\.id))
  }

  @Test func aSourceWithoutProvidersSaysSo() throws {
    var session = DashboardSession.showing(MadeFleet(["a": [.made(0, of: 60)]]).reading, columns: 80, rows: 24)
    try session.press("p")
    #expect(session.status.contains("this source names no providers"))
  }
}
