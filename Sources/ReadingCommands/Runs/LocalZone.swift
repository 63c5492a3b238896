import Dashboard
import FoundationEssentials
import Glibc

/// The system's time zone as a table of stretches, so that drawing a label asks nobody.
enum LocalZone {
  /// From the oldest shown week to over a year ahead, in days: longer than a dashboard stays open.
  private static let days = -80...400

  /// The stretches of the same offset around `now`.
  static func labels(around now: Date) -> ZoneLabels {
    let today = Int(now.timeIntervalSince1970 / 86_400) * 86_400
    var stretches: [ZoneLabels.Stretch] = []
    var before = today + days.lowerBound * 86_400
    stretches.append(stretch(at: before))
    for day in days.dropFirst() {
      let second = today + day * 86_400
      if let last = stretches.last, !isSame(last, stretch(at: second)) {
        stretches.append(stretch(at: change(between: before, and: second, from: last)))
      }
      before = second
    }
    return stretches.allSatisfy { $0.offset == 0 } ? .utc : ZoneLabels(stretches)
  }

  /// Why the system has no zone of the name in `TZ`, and tells UTC in its place; `nil` where there is no trouble.
  static var trouble: String? {
    guard let value = getenv("TZ").map({ String(cString: $0) }) else { return nil }
    let folder = getenv("TZDIR").map { String(cString: $0) } ?? "/usr/share/zoneinfo"
    return trouble(value) { name in isZone(name.hasPrefix("/") ? name : "\(folder)/\(name)") }
  }

  /// Whether a file holds a zone. Of folders and of other files the C library makes UTC without a word.
  static func isZone(_ path: String) -> Bool {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var magic = [UInt8](repeating: 0, count: 4)
    return read(descriptor, &magic, magic.count) == magic.count && magic == Array("TZif".utf8)
  }

  /// The same for a `value` of `TZ`, where `exists` knows the files of zones.
  static func trouble(_ value: String, exists: (String) -> Bool) -> String? {
    let name = value.hasPrefix(":") ? String(value.dropFirst()) : value
    if name.isEmpty || ["UTC", "GMT"].contains(name) || isRule(name) || exists(name) { return nil }
    return "TZ \"\(value)\" is no zone that this system knows: times stay UTC"
  }

  /// Whether a text begins as a rule of POSIX does: a name of at least three letters, or one in angle brackets, and the
  /// hours from UTC.
  private static func isRule(_ text: String) -> Bool {
    let isQuoted = text.hasPrefix("<")
    let name = text.utf8.dropFirst(isQuoted ? 1 : 0).prefix { byte in
      isQuoted ? byte != UInt8(ascii: ">") : (0x41...0x5A).contains(byte & 0xDF)
    }
    let rest = text.utf8.dropFirst(name.count + (isQuoted ? 2 : 0)).first { $0 != 0x2B && $0 != 0x2D }
    return name.count >= 3 && rest.map { (0x30...0x39).contains($0) } == true
  }

  /// The first second of the new stretch: `low` belongs to `old`, `high` does not.
  private static func change(between low: Int, and high: Int, from old: ZoneLabels.Stretch) -> Int {
    var (low, high) = (low, high)
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if isSame(old, stretch(at: middle)) { low = middle } else { high = middle }
    }
    return high
  }

  private static func isSame(_ left: ZoneLabels.Stretch, _ right: ZoneLabels.Stretch) -> Bool {
    left.offset == right.offset && left.name == right.name
  }

  private static func stretch(at second: Int) -> ZoneLabels.Stretch {
    var time = time_t(second)
    var fields = tm()
    localtime_r(&time, &fields)
    let name = fields.tm_zone.map { String(cString: $0) } ?? ""
    return ZoneLabels.Stretch(
      from: Date(timeIntervalSince1970: Double(second)), offset: fields.tm_gmtoff, name: name)
  }
}
