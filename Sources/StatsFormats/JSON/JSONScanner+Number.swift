extension JSONScanner {
  /// What a number is when a whole number from 0 is wanted.
  package enum WholeNumber: Hashable, Sendable {
    /// It is one, up to 2⁶³−1.
    case value(Int)
    case negative, fractional, tooLarge
  }

  /// Whether a number, good or malformed, begins at the cursor.
  @inline(__always)
  package var isAtNumber: Bool { byte == 0x2D || byte &- 0x30 <= 9 }

  /// Passes the number at the cursor, however it is written: `3`, `3.0`, `3e2` and `300e-2` are whole.
  @inline(__always)
  package mutating func wholeNumber() throws(JSONFailure) -> WholeNumber {
    // Up to 18 digits fit without an overflow, and nearly every counter is such a one.
    var index = cursor
    let limit = min(cursor + 18, count)
    var value = 0
    while index < limit, case let digit = base[index] &- 0x30, digit <= 9 {
      value = value &* 10 &+ Int(digit)
      index += 1
    }
    let digits = index - cursor
    if digits > 0, index < count, digits == 1 || base[cursor] != 0x30, !Self.continuesNumber(base[index]) {
      cursor = index
      return .value(value)
    }
    return whole(try number())
  }

  @inline(__always)
  private static func continuesNumber(_ byte: UInt8) -> Bool {
    byte &- 0x30 <= 9 || byte == 0x2E || byte | 0x20 == 0x65
  }

  /// Passes the number at the cursor and returns its bytes.
  package mutating func number() throws(JSONFailure) -> Range<Int> {
    let start = cursor
    if byte == 0x2D { cursor += 1 }
    if byte == 0x30 {
      cursor += 1
      // No leading zeros.
      if byte &- 0x30 <= 9 { throw failure(.malformedNumber) }
    } else {
      try digits()
    }
    if byte == 0x2E {
      cursor += 1
      try digits()
    }
    if byte | 0x20 == 0x65 {
      cursor += 1
      if byte == 0x2B || byte == 0x2D { cursor += 1 }
      try digits()
    }
    return start..<cursor
  }

  private mutating func digits() throws(JSONFailure) {
    guard byte &- 0x30 <= 9 else { throw failure(.malformedNumber) }
    while byte &- 0x30 <= 9 { cursor += 1 }
  }

  /// What the number in these bytes is, computed from its digits: exact, and as fast for `1e999999999` as for `1`.
  private func whole(_ range: Range<Int>) -> WholeNumber {
    var decimal = Decimal()
    for byte in slice(range) { decimal.read(byte) }
    return decimal.whole
  }

  /// The digits of a number without leading zeros, and the power of ten they stand at.
  private struct Decimal {
    var isNegative = false
    var isPastPoint = false
    var isInExponent = false
    /// The digits up to the last one that is not 0; stops growing once it is too large for any counter.
    var significand: UInt64 = 0
    var isTooLarge = false
    /// Zeros after the significand that count only if another digit follows.
    var pendingZeros = 0
    /// The power of ten of the last digit read.
    var scale = 0
    var exponent = 0
    var exponentIsNegative = false

    mutating func read(_ byte: UInt8) {
      switch byte {
      case 0x2D where isInExponent: exponentIsNegative = true
      case 0x2D: isNegative = true
      case 0x2E: isPastPoint = true
      case 0x65, 0x45: isInExponent = true
      case 0x30...0x39 where isInExponent: exponent = min(exponent * 10 + Int(byte - 0x30), 1 << 40)
      case 0x30...0x39: readDigit(UInt64(byte - 0x30))
      default: break
      }
    }

    private mutating func readDigit(_ digit: UInt64) {
      if isPastPoint { scale -= 1 }
      if digit == 0 {
        if significand != 0 || isTooLarge { pendingZeros += 1 }
        return
      }
      for _ in 0...min(pendingZeros, 20) where !isTooLarge { shift() }
      pendingZeros = 0
      let (sum, overflow) = significand.addingReportingOverflow(digit)
      significand = sum
      isTooLarge = isTooLarge || overflow
    }

    private mutating func shift() {
      let (product, overflow) = significand.multipliedReportingOverflow(by: 10)
      significand = product
      isTooLarge = overflow
    }

    var whole: WholeNumber {
      if significand == 0, !isTooLarge { return .value(0) }
      if isNegative { return .negative }
      let power = scale + pendingZeros + (exponentIsNegative ? -exponent : exponent)
      if power < 0 { return .fractional }
      if isTooLarge || power > 18 { return .tooLarge }
      var value = significand
      for _ in 0..<power {
        let (product, overflow) = value.multipliedReportingOverflow(by: 10)
        if overflow { return .tooLarge }
        value = product
      }
      return Int(exactly: value).map { .value($0) } ?? .tooLarge
    }
  }
}
