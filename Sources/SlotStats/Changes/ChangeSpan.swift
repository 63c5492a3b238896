/// The last while that is held against what is usual.
package enum ChangeSpan: String, CaseIterable, Sendable {
  case quarter, hour, day

  /// Its length in minutes, the unfinished one included.
  package var minutes: Int {
    switch self {
    case .quarter: 15
    case .hour: RecentSample.hour
    case .day: RecentReading.minutesOfDay
    }
  }

  /// The buckets that it is added up from.
  package var window: StatsWindow { self == .day ? .hour : .minute }

  /// `15 min`, `60 min`, `24 h`.
  package var words: String {
    switch self {
    case .quarter: "15 min"
    case .hour: "60 min"
    case .day: "24 h"
    }
  }

  /// The spans that a reading can tell of.
  package static func all(in reading: FleetReading) -> [ChangeSpan] {
    allCases.filter { $0.window == .minute ? reading.recent != nil : reading.series[.hour] != nil }
  }
}
