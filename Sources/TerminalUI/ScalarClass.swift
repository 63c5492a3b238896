/// What a scalar does to a terminal, and therefore what becomes of it.
enum ScalarClass: UInt32 {
  /// Takes one column.
  case narrow = 0
  /// Takes two columns.
  case wide = 1
  /// Combines with the character before it and takes no column.
  case zero = 2
  /// Means something only between other scalars; is left out.
  case dropped = 3
  /// Must not reach a terminal; U+FFFD stands in its place.
  case replaced = 4
  /// A blank of some kind; a plain blank stands in its place.
  case blank = 5

  /// The class of any scalar value; constant time for Latin, Greek, Cyrillic and the bars, else a binary search.
  @inline(__always)
  init(of value: UInt32) {
    if value < 0x300 {
      self = Self.latin(value)
    } else if (0x390..<0x483).contains(value) && value != 0x3A2 || (0x2500..<0x25FD).contains(value)
      || (0x2010..<0x2028).contains(value)
    {
      self = .narrow
    } else {
      self = Self.search(value)
    }
  }

  @inline(__always)
  private static func latin(_ value: UInt32) -> ScalarClass {
    switch value {
    case 0x20...0x7E: .narrow
    case 0x09, 0x0A, 0x0D, 0xA0: .blank
    case 0..<0x20, 0x7F..<0xA0, 0xAD: .replaced
    default: .narrow
    }
  }

  /// The class of the last run that begins at or before `value`.
  private static func search(_ value: UInt32) -> ScalarClass {
    runs.withUnsafeBufferPointer { runs in
      let key = value << 3 | 7
      var low = 0
      var high = runs.count
      while high - low > 1 {
        let middle = (low + high) / 2
        if runs[middle] <= key { low = middle } else { high = middle }
      }
      return ScalarClass(rawValue: runs[low] & 7) ?? .replaced
    }
  }
}
