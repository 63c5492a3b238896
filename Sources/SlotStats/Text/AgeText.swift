/// How ages are written for people.
package enum AgeText {
  /// `5 s`, `12 s`, from two minutes `6 min`, from two hours `3 h`, from two days `4 days`; whole units, rounded down.
  package static func text(seconds: Double) -> String {
    let seconds = Int(max(0, min(seconds, 1e15)))
    if seconds < 120 { return "\(seconds) s" }
    if seconds < 7200 { return "\(seconds / 60) min" }
    if seconds < 172_800 { return "\(seconds / 3600) h" }
    return NumberText.count(seconds / 86_400) + " days"
  }
}
