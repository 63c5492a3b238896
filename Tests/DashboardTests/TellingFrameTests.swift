import Foundation
import SlotStats
import TerminalUI
import Testing

@testable import Dashboard

/// What frames say in words: since when, how lately, which bucket, in which zone, by which thresholds.
@Suite struct TellingFrameTests {
  private func line(of id: String, in session: DashboardSession) -> String {
    session.lines.last { $0.dropFirst(3).hasPrefix(id + " ") } ?? ""
  }

  // MARK: Since it was opened

  @Test func aRowThatCrossedAThresholdSaysSinceWhen() throws {
    var fleet = MadeFleet(["calm": [.made(1, of: 60)], "burning": [.made(1, of: 60)]])
    var session = DashboardSession.showing(fleet.reading, columns: 80, rows: 24)
    #expect(!session.lines.contains { $0.contains("since") })
    fleet.rows[1].days[0] = .made(9, of: 68)
    fleet.at += 60
    session.tick(after: 60)
    session.read(fleet.reading)
    #expect(line(of: "burning", in: session).contains("since 14:33"))
    #expect(!line(of: "calm", in: session).contains("since"))
    // It crosses the next one: the time is that of the last crossing.
    fleet.rows[1].days[0] = .made(29, of: 88)
    fleet.at += 60
    session.tick(after: 60)
    session.read(fleet.reading)
    #expect(line(of: "burning", in: session).contains("since 14:34"))
    fleet.rows[1].days[0] = .made(29, of: 8_000)
    fleet.at += 60
    session.tick(after: 60)
    session.read(fleet.reading)
    #expect(!line(of: "burning", in: session).contains("since"))
  }

  @Test func sinceFollowsTheZone() throws {
    let zone = ZoneLabels([.init(from: .distantPast, offset: 3600, name: "CET")])
    var fleet = MadeFleet(["burning": [.made(1, of: 60)]])
    var session = DashboardSession.showing(
      fleet.reading, columns: 80, rows: 24, options: DashboardOptions(sourceLabel: "x", localZone: zone))
    fleet.rows[0].days[0] = .made(29, of: 88)
    session.tick(after: 5)
    session.read(fleet.reading)
    try session.press("u")
    #expect(line(of: "burning", in: session).contains("since 15:32"))
  }

  @Test func saysWhatCameInTheLastFiveMinutesForAllAndPerSlot() throws {
    var fleet = MadeFleet(["a": [.made(10, of: 100)], "b": [.made(0, of: 50)]])
    var session = DashboardSession.showing(fleet.reading)
    #expect(!session.lines[2].contains("last 5 min"))
    for minute in 1...6 {
      fleet.rows[0].days[0] = .made(10 + 2 * minute, of: 100 + 5 * minute)
      fleet.at += 60
      session.tick(after: 60)
      session.read(fleet.reading)
      if minute == 2 { #expect(session.lines[2].contains("since 14:32 40.0% (4/10)")) }
    }
    // The first of the six minutes is no longer among the last five.
    #expect(session.lines[2].contains("last 5 min 40.0% (10/25)"))
    try session.press("Enter")
    #expect(session.lines[2].contains("last 5 min 40.0% (10/25)"))
    #expect(session.lines[2].contains("last new failure 0 s ago"))
    session.wait(40)
    session.readUnchanged()
    #expect(session.lines[2].contains("last new failure 40 s ago"))
    try session.press("Right")
    #expect(session.lines[2].contains("no new failure since opened"))
    #expect(!session.lines[2].contains("last 5 min"))
  }

  @Test func runsOverMidnightAreNeitherLostNorInvented() {
    let midnight = Judgement.midnight
    var fleet = MadeFleet(["a": [.made(10, of: 100)]])
    fleet.at = midnight.addingTimeInterval(-5)
    var session = DashboardSession.showing(fleet.reading)
    // Three more on the old day, two on the new one.
    fleet.rows[0].days = [.made(1, of: 2), .made(10, of: 103)]
    fleet.at = midnight.addingTimeInterval(5)
    session.tick(after: 10)
    session.read(fleet.reading)
    #expect(session.lines[2].contains("20.0% (1/5)"))
    #expect(line(of: "a", in: session).contains("105 2d"))
  }

  @Test func aResetIsMarkedInItsBucketAndIsNoNegativeRate() throws {
    var fleet = MadeFleet(["a": [.made(30, of: 100), .made(1, of: 100)], "b": [.made(0, of: 60)]])
    var session = DashboardSession.showing(fleet.reading)
    #expect(line(of: "a", in: session).contains("30.0↑"))
    fleet.rows[0].days[0] = .made(2, of: 8)
    session.tick(after: 5)
    session.read(fleet.reading)
    #expect(line(of: "a", in: session).contains("↺"))
    #expect(!line(of: "b", in: session).contains("↺"))
    #expect(session.lines[2].contains("25.0% (2/8)"))
    // A late correction takes back a few and is none.
    fleet.rows[1].days[0] = .made(0, of: 58)
    session.tick(after: 5)
    session.read(fleet.reading)
    #expect(!line(of: "b", in: session).contains("↺"))
    #expect(session.lines[2].contains("25.0% (2/8)"))
    // The next day it is over.
    fleet.at += 86_400
    fleet.rows[0].days.insert(.made(0, of: 30), at: 0)
    session.wait(86_400)
    session.send(.tick)
    session.read(fleet.reading)
    #expect(!line(of: "a", in: session).contains("↺"))
  }

  @Test func aResetOfEverythingIsMarkedOnTheTotalToo() throws {
    var fleet = MadeFleet(["a": [.made(3, of: 100)], "b": [.made(0, of: 60)]])
    var session = DashboardSession.showing(fleet.reading)
    fleet.rows[0].days[0] = .made(0, of: 20)
    fleet.rows[1].days[0] = .made(0, of: 10)
    session.tick(after: 5)
    session.read(fleet.reading)
    #expect(line(of: "a", in: session).contains("↺") && line(of: "b", in: session).contains("↺"))
    #expect(line(of: "all slots, today", in: session).contains("↺"))
    #expect(!line(of: "all slots, 14 days", in: session).contains("↺"))
  }

  @Test func aCounterThatIsSetBackIsAResetThoughTheOthersGoOn() {
    func change(_ before: StatsCounters, _ after: StatsCounters) -> FleetChange {
      FleetChange(
        from: Fleet(MadeFleet(["a": [before]]).reading, thresholds: .standard),
        to: Fleet(MadeFleet(["a": [after]]).reading, thresholds: .standard))
    }
    let busy = StatsCounters(success: 1_000, errors: 60)
    let one = change(busy, StatsCounters(success: 1_010, errors: 1))
    #expect(one.resets == ["a"] && !one.isReset)
    #expect(one.global == FleetChange.Delta(runs: 11, failures: 1))
    // Corrected: moved to another counter, or only a few.
    #expect(change(busy, StatsCounters(success: 1_000, timeouts: 60)).resets.isEmpty)
    #expect(change(StatsCounters(success: 1_000, errors: 4), StatsCounters(success: 1_000)).resets.isEmpty)
    let all = change(busy, StatsCounters(success: 3))
    #expect(all.resets == ["a"] && all.isReset)
  }

  @Test func aResetOfAllThatTheSourceTellsOfIsMarkedOnTheTotal() {
    var slots = [Slot(id: "a"), Slot(id: "b")]
    slots[0].lastResetAt = MadeFleet.instant.addingTimeInterval(-3600)
    let one = MadeFleet(slots.map { .init(slot: $0, days: [.made(2, of: 40)]) })
    #expect(!line(of: "all slots, today", in: .showing(one.reading)).contains("↺"))
    slots[1].lastResetAt = MadeFleet.instant.addingTimeInterval(-60)
    let all = MadeFleet(slots.map { .init(slot: $0, days: [.made(2, of: 40)]) })
    #expect(line(of: "all slots, today", in: .showing(all.reading)).contains("↺"))
  }

  @Test func aResetThatTheSourceTellsOfIsMarkedToo() {
    var slot = Slot(id: "a")
    slot.lastResetAt = MadeFleet.instant.addingTimeInterval(-3600)
    let today = MadeFleet([.init(slot: slot, days: [.made(2, of: 40)])])
    #expect(line(of: "a", in: .showing(today.reading)).contains("↺"))
    slot.lastResetAt = MadeFleet.instant.addingTimeInterval(-86_400)
    let yesterday = MadeFleet([.init(slot: slot, days: [.made(2, of: 40)])])
    #expect(!line(of: "a", in: .showing(yesterday.reading)).contains("↺"))
  }

  // MARK: Which bucket

  private enum Judgement { static let midnight = Date(timeIntervalSince1970: 1_795_132_800) }

  @Test func dataOfYesterdayIsNamedByItsDateNotToday() throws {
    let fleet = MadeFleet(["a": [.made(20, of: 60)]])
    for (size, keys) in [((80, 24), ""), ((120, 40), ""), ((200, 60), ""), ((120, 40), "v"), ((120, 40), "Enter")] {
      var session = DashboardSession.showing(fleet.reading, columns: size.0, rows: size.1)
      try session.press(keys)
      #expect(session.lines.contains { $0.contains("today") })
      session.setWallClock(Judgement.midnight.addingTimeInterval(-1))
      session.readUnchanged()
      #expect(session.lines.contains { $0.contains("today") })
      session.setWallClock(Judgement.midnight)
      session.readUnchanged()
      #expect(!session.lines.dropLast(2).contains { $0.contains("today") })
      #expect(session.lines.contains { $0.contains("19 Nov") })
      #expect(session.header.contains("STALE"))
    }
  }

  @Test func dataOfLastWeekIsNamedByItsWeek() throws {
    var session = DashboardSession.showing(MadeFleet(["a": [.made(20, of: 60)]]).reading)
    try session.press("w")
    #expect(session.lines[1].contains("failed this week (20/60)"))
    #expect(session.lines[2].contains("Mon 16 Nov 00:00 – Thu 19 Nov 14:32 UTC, 52% of the week"))
    session.setWallClock(session.moment.wall.addingTimeInterval(7 * 86_400))
    session.readUnchanged()
    #expect(session.lines[1].contains("failed week 16 Nov (20/60)"))
    #expect(!session.lines.contains { $0.contains("this week") })
  }

  @Test func aBucketThatIsNotReportedYetSaysSo() {
    let session = DashboardSession.showing(MadeFleet(["a": [nil, .made(20, of: 60)]]).reading)
    #expect(session.lines[2].contains("not reported"))
    #expect(session.lines[1].contains("failed in 2 days (20/60)"))
    #expect(line(of: "a", in: session).contains("60 2d"))
  }

  @Test func zeroIdleMissingAndOffLookDifferent() {
    let session = DashboardSession.showing(
      MadeFleet([
        .init(slot: Slot(id: "zero"), days: [.made(0, of: 60)]),
        .init(slot: Slot(id: "idle"), days: [.zero, .zero, .zero, .zero, .made(1, of: 50)]),
        .init(slot: Slot(id: "missing"), days: [nil, nil, nil, .made(1, of: 50)]),
        .init(slot: Slot(id: "off", isActive: false), days: [nil, .made(1, of: 50)]),
        .init(slot: Slot(id: "never"), days: []),
      ]).reading, columns: 120, rows: 24)
    #expect(line(of: "zero", in: session).contains(" 0.0 "))
    #expect(line(of: "idle", in: session).hasPrefix(" · idle"))
    #expect(line(of: "idle", in: session).contains("idle for 4 days"))
    #expect(line(of: "idle", in: session).hasSuffix("▁···┆·"))
    #expect(line(of: "missing", in: session).hasPrefix(" – "))
    #expect(line(of: "missing", in: session).contains("no data since 16 Nov"))
    #expect(line(of: "off", in: session).hasPrefix(" × "))
    #expect(line(of: "off", in: session).contains("off, last run 18 Nov"))
    #expect(line(of: "never", in: session).contains("idle for 14 days"))
    for id in ["idle", "missing", "off", "never"] { #expect(!line(of: id, in: session).contains("0.0")) }
  }

  // MARK: Zones

  @Test func labelsFollowTheLocalZoneThroughItsChangeOfOffsetAndBucketsDoNot() throws {
    // On 2026-10-25 at 01:00 UTC clocks in Vienna went back from 03:00 to 02:00.
    let change = Date(timeIntervalSince1970: 1_792_890_000)
    let zone = ZoneLabels([
      .init(from: .distantPast, offset: 7200, name: "CEST"), .init(from: change, offset: 3600, name: "CET"),
    ])
    var fleet = MadeFleet(["a": [.made(1, of: 60)]])
    for (seconds, label, bucket) in [
      (-65.0, "02:59 CEST", "02:00–02:58 CEST"), (0.0, "02:00 CET", "02:00 CEST–02:00 CET"),
    ] {
      fleet.at = change.addingTimeInterval(seconds)
      var session = DashboardSession.showing(
        fleet.reading, options: DashboardOptions(sourceLabel: "x", localZone: zone))
      let utc = session.lines
      try session.press("u")
      #expect(session.header.hasSuffix(label))
      #expect(session.lines[2].contains("Sun 25 Oct \(bucket)"), "\(session.lines[2])")
      #expect(session.lines[4...18] == utc[4...18])
      try session.press("u")
      #expect(session.lines == utc)
    }
  }

  @Test func uSaysWhereTheLocalZoneIsUTC() throws {
    var session = DashboardSession.showing(MadeFleet(["a": [.made(1, of: 60)]]).reading)
    try session.press("u")
    #expect(session.status.contains("the local time zone is UTC"))
  }

  // MARK: Thresholds

  @Test(arguments: [
    (0.025, 0.05, "10%", "critical  5", "2.5"), (0.2, 0.4, "80%", "critical 40", "warning 20"),
    (0.3, 0.6, "100%", "", ""), (0.125, 0.25, "50%", "critical 25", "12.5"),
  ])
  func otherThresholdsLabelTheChart(
    _ warning: Double, _ critical: Double, _ top: String, _ criticalLabel: String, _ warningLabel: String
  ) throws {
    let thresholds = try #require(Thresholds(warning: warning, critical: critical, minRuns: 20))
    let days = [StatsCounters?](repeating: .made(1, of: 60), count: 14)
    let session = DashboardSession.showing(
      MadeFleet(["a": days]).reading, options: DashboardOptions(sourceLabel: "x", thresholds: thresholds))
    let labels = session.lines[4...14].map { $0.prefix(13) }
    #expect(labels[2].hasSuffix(top + "  "), "\(labels)")
    for label in [criticalLabel, warningLabel] where !label.isEmpty {
      #expect(labels.contains { $0.dropLast(2).hasSuffix(label) }, "\(labels)")
    }
  }

  @Test func theChartOfASlotShowsTheSlotsOwnThresholds() throws {
    let own = try #require(Thresholds(warning: 0.2, critical: 0.4, minRuns: 20))
    let rules = ThresholdRules(.standard, overrides: ["a": own])
    let days = [StatsCounters?](repeating: .made(10, of: 60), count: 14)
    let reading = MadeFleet(["a": days, "b": days]).reading
    func frame(_ keys: String) throws -> String {
      try Fixture.dashboard(
        reading, columns: 120, rows: 40, keys: keys, now: reading.generatedAt.addingTimeInterval(5), thresholds: rules
      ).view().lines.joined(separator: "\n")
    }
    #expect(try frame("").contains("critical 10 "))
    #expect(try frame("").contains(" ! 1 warning"))
    for (keys, labels) in [
      ("j Enter", ["critical 10 ", " warning  5 "]), ("Enter", ["critical 40 ", " warning 20 "]),
    ] {
      let text = try frame(keys)
      for label in labels { #expect(text.contains(label), "\(text)") }
    }
  }

  @Test func theChartDoublesUntilItHoldsEveryFinishedBucketAndNoMore() {
    func top(_ finished: StatsCounters, today: StatsCounters = .made(0, of: 60)) -> String {
      let session = DashboardSession.showing(MadeFleet(["a": [today, finished]]).reading)
      return session.lines[6].prefix(13).filter { $0 != " " }
    }
    #expect(top(.made(20, of: 100)) == "20%")
    #expect(top(.made(21, of: 100)) == "40%")
    #expect(top(.made(41, of: 100)) == "80%")
    #expect(top(.made(81, of: 100)) == "100%")
    // Neither few runs nor the unfinished bucket set a scale.
    #expect(top(.made(19, of: 19)) == "20%")
    #expect(top(.made(0, of: 60), today: .made(60, of: 60)) == "20%")
  }

  @Test func theHelpSpeaksOfTheThresholdsAndTheIntervalInForce() throws {
    let thresholds = try #require(Thresholds(warning: 0.025, critical: 0.4, minRuns: 50))
    var session = DashboardSession(
      columns: 80, rows: 60, options: DashboardOptions(sourceLabel: "x", thresholds: thresholds, version: "9.9"))
    try session.press("+ ?")
    let text = session.lines.joined(separator: "\n")
    for words in [
      "surely over 40%", "surely over 2.5%", "under 50 runs", "one step is 2.5%, full from 17.5%", "faster (10 s)",
      "slotwatch 9.9",
    ] { #expect(text.contains(words), "\(words)") }
  }

  @Test func theHelpNamesEveryKeyOfTheTable() throws {
    var session = DashboardSession(columns: 80, rows: 60)
    try session.press("?")
    let text = session.lines.joined(separator: "\n")
    #expect(text.contains("d  w      by day, by week"))
    for entry in KeyTable.entries where !entry.label.isEmpty {
      #expect(text.contains(entry.label))
      for help in entry.help { #expect(text.contains(help)) }
    }
  }

  // MARK: The verdict

  @Test func namesTheOneSlotThatHasOverHalfOfAllFailures() {
    let days = [StatsCounters?](repeating: .made(0, of: 100), count: 5)
    let session = DashboardSession.showing(
      MadeFleet(["bad": [.made(60, of: 100)] + days, "good": [.made(5, of: 100)] + days]).reading,
      columns: 200, rows: 60)
    #expect(session.lines[1].contains("32.5% failed today (65/200)"))
    #expect(session.lines[1].contains("without bad 5.0%"))
    let even = DashboardSession.showing(
      MadeFleet(["a": [.made(6, of: 100)], "b": [.made(6, of: 100)]]).reading, columns: 200, rows: 60)
    #expect(!even.lines[1].contains("without"))
  }

  @Test func aStalledSlotComesBeforeThoseOverUsual() {
    let days = [StatsCounters?](repeating: .made(0, of: 100), count: 5)
    let session = DashboardSession.showing(
      MadeFleet(["bad": [.made(60, of: 100)] + days, "stuck": [.made(0, of: 194, ingest: 461)] + days]).reading)
    #expect(session.lines[1].contains("stalled: stuck, 267 of 461 open"))
    #expect(line(of: "stuck", in: session).hasPrefix(" !"))
    #expect(session.status.contains("! 1 stalled"))
  }

  @Test func leavesOutWhatIsLessThanThreeOverUsual() {
    let days = [StatsCounters?](repeating: .made(2, of: 100), count: 5)
    func verdict(_ failures: Int) -> String {
      DashboardSession.showing(MadeFleet(["a": [.made(failures, of: 100)] + days]).reading).lines[1]
    }
    #expect(!verdict(4).contains("over usual"))
    #expect(verdict(5).contains("over usual: a +3 timeouts"))
  }
}
