import FoundationEssentials
import StatsFormats

/// Instants: what is read comes back when it is written, in order.
let instantTarget = FuzzTarget(
  name: "instants",
  words: ["T", "t", "Z", "z", "+00:00", "-23:59", "23:59:60", ".000000001", "-02-29", "0001", "9999"],
  maxBytes: 200,
  seeds: {
    [
      "2026-11-23T14:32:05Z", "2026-11-23", "2024-02-29T23:59:60.5Z", "0001-01-01t00:00:00.123456789+00:00",
      "9999-12-31T23:59:59.999999z", "2016-12-31T15:59:60-08:00",
    ].map { Array($0.utf8) }
  }
) { bytes in
  guard let instant = bytes.withUnsafeBufferPointer({ RFC3339.parse($0) }) else { return "no" }
  let text = String(decoding: bytes, as: UTF8.self)
  try expect(RFC3339.parse(text) == instant, "text and bytes differ")
  try expect((RFC3339.firstSecond..<RFC3339.endSecond).contains(instant.seconds), "\(instant) is beyond the calendar")
  try expect((0..<1_000_000_000).contains(instant.nanoseconds), "\(instant) has another fraction")
  let written = RFC3339.format(instant.date)
  guard let again = RFC3339.parse(written) else { throw Broken("\(written) is written and not read") }
  // Far from 1970 a `Date` is coarser than a microsecond.
  try expect(abs(again.date.timeIntervalSince(instant.date)) < 5e-5, "\(instant) is written as \(written)")
  try expect(RFC3339.parse(RFC3339.formatDay(instant.date)) != nil, "its day is not read")
  return "\(instant.isPlainDate) \(instant.nanoseconds == 0) \(bytes.count)"
}
