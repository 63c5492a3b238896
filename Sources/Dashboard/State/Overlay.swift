import TerminalUI

/// What lies over the whole screen until it is closed; Esc and the key that opened it close it.
enum Overlay: Hashable, Sendable {
  /// What the keys, marks and numbers mean.
  case help
  /// What is known of the slot under the cursor.
  case about
  /// What changed against what is usual.
  case changed
  /// What one shift leaves to the next.
  case handover
}

extension DashboardState {
  /// Opens what lies over the screen, at its beginning.
  mutating func open(_ overlay: Overlay) {
    self.overlay = overlay
    scroll = 0
  }

  /// Closes it.
  mutating func closeOverlay() {
    if overlay == .handover { handover.close() }
    overlay = nil
    scroll = 0
  }

  /// Does what an action means while `overlay` lies over the screen.
  mutating func press(_ action: Action, over overlay: Overlay) -> [Effect] {
    switch action {
    case .redraw: return [.redraw]
    case .quit: return [.quit]
    case .back, .leave, overlay.key: closeOverlay()
    case .changeSpan(let step): changeSpan(by: step)
    case .copyHandover: return handOver { .copy($0) }
    case .saveHandover: return handOver { .save($0) }
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
    case .changed: .showChanges
    case .handover: .showHandover
    }
  }

  /// What keys mean while it is open, and nowhere else.
  var keys: [Key: Action] {
    switch self {
    case .help, .about: [:]
    case .changed: [.left: .changeSpan(by: -1), .right: .changeSpan(by: 1)]
    case .handover: [.character("c"): .copyHandover, .character("w"): .saveHandover]
    }
  }

  /// What it is called in a sentence.
  var name: String {
    switch self {
    case .help: "the help"
    case .about: "what is known"
    case .changed: "what changed"
    case .handover: "the handover"
    }
  }

  /// Its drawing.
  func screen(of state: DashboardState) -> any OverlayScreen {
    switch self {
    case .help: HelpScreen(state: state)
    case .about: AboutScreen(state: state)
    case .changed: ChangedScreen(state: state)
    case .handover: HandoverScreen(state: state)
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
