import FoundationEssentials
import SlotStats

/// All that time, and readings that bring nothing new, change in a frame: equal faces mean equal frames as long as
/// nothing else happened.
package struct ClockFace: Hashable, Sendable {
  private let word: TrustWord
  private let header: [String]
  private let minutes: [Int]
  private let sayings: [String?]
  private let isOrderHeld: Bool
  private let hasRisen: Bool
  private let acknowledged: Int?

  fileprivate init(_ state: DashboardState) {
    let trust = state.trust
    word = trust.word
    header = HeaderLine(state: state).details(trust).map(\.text)
    minutes = [state.now.wall, state.shown?.generatedAt].map { instant in
      let minute = (instant?.timeIntervalSince1970 ?? 0) / 60
      return Int(max(-1e15, min(minute.rounded(.down), 1e15)))
    }
    sayings = [
      state.notice?.text, state.schedule.failure, state.shown?.reading.notice, state.recentText()?.long,
      state.cursor.flatMap { state.recentText($0)?.long }, state.screen == .slot ? state.lastRiseText : nil,
      state.newest == nil ? state.waitingText : nil, state.pastTrouble, state.pastAge,
    ]
    isOrderHeld = state.isOrderHeld
    hasRisen = state.shownHistory.hasRisen
    acknowledged = state.standing?.acknowledged.count
  }
}

extension DashboardState {
  /// All that time, and readings that bring nothing new, change in this state's frame.
  package var clockFace: ClockFace { ClockFace(self) }
}
