import Foundation
import Testing

@testable import SlotStats
import SlotStatsTesting

@Suite struct StatsCacheTests {
  private func entry(_ value: Int, at started: Duration = .zero) -> StatsEntry<Int> {
    StatsEntry(value: value, loadStarted: started, generatedAt: noon, readAt: noon)
  }

  private func key(_ slotID: String?, _ window: StatsWindow = .day, since: Date? = nil) -> StatsKey {
    StatsKey(slotID, window, since: since)
  }

  @Test func anEntryIsValidBeforeItsTimeIsUpAndNotAtIt() {
    var cache = StatsCache<Int>(timeToLive: .seconds(5), maxEntries: 3)
    cache.insert(entry(1, at: .seconds(10)), for: key("a"), at: .seconds(10))
    #expect(cache.entry(for: key("a"), at: .seconds(15) - .nanoseconds(1))?.value == 1)
    #expect(cache.entry(for: key("a"), at: .seconds(15)) == nil)
    #expect(cache.count == 0)
  }

  @Test func expiredEntriesLeaveAlthoughNobodyAsksForThem() {
    var cache = StatsCache<Int>(timeToLive: .seconds(5), maxEntries: 1_000)
    for number in 0..<100 { cache.insert(entry(number), for: key("old-\(number)"), at: .zero) }
    for number in 0..<20 {
      cache.insert(entry(number, at: .seconds(5)), for: key("new-\(number)"), at: .seconds(5))
    }
    #expect(cache.count == 20)
  }

  @Test func aSweepLeavesValidEntriesAlone() {
    var cache = StatsCache<Int>(timeToLive: .seconds(5), maxEntries: 1_000)
    for number in 0..<500 { cache.insert(entry(number), for: key("s\(number)"), at: .seconds(4)) }
    #expect(cache.count == 500)
    for number in 0..<500 { #expect(cache.entry(for: key("s\(number)"), at: .seconds(4))?.value == number) }
  }

  @Test func theLeastRecentlyUsedLeaves() {
    var cache = StatsCache<Int>(timeToLive: .seconds(5), maxEntries: 3)
    for (number, name) in ["a", "b", "c"].enumerated() { cache.insert(entry(number), for: key(name), at: .zero) }
    _ = cache.entry(for: key("a"), at: .zero)
    cache.insert(entry(3), for: key("d"), at: .zero)
    #expect(["a", "b", "c", "d"].map { cache.entry(for: key($0), at: .zero)?.value } == [0, nil, 2, 3])
  }

  @Test func replacingAnEntryKeepsTheOthers() {
    var cache = StatsCache<Int>(timeToLive: .seconds(5), maxEntries: 2)
    cache.insert(entry(1), for: key("a"), at: .zero)
    cache.insert(entry(2), for: key("b"), at: .zero)
    cache.insert(entry(3), for: key("a"), at: .zero)
    #expect(cache.count == 2)
    #expect(cache.entry(for: key("a"), at: .zero)?.value == 3)
    #expect(cache.entry(for: key("b"), at: .zero)?.value == 2)
  }

  @Test func droppingASlotDropsItsEntriesAlone() {
    var cache = StatsCache<Int>(timeToLive: .seconds(5), maxEntries: 40)
    for slot in ["a", "b", nil] {
      for window in StatsWindow.allCases {
        for since in [nil, noon] { cache.insert(entry(1), for: key(slot, window, since: since), at: .zero) }
      }
    }
    cache.removeEntries(of: "a")
    #expect(cache.count == 16)
    cache.removeEntries(of: nil)
    #expect(cache.count == 8)
    #expect(cache.entry(for: key("b", .week, since: noon), at: .zero) != nil)
    cache.removeEntries(of: "nobody")
    #expect(cache.count == 8)
  }

  /// Whatever is done in whatever order, the cache holds what a list of entries by use would hold.
  @Test func behavesAsAListByUse() {
    var random = SeededGenerator(state: 7)
    var cache = StatsCache<Int>(timeToLive: .seconds(1_000), maxEntries: 12)
    var list: [(key: StatsKey, value: Int)] = []
    for step in 0..<20_000 {
      let key = key("s\(Int.random(in: 0..<9, using: &random))", Bool.random(using: &random) ? .day : .week)
      switch Int.random(in: 0..<10, using: &random) {
      case 0:
        cache.removeEntries(of: key.slotID)
        list.removeAll { $0.key.slotID == key.slotID }
      case 1..<5:
        cache.insert(entry(step), for: key, at: .zero)
        list.removeAll { $0.key == key }
        if list.count == 12 { list.removeFirst() }
        list.append((key, step))
      default:
        let index = list.firstIndex { $0.key == key }
        #expect(cache.entry(for: key, at: .zero)?.value == index.map { list[$0].value })
        if let index { list.append(list.remove(at: index)) }
      }
      #expect(cache.count == list.count)
    }
  }
}

@Suite struct InvalidationLogTests {
  @Test func namesTheSlotsOfLaterEvents() {
    var log = InvalidationLog()
    for slot in ["b", "a", "b", "c"] { log.noteEvent(of: slot) }
    #expect(log.lastEvent == 4)
    #expect(log.slots(after: 0) == ["a", "b", "c"])
    #expect(log.slots(after: 2) == ["b", "c"])
    #expect(log.slots(after: 3) == ["c"])
    #expect(log.slots(after: 4) == [])
  }

  @Test func forgetsTheOldestAndSaysSo() {
    var log = InvalidationLog(maxSlots: 3)
    for slot in ["a", "b", "c", "a"] { log.noteEvent(of: slot) }
    #expect(log.slots(after: 0) == ["a", "b", "c"])
    log.noteEvent(of: "d")
    #expect(log.slots(after: 0) == nil)
    #expect(log.slots(after: 3) == nil)
    #expect(log.slots(after: 4) == ["d"])
  }
}
