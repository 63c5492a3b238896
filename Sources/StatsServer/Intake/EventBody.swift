import StatsFormats

/// The forms in which events are sent.
enum EventBodyForm: Sendable {
  /// One object, or an array of them.
  case json
  /// One object a line.
  case lines

  /// The form that a `Content-Type` names; `nil` for any other.
  init?(contentType: String) {
    let type = contentType.prefix { $0 != ";" }.lowercased()
    switch type.drop(while: { $0 == " " }).prefix(while: { $0 != " " }) {
    case "application/json": self = .json
    case "application/x-ndjson", "application/ndjson", "application/jsonl": self = .lines
    default: return nil
    }
  }
}

/// What one body gave: the events are in the batch, this says which they are.
struct EventItems: Sendable {
  /// An item that was refused.
  struct Refusal: Hashable, Sendable {
    /// The item's number, from 0.
    var index: Int
    /// Why, in one line.
    var reason: String
  }

  /// The most refusals that an answer names one by one.
  static let maxRefusals = 1_000

  /// How many items there were.
  var count = 0
  /// The refused ones.
  var refused: [Refusal] = []
  /// How many were refused, named or not.
  var refusedCount = 0
  /// The number of each item that is in the batch; `nil` while these are 0, 1, 2 and so on.
  private(set) var numbers: [Int32]?

  /// Notes an item that is in the batch.
  mutating func take() {
    numbers?.append(Int32(count))
    count += 1
  }

  /// Notes an item that was refused.
  mutating func refuse(_ reason: @autoclosure () -> String) {
    if numbers == nil { numbers = (0..<Int32(count)).map { $0 } }
    refusedCount += 1
    if refused.count < Self.maxRefusals { refused.append(Refusal(index: count, reason: reason())) }
    count += 1
  }

  /// The number of the item that stands at a place among those in the batch.
  func number(at place: Int) -> Int { numbers.map { Int($0[place]) } ?? place }
}

/// Reads bodies of events.
enum EventBody {
  /// Why nothing can be taken of a body.
  struct Unreadable: Error, Hashable, Sendable {
    /// The place and what is wrong there.
    var reason: String
  }

  /// Appends the events of a body to `batch`.
  /// - Returns: which they are.
  /// - Throws: where the body as a whole is not what it should be; the batch is as it was then.
  static func read(
    _ bytes: UnsafeRawBufferPointer, _ form: EventBodyForm, into batch: inout EventBatch,
    with reader: inout ProcessingLogReader
  ) throws(Unreadable) -> EventItems {
    switch form {
    case .lines: return lines(bytes, into: &batch, with: &reader)
    case .json:
      guard var scanner = JSONScanner(bytes) else { throw Unreadable(reason: "byte 0 is the end; the body is empty") }
      do throws(JSONFailure) {
        try scanner.start()
      } catch {
        throw Unreadable(reason: SnapshotError(error, in: scanner).line)
      }
      return scanner.byte == 0x5B
        ? try array(scanner, bytes, into: &batch, with: &reader) : try object(bytes, into: &batch, with: &reader)
    }
  }

  private static func object(
    _ bytes: UnsafeRawBufferPointer, into batch: inout EventBatch, with reader: inout ProcessingLogReader
  ) throws(Unreadable) -> EventItems {
    var items = EventItems()
    do throws(EventFault) {
      try batch.append(bytes, with: &reader)
      items.take()
    } catch {
      let reason = error.reason(in: bytes)
      if case .json = error.problem { throw Unreadable(reason: reason) }
      items.refuse(reason)
    }
    return items
  }

  private static func array(
    _ scanner: JSONScanner, _ bytes: UnsafeRawBufferPointer, into batch: inout EventBatch,
    with reader: inout ProcessingLogReader
  ) throws(Unreadable) -> EventItems {
    var scanner = scanner
    var ranges: [Range<Int>] = []
    // The whole text first: of one that is cut off nothing is taken.
    do throws(JSONFailure) {
      try scanner.open()
      var isFirst = true
      while try scanner.nextElement(isFirst: &isFirst) {
        let start = scanner.cursor
        try scanner.skipValue()
        ranges.append(start..<scanner.cursor)
      }
      try scanner.finish()
    } catch {
      throw Unreadable(reason: SnapshotError(error, in: scanner).line)
    }
    var items = EventItems()
    for range in ranges {
      let element = UnsafeRawBufferPointer(rebasing: bytes[range])
      do throws(EventFault) {
        try batch.append(element, with: &reader)
        items.take()
      } catch {
        items.refuse(error.reason(in: element))
      }
    }
    return items
  }

  private static func lines(
    _ bytes: UnsafeRawBufferPointer, into batch: inout EventBatch, with reader: inout ProcessingLogReader
  ) -> EventItems {
    var items = EventItems()
    var lines = EventLines()
    func take(_ line: EventLines.Line) {
      guard let bytes = line.bytes else {
        let fault = EventFault(offset: 0, problem: .lineTooLong)
        items.refuse(fault.reason(in: UnsafeRawBufferPointer(start: nil, count: 0)))
        return
      }
      do throws(EventFault) {
        try batch.append(bytes, with: &reader)
        items.take()
      } catch {
        items.refuse(error.reason(in: bytes))
      }
    }
    lines.feed(bytes) { take($0) }
    lines.finish { take($0) }
    return items
  }
}
