import SlotStats

extension DashboardState {
  /// The rows of the charts: one more where any of those that may be shown has marks, so that they stand level.
  var chartHeight: Int {
    guard let shown, !marksSoFar.isEmpty else { return RatioChart.height }
    let windows = Set(window.pair + [window, .minute])
    let hasMarks = windows.contains { shown.has($0) && !marks(in: shown[$0]).isEmpty }
    return RatioChart.height + (hasMarks ? 1 : 0)
  }
}
