import FoundationEssentials
import SlotStats
import TerminalUI

/// A reading of which it is asked what changed in its last while.
package struct ChangesQuestion: Equatable, Sendable {
  let reading: FleetReading
  let span: ChangeSpan
  let thresholds: ThresholdRules
  /// Whether the reading is of the past.
  let isPast: Bool

  /// What changed. It looks at every slot: not to be worked out on the thread that draws.
  package var answer: ShownChanges {
    ShownChanges(
      version: reading.version, instant: reading.generatedAt, isPast: isPast, span: span,
      changes: FailureChanges(reading, span: span, thresholds: thresholds))
  }
}

/// What changed in the last while of a reading, worked out once for it.
package struct ShownChanges: Equatable, Sendable {
  /// The reading: its version, the instant that its data describes, and whether that is past.
  let version: UInt64
  let instant: Date
  let isPast: Bool
  let span: ChangeSpan
  /// `nil` where the source does not have the buckets for it.
  let changes: FailureChanges?

  /// Whether it says what `question` asks. Time moves the while on, by the minute.
  fileprivate func answers(_ question: ChangesQuestion) -> Bool {
    (version, isPast, span) == (question.reading.version, question.isPast, question.span)
      && MinuteCounts.number(instant) == MinuteCounts.number(question.reading.generatedAt)
  }
}

/// What changed, while that is on the screen.
struct ChangesPage: Equatable, Sendable {
  /// The while that it is told of.
  var span = ChangeSpan.quarter
  /// What was worked out last; `nil` before.
  var shown: ShownChanges?
  /// Whether something is being worked out: never more than one thing.
  var isUnderWay = false
}

extension DashboardState {
  /// Opens what changed.
  mutating func openChanges() {
    guard let shown else { return say("there is nothing to compare yet") }
    let spans = ChangeSpan.all(in: shown.reading)
    if !spans.contains(changed.span), let first = spans.first { changed.span = first }
    open(.changed)
  }

  /// Goes to the next longer or shorter while that the source can tell of.
  mutating func changeSpan(by step: Int) {
    let spans = shown.map { ChangeSpan.all(in: $0.reading) } ?? []
    guard let place = spans.firstIndex(of: changed.span), spans.indices.contains(place + step) else {
      let names = spans.map(\.words).joined(separator: ", ")
      return say(spans.isEmpty ? "this source has no minutes and no hours" : "this source has \(names)")
    }
    changed.span = spans[place + step]
    scroll = 0
  }

  /// Asks what changed where that is on the screen, and the reading or the while is another one.
  mutating func followChanges() -> [Effect] {
    guard overlay == .changed, let shown else {
      changed.shown = nil
      return []
    }
    if let changes = changed.shown, !isShown(changes) { changed.shown = nil }
    let question = ChangesQuestion(
      reading: shown.reading, span: changed.span, thresholds: shown[window].rules, isPast: isPast)
    guard !changed.isUnderWay, changed.shown?.answers(question) != true else { return [] }
    changed.isUnderWay = true
    return [.compare(question)]
  }

  /// Takes in what changed.
  mutating func take(_ changes: ShownChanges) {
    changed.isUnderWay = false
    guard overlay == .changed, isShown(changes) else { return }
    changed.shown = changes
    clampScroll()
  }

  /// Whether they may stand on the screen: what is true of now not in the past, nor of another instant of it.
  private func isShown(_ changes: ShownChanges) -> Bool {
    changes.isPast == isPast && (!isPast || changes.instant == shown?.generatedAt)
  }
}
