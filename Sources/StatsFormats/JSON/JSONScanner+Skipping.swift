extension JSONScanner {
  /// Passes the value at the cursor, whatever it is, and validates it.
  package mutating func skipValue() throws(JSONFailure) {
    // One bit for each open container, the innermost lowest: 1 for an object. There are never more than 64.
    var kinds: UInt64 = 0
    let floor = depth
    while true {
      switch byte {
      case 0x22: _ = try text()
      case 0x7B:
        try open()
        kinds = kinds << 1 | 1
        skipBlanks()
        if byte != 0x7D {
          try skipKey()
          continue
        }
      case 0x5B:
        try open()
        kinds <<= 1
        skipBlanks()
        if byte != 0x5D { continue }
      case 0x2D, 0x30...0x39: _ = try number()
      default: try literal()
      }
      guard try leaveContainers(&kinds, floor: floor) else { return }
    }
  }

  /// After a value: passes what closes, and the comma before the next value.
  ///
  /// - Returns: whether another value follows.
  private mutating func leaveContainers(_ kinds: inout UInt64, floor: Int) throws(JSONFailure) -> Bool {
    while depth > floor {
      var isFirst = false
      let isObject = kinds & 1 == 1
      if isObject {
        if try nextMember(isFirst: &isFirst) {
          try skipKey()
          return true
        }
      } else if try nextElement(isFirst: &isFirst) {
        return true
      }
      kinds >>= 1
    }
    return false
  }

  private mutating func skipKey() throws(JSONFailure) {
    if byte != 0x22 { throw failure(.expectedKey) }
    _ = try text()
    try colon()
  }

  private mutating func literal() throws(JSONFailure) {
    let word: StaticString
    switch byte {
    case 0x74: word = "true"
    case 0x66: word = "false"
    case 0x6E: word = "null"
    default: throw failure(.expectedValue)
    }
    let start = cursor
    for index in 0..<word.utf8CodeUnitCount {
      guard cursor < count else { throw failure(.unexpectedEnd) }
      guard base[cursor] == word.utf8Start[index] else { throw JSONFailure(offset: start, fault: .expectedValue) }
      cursor += 1
    }
  }

  /// Passes `null` if it is at the cursor.
  package mutating func takeNull() throws(JSONFailure) -> Bool {
    guard byte == 0x6E else { return false }
    try literal()
    return true
  }

  /// Passes `true` or `false` if one is at the cursor.
  package mutating func takeBool() throws(JSONFailure) -> Bool? {
    guard byte == 0x74 || byte == 0x66 else { return nil }
    let value = byte == 0x74
    try literal()
    return value
  }
}
