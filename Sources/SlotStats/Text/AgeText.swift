/// How ages are written for people.
package enum AgeText {
  /// `last event 5 s ago`, or by how much it is ahead where the clocks differ by more than ``Trust/maxAhead``.
  package static func lastEvent(secondsAgo seconds: Double) -> String {
    "last event " + (seconds < -Trust.maxAhead ? "\(text(seconds: -seconds)) ahead" : "\(text(seconds: seconds)) ago")
  }

  /// `5 s`, `12 s`, from two minutes `6 min`, from two hours `3 h`, from two days `4 days`; whole units, rounded down.
  package static func text(seconds: Double) -> String {
    let seconds = Int(max(0, min(seconds, 1e15)))
    if seconds < 120 { return "\(seconds) s" }
    if seconds < 7200 { return "\(seconds / 60) min" }
    if seconds < 172_800 { return "\(seconds / 3600) h" }
    return NumberText.count(seconds / 86_400) + " days"
  }
}
