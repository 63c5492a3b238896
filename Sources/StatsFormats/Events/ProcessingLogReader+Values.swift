import SlotStats

extension ProcessingLogReader {
  /// The failure to throw after noting why the value at `offset` is refused.
  mutating func refuse(at offset: Int, _ problem: EventFault.Problem) -> JSONFailure {
    refusal = EventFault(offset: offset, problem: problem)
    return JSONFailure(offset: offset, fault: .refused)
  }

  /// The failure to throw for a value of another type. If the value is malformed, that is what is thrown.
  mutating func wrongType(_ expected: EventFault.Expected, at scanner: JSONScanner) -> JSONFailure {
    var ahead = scanner
    do {
      try ahead.skipValue()
    } catch {
      return error
    }
    return refuse(at: scanner.cursor, .wrongType(expected))
  }

  /// The UUID at the cursor.
  @inline(__always)
  mutating func uuid(_ scanner: inout JSONScanner) throws(JSONFailure) -> EventID {
    guard scanner.byte == 0x22 else { throw wrongType(.text, at: scanner) }
    let start = scanner.cursor
    let end = start + EventID.textLength + 1
    if end < scanner.count, scanner.base[end] == 0x22, let id = EventID(text: scanner.base + start + 1) {
      scanner.cursor = end + 1
      return id
    }
    return try uuidInOtherWords(&scanner)
  }

  private mutating func uuidInOtherWords(_ scanner: inout JSONScanner) throws(JSONFailure) -> EventID {
    let start = scanner.cursor
    let text = try scanner.text()
    let bytes = scanner.unescaped(text)
    let id = bytes.withUnsafeBufferPointer { bytes -> EventID? in
      guard bytes.count == EventID.textLength, let base = bytes.baseAddress else { return nil }
      return EventID(text: base)
    }
    guard let id else { throw refuse(at: start, .notUUID) }
    return id
  }

  /// The slot id at the cursor.
  @inline(__always)
  mutating func slotID(_ scanner: inout JSONScanner) throws(JSONFailure) -> JSONScanner.Text {
    guard scanner.byte == 0x22 else { throw wrongType(.text, at: scanner) }
    let start = scanner.cursor
    let text = try scanner.text()
    if text.range.isEmpty { throw refuse(at: start, .emptySlotID) }
    if text.range.count > Slot.maxIDLength, length(of: text, in: scanner) > Slot.maxIDLength {
      throw refuse(at: start, .slotIDTooLong)
    }
    return text
  }

  /// The number of the slot id that was passed.
  @inline(__always)
  func number(of id: JSONScanner.Text, in scanner: JSONScanner, slots: inout EventSlots) -> Int32 {
    guard id.hasEscapes else { return slots.number(of: scanner.slice(id.range)) }
    return scanner.unescaped(id).withUnsafeBufferPointer { slots.number(of: $0) }
  }

  /// The status at the cursor; a failed one still without its reason.
  @inline(__always)
  mutating func status(_ scanner: inout JSONScanner) throws(JSONFailure) -> EventKind {
    guard scanner.byte == 0x22 else { throw wrongType(.text, at: scanner) }
    let start = scanner.cursor
    guard let kind = try statuses.read(&scanner) else { throw refuse(at: start, .unknownStatus) }
    return kind
  }

  /// The instant at the cursor in nanoseconds since 1970.
  @inline(__always)
  mutating func occurredAt(_ scanner: inout JSONScanner) throws(JSONFailure) -> Int64 {
    guard scanner.byte == 0x22 else { throw wrongType(.text, at: scanner) }
    if let instant = instants.take(&scanner) { return instant }
    return try instantInOtherWords(&scanner)
  }

  private mutating func instantInOtherWords(_ scanner: inout JSONScanner) throws(JSONFailure) -> Int64 {
    let start = scanner.cursor
    let text = try scanner.text()
    let instant =
      text.hasEscapes
      ? scanner.unescaped(text).withUnsafeBufferPointer { RFC3339.parse($0) }
      : RFC3339.parse(scanner.slice(text.range))
    guard let instant, !instant.isPlainDate else { throw refuse(at: start, .notInstant) }
    return EventInstants.nanoseconds(instant)
  }

  /// The text at the cursor, which is not longer than texts may be; `nil` for `null`.
  mutating func shortText(_ scanner: inout JSONScanner) throws(JSONFailure) -> JSONScanner.Text? {
    if try scanner.takeNull() { return nil }
    guard scanner.byte == 0x22 else { throw wrongType(.text, at: scanner) }
    let start = scanner.cursor
    let text = try scanner.text()
    if text.range.count > Self.maxTextLength, length(of: text, in: scanner) > Self.maxTextLength {
      throw refuse(at: start, .textTooLong)
    }
    return text
  }

  /// The characters of a text that was passed.
  private func length(of text: JSONScanner.Text, in scanner: JSONScanner) -> Int {
    // Every character has one byte that continues no other.
    func count(_ bytes: some Sequence<UInt8>) -> Int { bytes.reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) } }
    return text.hasEscapes ? count(scanner.unescaped(text)) : count(scanner.slice(text.range))
  }

  /// Reads the object of details at the cursor, or `null`.
  mutating func details(_ scanner: inout JSONScanner) throws(JSONFailure) {
    if try scanner.takeNull() { return }
    guard scanner.byte == 0x7B else { throw wrongType(.object, at: scanner) }
    try scanner.open()
    var isFirst = true
    var isGiven = false
    while try scanner.nextMember(isFirst: &isFirst) {
      guard try statuses.detailKeys.read(&scanner, guess: 0) != nil else {
        try scanner.skipValue()
        continue
      }
      if isGiven { throw refuse(at: scanner.cursor, .givenTwice) }
      isGiven = true
      guard let reason = try shortText(&scanner) else { continue }
      failureReason = reason
      failedKind = statuses.failedKind(reason, in: scanner)
    }
  }

  /// The latency at the cursor in milliseconds, its fraction cut; −1 for `null`.
  mutating func latency(_ scanner: inout JSONScanner) throws(JSONFailure) -> Int {
    if try scanner.takeNull() { return -1 }
    guard scanner.isAtNumber else { throw wrongType(.number, at: scanner) }
    let start = scanner.cursor
    switch try scanner.wholeNumber() {
    case .value(let value): return value
    case .negative: throw refuse(at: start, .negativeLatency)
    case .tooLarge: throw refuse(at: start, .latencyTooLarge)
    case .fractional:
      let written = String(decoding: scanner.slice(start..<scanner.cursor), as: UTF8.self)
      guard let value = Double(written), let whole = Int(exactly: value.rounded(.down)) else {
        throw refuse(at: start, .latencyTooLarge)
      }
      return whole
    }
  }
}
