import Testing

@testable import RemoteSources

@Suite struct EventLineTests {
  private func events(_ lines: String...) -> [EventLine.Event] {
    var event = EventLine()
    return lines.compactMap { event.take($0) }
  }

  @Test func anEventEndsWithAnEmptyLine() {
    #expect(events("event: changed", "data: {}", "") == [.changed(data: "{}")])
    #expect(events("data:a", "event:changed", "data", "data:  b", "") == [.changed(data: "a\n\n b")])
    #expect(events("event: other", "data: x", "", "data: y", "") == [])
    #expect(events("event: changed", "data: {}") == [])
  }

  @Test func commentsAndUnknownFieldsMeanNothing() {
    #expect(events(": alive", "", ":event: changed", "id: 7", "event: changed", ": x", "") == [.changed(data: "")])
  }

  @Test func aPanelSaysWhenToComeAgain() {
    #expect(events("retry: 1000", "") == [.retry(milliseconds: 1_000)])
    #expect(events("retry:0") == [.retry(milliseconds: 0)])
    #expect(events("retry: soon", "retry: -1", "retry", "retry: 1.5", "retry: 99999999999999999999") == [])
  }

  @Test func dataPastItsLimitIsDroppedAndMayBeOfAnySlot() {
    var event = EventLine()
    _ = event.take("event: changed")
    let piece = "data: " + String(repeating: "x", count: 1_000)
    for _ in 0..<2_000 { _ = event.take(piece) }
    #expect(event.take("") == .changed(data: ""))
    _ = event.take("event: changed")
    _ = event.take("data: {}")
    #expect(event.take("") == .changed(data: "{}"))
  }
}
