import TerminalUI

/// What lies over the screen, and the slot, where they are longer than the screen.
extension DashboardState {
  /// How far they can be scrolled; 0 where all of it is shown.
  var scrollLimit: Int {
    if let overlay { return overlay.screen(of: seen).scrollLimit }
    return screen == .slot ? SlotScreen(state: self).scrollLimit : 0
  }

  /// Scrolls no further than there is something; what stands at its beginning is not looked at.
  mutating func clampScroll() {
    if scroll > 0 { scroll = min(scroll, scrollLimit) }
  }

  /// Scrolls as `action` says.
  /// - Returns: whether there is anything to scroll.
  mutating func scrolls(_ action: Action) -> Bool {
    let limit = scrollLimit
    guard limit > 0 else { return false }
    let page = max(1, size.rows - SlotScreen.bodyRow - 2)
    let next =
      switch action {
      case .move(let step): scroll + step
      case .movePages(let pages): scroll + pages * page
      case .moveToLast: limit
      default: 0
      }
    let kept = max(0, min(next, limit))
    if kept == scroll { say("this is the \(scroll == 0 ? "first" : "last") line") }
    scroll = kept
    return true
  }
}
