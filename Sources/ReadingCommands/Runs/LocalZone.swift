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
