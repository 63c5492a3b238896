import TerminalUI

/// What lies over the whole screen until it is closed; Esc and the key that opened it close it.
enum Overlay: Hashable, Sendable {
  /// What the keys, marks and numbers mean.
  case help
  /// What is known of the slot under the cursor.
  case about
}

extension DashboardState {
  /// Opens what lies over the screen, at its beginning.
  mutating func open(_ overlay: Overlay) {
    self.overlay = overlay
    scroll = 0
  }

  /// Closes it.
  mutating func closeOverlay() {
    overlay = nil
    scroll = 0
  }

  /// Does what an action means while `overlay` lies over the screen.
  mutating func press(_ action: Action, over overlay: Overlay) -> [Effect] {
    switch action {
    case .redraw: return [.redraw]
    case .quit: return [.quit]
    case .back, .leave, overlay.key: closeOverlay()
    case .move, .movePages, .moveToFirst, .moveToLast:
      if !scrolls(action) { say("this is all of \(overlay.name)") }
    default: say("Esc closes \(overlay.name); then that key works")
    }
    return []
  }
}

extension Overlay {
  /// What opens it, and closes it again.
  var key: Action {
    switch self {
    case .help: .help
    case .about: .about
    }
  }

  /// What it is called in a sentence.
  var name: String {
    switch self {
    case .help: "the help"
    case .about: "what is known"
    }
  }

  /// Its drawing.
  func screen(of state: DashboardState) -> any OverlayScreen {
    switch self {
    case .help: HelpScreen(state: state)
    case .about: AboutScreen(state: state)
    }
  }
}

/// The drawing of what lies over the screen.
protocol OverlayScreen {
  /// Draws it, save the first line's trust and clock where it shows them.
  func draw(on surface: inout Surface)
  /// How many lines of it can be scrolled away.
  var scrollLimit: Int { get }
}
