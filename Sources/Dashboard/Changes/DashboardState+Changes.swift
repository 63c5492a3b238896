import SlotStats
import TerminalUI

/// What changed in the last while of a reading, worked out once for it.
struct ShownChanges: Equatable, Sendable {
  /// The version of the reading, and its minute: time moves the while on.
  let version: UInt64
  let minute: Int
  let span: ChangeSpan
  /// `nil` where the source does not have the buckets for it.
  let changes: FailureChanges?
}

extension DashboardState {
  /// Opens what changed.
  mutating func openChanges() {
    guard let shown else { return say("there is nothing to compare yet") }
    let spans = ChangeSpan.all(in: shown.reading)
    if !spans.contains(changeSpan), let first = spans.first { changeSpan = first }
    open(.changed)
  }

  /// Goes to the next longer or shorter while that the source can tell of.
  mutating func changeSpan(by step: Int) {
    let spans = shown.map { ChangeSpan.all(in: $0.reading) } ?? []
    guard let place = spans.firstIndex(of: changeSpan), spans.indices.contains(place + step) else {
      let names = spans.map(\.words).joined(separator: ", ")
      return say(spans.isEmpty ? "this source has no minutes and no hours" : "this source has \(names)")
    }
    changeSpan = spans[place + step]
    scroll = 0
  }

  /// Works out what changed where that is on the screen and the reading or the while is another one.
  mutating func followChanges() {
    guard overlay == .changed, let shown else {
      if changes != nil { changes = nil }
      return
    }
    let (version, minute) = (shown.reading.version, MinuteCounts.number(shown.generatedAt))
    if let changes, changes.version == version, changes.minute == minute, changes.span == changeSpan { return }
    changes = ShownChanges(
      version: version, minute: minute, span: changeSpan,
      changes: FailureChanges(shown.reading, span: changeSpan, thresholds: shown[window].rules))
    clampScroll()
  }
}
