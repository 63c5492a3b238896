import Foundation
import SlotStats
import Testing

@testable import StatsFormats

@Suite struct EventLinesTests {
  /// The lines of some pieces: number and text, `nil` for one that is too long.
  private func lines(_ pieces: [[UInt8]], from position: UInt64 = 0) -> (lines: [(Int, String?)], splitter: EventLines)
  {
    var splitter = EventLines(position: position)
    var lines: [(Int, String?)] = []
    func take(_ line: EventLines.Line) {
      lines.append((line.number, line.bytes.map { String(decoding: $0, as: UTF8.self) }))
    }
    for piece in pieces { piece.withUnsafeBytes { splitter.feed($0, take) } }
    splitter.finish(take)
    return (lines, splitter)
  }

  private func texts(_ pieces: [[UInt8]]) -> [String] { lines(pieces).lines.map { "\($0.0):\($0.1 ?? "too long")" } }

  @Test func acceptsMarkBlankLinesCRLFAndALastLineWithoutNewline() {
    let text = "\u{FEFF}a\r\n\n \t\r\nb\nc\r\n\r\nd"
    #expect(texts([Array(text.utf8)]) == ["1:a", "4:b", "5:c", "7:d"])
  }

  @Test func piecesOfAnySizeGiveTheSameLines() {
    let bytes = Array("\u{FEFF}first\r\nsecond\n\n\nthe third one\r\n\r\n{}".utf8)
    for size in 1...bytes.count {
      let pieces = stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
      #expect(texts(pieces) == ["1:first", "2:second", "5:the third one", "7:{}"], "\(size)")
    }
  }

  @Test func aMarkIsNoPartOfALaterLineOrOfAnInputThatGoesOn() {
    #expect(texts([Array("a\n\u{FEFF}b".utf8)]) == ["1:a", "2:\u{FEFF}b"])
    #expect(lines([Array("\u{FEFF}b".utf8)], from: 7).lines.first?.1 == "\u{FEFF}b")
  }

  @Test func aHoleBeforeALineIsPassedWhereItIsToBe() {
    let hole = [UInt8](repeating: 0, count: 3 << 20)
    let pieces = [hole, hole + Array("a\n".utf8), Array("\0\0\0\0\0\0\0\0\0b\0\n\0".utf8), Array("c\n\0".utf8)]
    var splitter = EventLines(passesHoles: true)
    var lines: [String] = []
    for piece in pieces {
      piece.withUnsafeBytes {
        splitter.feed($0) { line in lines.append(line.bytes.map { String(decoding: $0, as: UTF8.self) } ?? "too long") }
      }
    }
    #expect(lines == ["a", "b\0", "c"])
    #expect(splitter.position == UInt64(pieces.joined().count) && !splitter.hasRest)
    #expect(texts([Array("\0a\n".utf8)]) == ["1:\0a"])
  }

  @Test func aLineThatIsTooLongIsToldOnceAndNotKept() {
    let long = [UInt8](repeating: 0x61, count: 1 << 16)
    let pieces = [Array("a\n".utf8)] + Array(repeating: long, count: 160) + [Array("\nb\n".utf8)]
    #expect(texts(pieces) == ["1:a", "2:too long", "3:b"])
    #expect(texts([Array(pieces.joined())]) == ["1:a", "2:too long", "3:b"])
    #expect(texts(pieces.dropLast()) == ["1:a", "2:too long"])
  }

  @Test func theLongestLineMayEndInCRLF() {
    let longest = [UInt8](repeating: 0x61, count: EventLines.maxLineBytes)
    #expect(lines([longest + [0x0D, 0x0A]]).lines.map { $0.1?.utf8.count } == [EventLines.maxLineBytes])
    #expect(lines([longest, [0x0D], [0x0A]]).lines.map { $0.1?.utf8.count } == [EventLines.maxLineBytes])
    #expect(lines([longest + [0x61, 0x0A]]).lines.map { $0.1 } == [nil])
    #expect(lines([longest, [0x61], [0x0A]]).lines.map { $0.1 } == [nil])
  }

  @Test func thePositionIsAfterTheLastWholeLine() {
    var splitter = EventLines(position: 100)
    for (piece, position) in [("ab", 100), ("c\n", 104), ("\r\nd", 106), ("", 106), ("e\nf\n", 111)] {
      Array(piece.utf8).withUnsafeBytes { splitter.feed($0) { _ in } }
      #expect(splitter.position == UInt64(position))
    }
    Array("rest".utf8).withUnsafeBytes { splitter.feed($0) { _ in } }
    #expect(splitter.hasRest)
    splitter.finish { _ in }
    #expect(splitter.position == 115)
  }

  @Test func badLinesAreToldByNumberAndNeverStopTheGoodOnes() {
    let good = EventText.event()
    let text = "\(good)\nno json\n\n\(good.replacingOccurrences(of: "failed", with: "done"))\n\(good)\u{0}\n\(good)"
    let (batch, stream) = EventText.stream([Array(text.utf8)])
    #expect(batch.count == 2)
    #expect(stream.refusals.count == 3)
    #expect(stream.refusals.first.map(\.number) == [2, 4, 5])
    #expect(stream.refusals.first.map(\.reason)[0] == "byte 0 is 'n'; a value is expected")
  }

  @Test func onlyTheFirstRefusalsAreKept() {
    let (batch, stream) = EventText.stream([Array(String(repeating: "{}\n", count: 50).utf8)])
    #expect(batch.isEmpty)
    #expect(stream.refusals.count == 50)
    #expect(stream.refusals.first.map(\.number) == Array(1...20))
  }

  @Test func countsBySlotDayAndStatus() {
    let lines = [
      EventText.event(["slot_id": "\"b\""]), EventText.event(["slot_id": "\"b\"", "details": "null"]),
      EventText.event(["slot_id": "\"a\"", "status": "\"received\"", "occurred_at": "\"2026-11-18T23:59:59.999Z\""]),
      EventText.event(["slot_id": "\"a\"", "status": "\"received\""]),
    ]
    var stream = EventStream(accepted: EventText.accepted)
    var (tally, slots) = (EventTally(), EventSlots())
    Array(lines.joined(separator: "\n").utf8).withUnsafeBytes { stream.feed($0, into: &tally, slots: &slots) }
    stream.finish(into: &tally, slots: &slots)
    let rows = tally.rows(slots: slots).map {
      "\($0.slotID) \(RFC3339.formatDay($0.day)) \($0.status.rawValue) \($0.count)"
    }
    #expect(rows == ["a 2026-11-18 received 1", "a 2026-11-19 received 1", "b 2026-11-19 failed 2"])
  }

  @Test func slotsKeepTheirNumbersWhateverTheirCount() {
    var slots = EventSlots()
    for round in 0..<2 {
      for number in 0..<5_000 { #expect(slots.number(of: "slot-\(number)") == Int32(number), "\(round)") }
    }
    #expect(slots.count == 5_000)
    #expect(slots[4_321] == "slot-4321")
  }
}
