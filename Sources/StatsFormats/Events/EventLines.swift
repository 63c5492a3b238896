import Glibc

/// Splits bytes that come in pieces into lines, and numbers them.
///
/// A leading byte order mark, CRLF, blank lines (counted, not handed out) and a last line without newline are accepted.
/// A line that is too long is told once and passed without being kept: memory never exceeds one line.
package struct EventLines: Sendable {
  /// The longest line that is read, in bytes without its newline.
  package static let maxLineBytes = 1 << 20

  /// One line that is not blank.
  package struct Line {
    /// Its number, from 1.
    package var number: Int
    /// Its bytes without the newline, valid during the call; `nil` for a line that is too long.
    package var bytes: UnsafeRawBufferPointer?
  }

  /// How many lines have begun, blank ones included.
  package private(set) var count = 0
  /// How many bytes have been handed over as whole lines, newlines included: where reading goes on after a restart.
  package private(set) var position: UInt64
  /// The beginning of a line whose end has not come yet.
  private var rest: [UInt8] = []
  /// How long the line is whose end has not come yet, also where ``rest`` does not keep it.
  private var restCount: UInt64 = 0
  private var isTooLong = false
  private let startsAtBeginning: Bool
  private let passesHoles: Bool

  /// Lines of bytes that begin at `position`. Only at 0 can a byte order mark stand. With `passesHoles`, bytes of 0 before
  /// a line are passed, however many: a file that is truncated under somebody who goes on at his own place has them.
  package init(position: UInt64 = 0, passesHoles: Bool = false) {
    self.position = position
    self.passesHoles = passesHoles
    startsAtBeginning = position == 0
  }

  /// Whether something stands after the last newline.
  package var hasRest: Bool { restCount > 0 }

  /// Takes the next piece and hands out the lines that it ends.
  package mutating func feed<Failure: Error>(
    _ piece: UnsafeRawBufferPointer, _ body: (Line) throws(Failure) -> Void
  ) throws(Failure) {
    guard var next = piece.baseAddress else { return }
    let end = next + piece.count
    while next < end {
      if passesHoles, restCount == 0, next.load(as: UInt8.self) == 0 {
        let length = Self.zeros(next, end)
        position += UInt64(length)
        next += length
        continue
      }
      let length = end - next
      guard let found = memchr(next, 0x0A, length) else {
        keep(UnsafeRawBufferPointer(start: next, count: length))
        return
      }
      let newline = UnsafeRawPointer(found)
      let line = UnsafeRawBufferPointer(start: next, count: newline - next)
      next = newline + 1
      if restCount == 0 {
        position += UInt64(line.count + 1)
        try hand(line, isTooLong: line.count > Self.maxLineBytes + 1, body)
      } else {
        keep(line)
        try endRest(newline: 1, body)
      }
    }
  }

  /// Hands out what stands after the last newline, as the last line.
  package mutating func finish<Failure: Error>(_ body: (Line) throws(Failure) -> Void) throws(Failure) {
    if hasRest { try endRest(newline: 0, body) }
  }

  /// How many bytes of 0 there are from `start` on.
  private static func zeros(_ start: UnsafeRawPointer, _ end: UnsafeRawPointer) -> Int {
    var next = start
    while next + 8 <= end, next.loadUnaligned(as: UInt64.self) == 0 { next += 8 }
    while next < end, next.load(as: UInt8.self) == 0 { next += 1 }
    return next - start
  }

  private mutating func keep(_ bytes: UnsafeRawBufferPointer) {
    restCount += UInt64(bytes.count)
    // One byte more than the limit: it may be the CR before the newline.
    isTooLong = isTooLong || restCount > Self.maxLineBytes + 1
    if isTooLong { rest = [] } else { rest.append(contentsOf: bytes) }
  }

  private mutating func endRest<Failure: Error>(
    newline: UInt64, _ body: (Line) throws(Failure) -> Void
  ) throws(Failure) {
    position += restCount + newline
    let (line, tooLong) = (rest, isTooLong)
    rest.removeAll(keepingCapacity: !tooLong)
    (restCount, isTooLong) = (0, false)
    let result = line.withUnsafeBytes { bytes in
      Result { () throws(Failure) in try hand(bytes, isTooLong: tooLong, body) }
    }
    try result.get()
  }

  @inline(__always)
  private mutating func hand<Failure: Error>(
    _ line: UnsafeRawBufferPointer, isTooLong: Bool, _ body: (Line) throws(Failure) -> Void
  ) throws(Failure) {
    count += 1
    var bytes = line
    if count == 1, startsAtBeginning, bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      bytes = UnsafeRawBufferPointer(rebasing: bytes.dropFirst(3))
    }
    if bytes.last == 0x0D { bytes = UnsafeRawBufferPointer(rebasing: bytes.dropLast()) }
    if isTooLong || bytes.count > Self.maxLineBytes {
      try body(Line(number: count, bytes: nil))
    } else if bytes.contains(where: { $0 != 0x20 && $0 != 0x09 }) {
      try body(Line(number: count, bytes: bytes))
    }
  }
}
