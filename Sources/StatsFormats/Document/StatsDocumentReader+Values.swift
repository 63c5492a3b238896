import SlotStats

extension StatsDocumentReader {
  /// The failure to throw after noting why the value at `offset` is refused; `step` is added to the value's path.
  mutating func refuse(at offset: Int, step: String = "", _ problem: String) -> JSONFailure {
    refusal = SnapshotError(place: JSONPlace.path(of: offset, in: scanner) + step, problem: problem)
    return JSONFailure(offset: offset, fault: .refused)
  }

  /// The failure to throw for a value of another type. If the value is malformed, that is what is thrown.
  mutating func wrongType(_ expected: String) -> JSONFailure {
    let start = scanner.cursor
    do {
      try scanner.skipValue()
    } catch {
      return error
    }
    return refuse(at: start, "is \(describe(start)); \(expected) is expected")
  }

  /// The value at an offset in words.
  func describe(_ offset: Int) -> String {
    var spot = scanner
    spot.cursor = offset
    return JSONPlace.describe(spot)
  }

  /// The text at the cursor.
  mutating func string() throws(JSONFailure) -> String {
    guard scanner.byte == 0x22 else { throw wrongType("a text") }
    return scanner.string(try scanner.text())
  }

  /// The text at the cursor; `nil` for `null`.
  mutating func stringOrNull() throws(JSONFailure) -> String? {
    if try scanner.takeNull() { return nil }
    return try string()
  }

  /// The instant at the cursor.
  mutating func instant() throws(JSONFailure) -> RFC3339.Instant {
    let start = scanner.cursor
    guard scanner.byte == 0x22 else { throw wrongType("an instant in quotes") }
    let text = try scanner.text()
    let instant =
      text.hasEscapes
      ? scanner.unescaped(text).withUnsafeBufferPointer { RFC3339.parse($0) }
      : RFC3339.parse(scanner.slice(text.range))
    guard let instant else {
      throw refuse(
        at: start, "is \(describe(start)); an instant such as \"2026-11-23T14:32:05Z\" or a date is expected")
    }
    return instant
  }

  /// The counter at the cursor.
  @inline(__always)
  mutating func counter() throws(JSONFailure) -> Int {
    let start = scanner.cursor
    guard scanner.isAtNumber else { throw wrongCounter() }
    guard case .value(let value) = try scanner.wholeNumber() else { throw refusedCounter(start) }
    return value
  }

  private mutating func wrongCounter() -> JSONFailure {
    let start = scanner.cursor
    let failure = wrongType("")
    return failure.fault == .refused ? refusedCounter(start) : failure
  }

  private mutating func refusedCounter(_ start: Int) -> JSONFailure {
    scanner.cursor = start
    let isTooLarge = scanner.isAtNumber && (try? scanner.wholeNumber()) == .tooLarge
    let rule = isTooLarge ? "counters go up to \(Int.max)" : "counters are whole numbers from 0"
    return refuse(at: start, "is \(describe(start)); \(rule)")
  }
}
