#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A place that keeps the readings of a source which keeps no history of its own.
public protocol ReadingRecorder: Sendable {
  /// Keeps a reading, unless it is kept already or another one was kept less than a minute ago: so it is to be offered
  /// each reading, also one that brought nothing new. What cannot be kept is left out without a word.
  func record(_ reading: FleetReading) async

  /// The instants of the readings that are kept, ascending.
  func instants() async -> [Date]

  /// The reading of one of these instants; `nil` where it is gone meanwhile, or damaged.
  func reading(of instant: Date) async -> FleetReading?
}

extension ReadingRecorder {
  /// The reading that is `steps` kept ones later than `instant`, earlier if negative; for 0 the newest one that is not
  /// later. A damaged one is passed over, towards the past.
  /// - Returns: `nil` where that would be after the newest one.
  /// - Throws: ``StatsSourceError`` of kind `notKept` where there is none so early.
  public func reading(_ steps: Int = 0, from instant: Date) async throws -> FleetReading? {
    let instants = await instants()
    guard let first = instants.first else { throw StatsSourceError.noHistory }
    // Instants are kept by the millisecond.
    let distances = instants.map { ($0.timeIntervalSince(instant) * 1_000).rounded() }
    let earlier = distances.count { steps < 0 ? $0 < 0 : $0 <= 0 }
    var place = earlier + (steps < 0 ? steps : steps - 1)
    if place >= instants.count { return nil }
    while place >= 0 {
      if let reading = await reading(of: instants[place]) { return reading }
      place -= 1
    }
    throw StatsSourceError.nothing(before: first)
  }
}
