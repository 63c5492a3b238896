import FoundationEssentials
import SlotStats

extension RFC3339 {
  /// The instant in UTC, such as `2026-11-23T14:32:05Z`.
  ///
  /// A fraction is written where there is one, to the microsecond. Instants outside the years 0001 to 9999 are
  /// written as the nearest one inside.
  package static func format(_ instant: Date) -> String {
    var bytes: [UInt8] = []
    append(instant, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The UTC day that contains the instant, such as `2026-11-23`.
  package static func formatDay(_ instant: Date) -> String {
    var bytes: [UInt8] = []
    appendDay(split(instant).seconds, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The start of a period: its day where it is the start of one, else the instant.
  package static func formatStart(_ instant: Date) -> String {
    StatsWindow.day.isBucketStart(instant) ? formatDay(instant) : format(instant)
  }

  /// Appends what ``format(_:)`` writes.
  package static func append(_ instant: Date, to bytes: inout [UInt8]) {
    let (seconds, microseconds) = split(instant)
    appendDay(seconds, to: &bytes)
    let time = seconds - floorDay(seconds) * 86_400
    bytes.append(0x54)
    append(time / 3_600, digits: 2, to: &bytes)
    bytes.append(0x3A)
    append(time / 60 % 60, digits: 2, to: &bytes)
    bytes.append(0x3A)
    append(time % 60, digits: 2, to: &bytes)
    if microseconds > 0 {
      bytes.append(0x2E)
      append(microseconds, digits: 6, to: &bytes)
      while bytes.last == 0x30 { bytes.removeLast() }
    }
    bytes.append(0x5A)
  }

  private static func split(_ instant: Date) -> (seconds: Int, microseconds: Int) {
    let given = max(instant.timeIntervalSince1970, Double(firstSecond))
    let since1970 = given < Double(endSecond) ? given : Double(endSecond - 1)
    let whole = since1970.rounded(.down)
    let microseconds = Int(((since1970 - whole) * 1e6).rounded())
    return microseconds == 1_000_000 ? (Int(whole) + 1, 0) : (Int(whole), microseconds)
  }

  private static func floorDay(_ seconds: Int) -> Int {
    seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
  }

  private static func appendDay(_ seconds: Int, to bytes: inout [UInt8]) {
    let (year, month, day) = CivilCalendar.civil(days: floorDay(seconds))
    append(year, digits: 4, to: &bytes)
    bytes.append(0x2D)
    append(month, digits: 2, to: &bytes)
    bytes.append(0x2D)
    append(day, digits: 2, to: &bytes)
  }

  private static func append(_ number: Int, digits: Int, to bytes: inout [UInt8]) {
    var unit = 1
    for _ in 1..<digits { unit *= 10 }
    while unit > 0 {
      bytes.append(UInt8(0x30 + number / unit % 10))
      unit /= 10
    }
  }
}
