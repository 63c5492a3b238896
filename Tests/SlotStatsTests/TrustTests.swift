import Foundation
import Testing

@testable import SlotStats

@Suite struct TrustTests {
  private let now = Date(timeIntervalSince1970: 1_795_098_730)

  private func trust(
    age: TimeInterval? = 5, sinceRead: TimeInterval = 1, interval: TimeInterval = 5, staleAfter: TimeInterval = 300,
    failed: Bool = false
  ) -> Trust {
    Trust(
      now: now, generatedAt: age.map { now.addingTimeInterval(-$0) }, sinceCompletedRead: sinceRead,
      interval: interval, staleAfter: StaleAfter(dataAge: staleAfter), lastReadFailed: failed)
  }

  @Test func waitsBeforeTheFirstResult() {
    #expect(trust(age: nil, sinceRead: 1000).word == .wait)
    #expect(trust(age: nil).reason == .nothingRead)
  }

  @Test func isLostWhenTheFirstReadFailed() {
    #expect(trust(age: nil, failed: true).word == .lost)
  }

  @Test func isLostBeforeItIsStaleOrLate() {
    #expect(trust(age: 9000, sinceRead: 9000, failed: true).word == .lost)
  }

  @Test func isStaleOnlyPastTheAge() {
    #expect(trust(age: 300).word == .live)
    #expect(trust(age: 300.5).word == .stale)
    #expect(trust(age: 301).reason == .dataOld(301))
  }

  @Test func isStaleWhenTheSourceIsMoreThanAMinuteAhead() {
    #expect(trust(age: -60).word == .live)
    #expect(trust(age: -61).reason == .dataAhead(61))
    #expect(trust(age: -61).word == .stale)
  }

  @Test(arguments: [
    // 5 s: 2 intervals are 10 s, 3 intervals are 15 s but STALE needs 30 s.
    (5.0, 9.9, TrustWord.live), (5, 10, .late), (5, 15, .late), (5, 29.9, .late), (5, 30, .stale),
    // 1 s: both floors hold.
    (1, 3, .live), (1, 9, .live), (1, 10, .late), (1, 30, .stale),
    // 60 s: the intervals decide.
    (60, 119, .live), (60, 120, .late), (60, 179, .late), (60, 180, .stale),
  ])
  func countsIntervalsWithoutACompletedRead(interval: TimeInterval, sinceRead: TimeInterval, word: TrustWord) {
    #expect(trust(sinceRead: sinceRead, interval: interval).word == word)
  }

  @Test func countsTheReadsThatWereMissed() {
    #expect(trust(sinceRead: 12, interval: 5).reason == .readsMissed(2))
    #expect(trust(sinceRead: 31, interval: 5).reason == .readsMissed(6))
  }

  @Test func staleAfterPrefersTheChoiceThenTheSourceThenFiveMinutes() {
    var reading = FleetReading(slots: [], series: [:], generatedAt: now, readAt: now, refreshInterval: 60)
    #expect(StaleAfter(chosen: 7, of: reading).dataAge == 7)
    #expect(StaleAfter(chosen: nil, of: reading).dataAge == 120)
    reading.refreshInterval = nil
    #expect(StaleAfter(chosen: nil, of: reading).dataAge == 300)
    #expect(StaleAfter(chosen: nil, of: nil).dataAge == 300)
  }

  @Test func theAgeOfTheNewestEventCountsOnlyWhereAnAgeWasChosen() {
    var reading = FleetReading(slots: [], series: [:], generatedAt: now, readAt: now)
    reading.newestEventAt = now.addingTimeInterval(-61)
    func trust(_ chosen: TimeInterval?) -> Trust {
      Trust(now: now, generatedAt: now, staleAfter: StaleAfter(chosen: chosen, of: reading))
    }
    #expect(trust(nil).word == .live)
    #expect(trust(61).word == .live)
    #expect(trust(60).word == .stale)
    #expect(trust(60).reason == .eventsOld(61))
    reading.newestEventAt = nil
    #expect(trust(60).word == .live)
  }

  @Test func aSingleReadingIsLiveOrStale() {
    #expect(Trust(now: now, generatedAt: now, staleAfter: StaleAfter(dataAge: 300)).word == .live)
    #expect(
      Trust(now: now, generatedAt: now.addingTimeInterval(-301), staleAfter: StaleAfter(dataAge: 300)).word == .stale)
    #expect(
      Trust(now: now, generatedAt: now.addingTimeInterval(61), staleAfter: StaleAfter(dataAge: 300)).word == .stale)
  }
}
