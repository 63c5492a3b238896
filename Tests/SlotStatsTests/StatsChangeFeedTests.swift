import Foundation
import SlotStats
import SlotStatsTesting
import Testing

@Suite struct StatsChangeFeedTests {

  @Test func everySubscriberGetsAChange() async {
    let feed = StatsChangeFeed()
    let (first, second) = (feed.changes(), feed.changes())
    feed.publish(StatsChange(slots: ["a"], at: noon))
    for changes in [first, second] {
      var changes = changes.makeAsyncIterator()
      #expect(await changes.next() == StatsChange(slots: ["a"], at: noon))
    }
  }

  @Test func whatIsNotTakenIsJoined() async {
    let feed = StatsChangeFeed()
    var changes = feed.changes().makeAsyncIterator()
    feed.publish(StatsChange(slots: ["a"], at: noon + 2))
    feed.publish(StatsChange(slots: ["b", "a"], at: noon))
    #expect(await changes.next() == StatsChange(slots: ["a", "b"], at: noon + 2))
    feed.publish(StatsChange(slots: ["c"], at: noon + 3))
    #expect(await changes.next() == StatsChange(slots: ["c"], at: noon + 3))
  }

  @Test func anySlotStaysAnySlot() {
    var change = StatsChange(slots: nil, at: noon)
    change.formUnion(StatsChange(slots: ["a"], at: noon))
    #expect(change.slots == nil)
    change = StatsChange(slots: ["a"], at: noon)
    change.formUnion(StatsChange(slots: nil, at: noon))
    #expect(change.slots == nil)
  }

  @Test func tooManySlotsAreNotNamed() {
    let slots = Set((0...StatsChange.maxSlots).map { Slot.ID("slot-\($0)") })
    #expect(StatsChange(slots: slots, at: noon).slots == nil)
    #expect(StatsChange(slots: Set(slots.dropFirst()), at: noon).slots?.count == StatsChange.maxSlots)
  }

  @Test func aFinishedFeedEndsAfterWhatWasPublished() async {
    let feed = StatsChangeFeed()
    var changes = feed.changes().makeAsyncIterator()
    feed.publish(StatsChange(slots: ["a"], at: noon))
    feed.finish()
    #expect(await changes.next() != nil)
    #expect(await changes.next() == nil)
    var late = feed.changes().makeAsyncIterator()
    #expect(await late.next() == nil)
    #expect(feed.subscriberCount == 0)
  }

  @Test func whoeverLetsGoLeaves() {
    let feed = StatsChangeFeed()
    var changes: StatsChanges? = feed.changes()
    #expect(changes != nil && feed.subscriberCount == 1)
    changes = nil
    #expect(feed.subscriberCount == 0)
  }

  @Test func aCancelledReaderStopsWaiting() async {
    let feed = StatsChangeFeed()
    let changes = feed.changes()
    let reader = Task { () -> StatsChange? in
      var iterator = changes.makeAsyncIterator()
      return await iterator.next()
    }
    reader.cancel()
    #expect(await reader.value == nil)
  }

  @Test func aRecordedEventIsPublished() async throws {
    let bench = try Bench()
    var changes = bench.service.changes.changes().makeAsyncIterator()
    try await bench.service.recordProcessingEvent(event(of: "b"))
    #expect(await changes.next()?.slots == ["b"])
  }
}
