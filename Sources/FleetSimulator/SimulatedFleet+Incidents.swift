import FoundationEssentials

/// When the provider with incidents has one: short ones every few minutes, and a long outage where one is wanted.
extension SimulatedFleet {
  /// What an incident adds to the odds of a provider error.
  static let incidentSeverity = 0.6
  /// Seconds from the start of an incident to that of the next, on the average.
  static let incidentPeriod = 300
  /// How long an incident lasts, in seconds.
  static let incidentLengths = 25...45

  /// How an outage goes, in seconds from its start: it grows, stays, and ends at once.
  static let outage = (growth: 600.0, end: 1_500.0, period: 3_600.0)
  /// What an outage adds to the odds of a provider error at its worst.
  static let outageSeverity = 0.85

  /// Whether the provider with incidents has a short one.
  package func isIncident(at instant: Date) -> Bool {
    let second = Int(instant.timeIntervalSince1970.rounded(.down))
    let period = Self.incidentPeriod
    let (turn, place) = ((second - (second % period + period) % period) / period, (second % period + period) % period)
    var numbers = numbers(.incident, UInt64(bitPattern: Int64(turn)))
    let length = Int.random(in: Self.incidentLengths, using: &numbers)
    let start = Int.random(in: 0...(period - length), using: &numbers)
    return (start..<(start + length)).contains(place)
  }

  /// What the outage adds to the odds of a provider error, from 0 up.
  package func outage(at instant: Date) -> Double {
    guard let start = settings.outageStart, instant >= start else { return 0 }
    let place = instant.timeIntervalSince(start).truncatingRemainder(dividingBy: Self.outage.period)
    guard place < Self.outage.end else { return 0 }
    return Self.outageSeverity * min(place / Self.outage.growth, 1)
  }

  /// What an incident or an outage, whichever is worse, adds to the odds of a provider error.
  func severity(at instant: Date) -> Double {
    max(outage(at: instant), isIncident(at: instant) ? Self.incidentSeverity : 0)
  }

  /// The mean of ``severity(at:)`` over the whole seconds of a range; 0 where there are none.
  func meanSeverity(from start: Date, to end: Date) -> Double {
    let seconds = Int(end.timeIntervalSince(start).rounded(.up))
    guard seconds > 0 else { return 0 }
    return (0..<seconds).reduce(0) { $0 + severity(at: start.addingTimeInterval(Double($1))) } / Double(seconds)
  }
}
