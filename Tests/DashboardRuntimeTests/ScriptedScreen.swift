import Foundation
import Synchronization
import TerminalUI

@testable import DashboardRuntime

/// A screen that plays a script and keeps what it was shown.
@MainActor
final class ScriptedScreen: Screen {
  /// What happens in one wait of the loop.
  enum Step {
    /// These events, at once.
    case events([TerminalEvent])
    /// Whatever the loop is woken by; the step ends as soon as that came.
    case woken
    /// So much time passes, by both clocks, and nothing else happens.
    case time(Duration)
  }

  private final class Bell: Sendable {
    let rings = DispatchSemaphore(value: 0)
  }

  private(set) var shown: [Surface] = []
  private(set) var redraws = 0
  private(set) var calls: [[UInt8]] = []
  private(set) var restores = 0
  private(set) var timeouts: [Duration?] = []
  /// How many frames had been shown before each step.
  private(set) var shownBefore: [Int] = []
  let size: Size
  private var script: [Step]
  private let clock: SteppedClock
  private let bell = Bell()
  private let listens: () -> Void

  /// A screen; after the script somebody presses `q`.
  /// - Parameters:
  ///   - script: what happens, wait by wait.
  ///   - clock: what goes on where time passes.
  ///   - size: its extent.
  ///   - listens: called where the loop waits to be woken.
  init(
    _ script: [Step], clock: SteppedClock, size: Size = Size(columns: 120, rows: 30),
    listens: @escaping () -> Void = {}
  ) {
    self.listens = listens
    self.script = script.reversed()
    self.clock = clock
    self.size = size
  }

  var wake: @Sendable () -> Void { { [bell] in bell.rings.signal() } }

  func show(_ surface: Surface) { shown.append(surface) }
  func redraw() { redraws += 1 }
  func call(_ bytes: [UInt8]) { calls.append(bytes) }
  func restore() { restores += 1 }

  func events(timeout: Duration?) -> [TerminalEvent] {
    timeouts.append(timeout)
    shownBefore.append(shown.count)
    switch script.popLast() {
    case .events(let events): return events
    case .woken:
      listens()
      bell.rings.wait()
      return [.woken]
    case .time(let duration):
      clock.advance(by: duration)
      return []
    case nil: return [.key(.character("q"))]
    }
  }
}

/// Both clocks of a dashboard; they go on when they are told to.
final class SteppedClock: Sendable {
  private let passed = Mutex(Duration.zero)
  private let start: Date

  init(at start: Date) { self.start = start }

  var uptime: Duration { passed.withLock { $0 } }
  var wall: Date { start.addingTimeInterval(uptime / .seconds(1)) }

  func advance(by duration: Duration) { passed.withLock { $0 += duration } }
}
