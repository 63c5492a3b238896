import FoundationEssentials
import SlotStats

/// What goes wrong beside the failures that there always are: what the story says, or without one short incidents of
/// one provider.
extension SimulatedFleet {
  /// What an incident adds to the odds of a provider error.
  static let incidentSeverity = 0.6
  /// Seconds from the start of an incident to that of the next, on the average.
  static let incidentPeriod = 300
  /// How long an incident lasts, in seconds.
  static let incidentLengths = 25...45

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

  /// How the jobs of a member that come in at `instant` end.
  func odds(of member: FleetMember, at instant: Date) -> FailureOdds {
    var odds = member.odds
    if let story = settings.story {
      if let (kind, share) = story.failures(of: member.slot.id, at: instant) { odds[kind] += share }
    } else if member.provider.hasIncidents, isIncident(at: instant) {
      odds.providerErrors += Self.incidentSeverity
    }
    return odds
  }
}
