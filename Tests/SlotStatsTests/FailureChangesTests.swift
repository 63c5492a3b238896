import Foundation
import SlotStatsTesting
import Testing

@testable import SlotStats

@Suite struct FailureChangesTests {
  private static let bad: WrittenPast.Count = { $0 <= 20 ? WrittenPast.counters(1, of: 1) : nil }

  private func changes(
    _ past: WrittenPast, _ span: ChangeSpan = .quarter
  ) -> FailureChanges? {
    FailureChanges(past.reading(), span: span, thresholds: .standard)
  }

  private func slot(_ id: Slot.ID, _ other: @escaping WrittenPast.Count = { _ in nil }) -> (Slot, WrittenPast.Count) {
    (Slot(id: id), WrittenPast.usual(other))
  }

  @Test func namesTheSlotAndKindThatRoseWithItsShareAndItsBeginning() throws {
    let found = try #require(changes(WrittenPast(slots: [slot("a", Self.bad), slot("b"), slot("c")])))
    #expect(found.rises.count == 1 && found.falls.isEmpty)
    let rise = found.rises[0]
    #expect(rise.slot.id == "a" && rise.kind == .providerErrors && rise.failures == 15 && rise.runs == 15)
    #expect(abs(rise.expected - 0.3) < 0.05 && rise.share > 0.9)
    #expect(rise.since == WrittenPast.at(20))
    #expect(found.counters.totalRuns == 45)
  }

  @Test func namesTheSlotWhoseFailuresAreFarOverWhatIsUsual() throws {
    let broken = slot("a") { $0 <= 20 ? WrittenPast.counters(60, of: 60) : nil }
    let found = try #require(changes(WrittenPast(slots: [slot("b"), broken])))
    #expect(found.rises.map(\.slot.id) == ["a"] && found.rises[0].failures == 900)
  }

  @Test func moreWorkAloneIsNoRise() throws {
    let busy = slot("a") { $0 <= 20 ? WrittenPast.counters($0 % 5 == 0 ? 1 : 0, of: 10) : nil }
    let found = try #require(changes(WrittenPast(slots: [busy])))
    #expect(found.rises.isEmpty && found.expected > 2.5)
  }

  @Test func sharesOfARiseAddUp() throws {
    let half = slot("b") { $0 <= 20 ? WrittenPast.counters($0 % 2, of: 1) : nil }
    let found = try #require(changes(WrittenPast(slots: [half, slot("a", Self.bad), slot("c")])))
    #expect(found.rises.map(\.slot.id) == ["a", "b"])
    let sum = found.rises.reduce(found.otherShare ?? 0) { $0 + $1.share }
    #expect(abs(sum - 1) < 1e-9)
  }

  @Test func whatGotBetterStandsByItself() throws {
    let chronic: (Slot, WrittenPast.Count) = (Slot(id: "a"), { WrittenPast.counters($0 <= 60 ? 0 : 1, of: 1) })
    let found = try #require(changes(WrittenPast(slots: [chronic, slot("b")]), .hour))
    #expect(found.rises.isEmpty && found.falls.map(\.slot.id) == ["a"])
    #expect(found.falls[0].change < -50 && found.falls[0].share > 0.9)
  }

  @Test func aDayIsToldByHours() throws {
    let day = slot("a") { $0 <= 600 ? WrittenPast.counters($0 % 4 == 0 ? 1 : 0, of: 1) : nil }
    let found = try #require(changes(WrittenPast(slots: [day]), .day))
    let rise = try #require(found.rises.first)
    #expect(rise.failures > 150 && rise.runs > 1_300)
    #expect(abs(try #require(rise.since).timeIntervalSince(WrittenPast.at(600))) <= 3_600)
  }

  @Test func aSourceSaysWhichSpansItHas() {
    var past = WrittenPast(slots: [slot("a")])
    #expect(ChangeSpan.all(in: past.reading()) == [.quarter, .hour, .day])
    past.windows = [.hour, .day]
    #expect(ChangeSpan.all(in: past.reading()) == [.day])
    past.windows = [.day]
    #expect(ChangeSpan.all(in: past.reading()).isEmpty && changes(past) == nil)
  }

  @Test func aSlotOfWhichNothingIsUsualIsCountedApart() throws {
    let new: (Slot, WrittenPast.Count) = (Slot(id: "new"), { $0 <= 10 ? WrittenPast.counters(1, of: 1) : nil })
    let found = try #require(changes(WrittenPast(slots: [slot("a"), new])))
    #expect(found.rises.isEmpty && found.unknownSlots == 1 && found.unknownFailures == 10)
  }
}
