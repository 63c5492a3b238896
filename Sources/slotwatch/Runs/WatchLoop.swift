#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
import CMemory
import Dashboard
import NcursesTerminal
import Synchronization
import TerminalUI

/// The dashboard's loop: what the terminal and the reads tell goes into the state, and its frame onto the screen.
@MainActor
struct WatchLoop {
  /// How long the first frame waits for the first reading: what comes sooner is shown at once, without a waiting frame
  /// before it.
  private static let firstFrameDelay: Duration = .milliseconds(25)
  /// How long a frame waits for the read that its tick began, so that most refreshes are one update.
  private static let readPatience: Duration = .milliseconds(100)

  private let reader: DashboardReader
  private let clock = ContinuousClock()
  private let opened: ContinuousClock.Instant
  private let inbox = Inbox()
  private var state: DashboardState
  /// Whether something but the time has changed since the last frame.
  private var hasChanged = true
  /// Whether a read has just begun that may end before its tick has to be shown.
  private var isAwaitingRead = false

  /// What reads have ended with and the state has not seen.
  private final class Inbox: Sendable {
    private struct Content {
      var messages: [Message] = []
      var waker: Waker?
    }

    private let content = Mutex(Content())

    func post(_ message: Message) {
      let waker: Waker? = content.withLock { content in
        // A change that is told again before it was seen is the same one.
        if message == .sourceChanged, content.messages.last == message { return nil }
        content.messages.append(message)
        return content.waker
      }
      waker?.wake()
    }

    func wakes(_ waker: Waker) { content.withLock { $0.waker = waker } }

    func take() -> [Message] {
      content.withLock { content in
        defer { content.messages = [] }
        return content.messages
      }
    }
  }

  /// How a pass of the loop ended.
  private enum Ending {
    case quit
    case signal(Int32)

    /// 0, or 128 and the signal's number.
    var status: Int32 {
      switch self {
      case .quit: 0
      case .signal(let number): 128 + number
      }
    }
  }

  init(reader: DashboardReader, options: DashboardOptions) {
    self.reader = reader
    opened = clock.now
    state = DashboardState(
      options: options, size: Size(columns: 80, rows: 24), now: Moment(wall: reader.wallClock(), uptime: .zero))
  }

  /// Shows the dashboard until somebody quits or a signal ends it.
  /// - Returns: the exit status.
  mutating func run(_ options: TerminalOptions) throws(TerminalError) -> Int32 {
    // The first read is under way while the terminal is being set up.
    _ = apply(.tick, on: nil)
    let (reader, inbox) = (reader, inbox)
    let following = Task.detached { await reader.forEachChange { inbox.post(.sourceChanged) } }
    defer { following.cancel() }
    let terminal = try NcursesTerminal(options: options)
    defer { terminal.restore() }
    inbox.wakes(terminal.waker)
    var ending = apply(.resized(terminal.size), on: terminal) ?? takeMessages(terminal)
    if ending == nil, state.newest == nil { ending = pass(terminal, timeout: Self.firstFrameDelay) }
    var drawn: ClockFace?
    var isStarting = true
    while ending == nil {
      // A tick that turned no figure leaves the frame as it is; one that began a read is shown with what that brings.
      if hasChanged || (drawn != state.clockFace && !isAwaitingRead) {
        terminal.show(state.view())
        drawn = state.clockFace
        hasChanged = false
        if isStarting, state.newest != nil {
          cm_forget_start()
          isStarting = false
        }
      }
      let timeout = isAwaitingRead ? min(state.idleTime, Self.readPatience) : state.idleTime
      isAwaitingRead = false
      ending = pass(terminal, timeout: timeout)
    }
    return ending?.status ?? 0
  }

  /// Waits for what happens and takes it in.
  private mutating func pass(_ terminal: NcursesTerminal, timeout: Duration) -> Ending? {
    for event in terminal.events(timeout: timeout) {
      switch event {
      case .key(let key):
        if let ending = apply(.key(key), on: terminal) { return ending }
      case .resized(let size):
        if let ending = apply(.resized(size), on: terminal) { return ending }
      case .resumed:
        terminal.redraw()
        hasChanged = true
      case .woken: break
      case .hangup: return .signal(1)
      case .terminated(let signal): return .signal(signal)
      }
    }
    return takeMessages(terminal) ?? apply(.tick, on: terminal)
  }

  private mutating func takeMessages(_ terminal: NcursesTerminal) -> Ending? {
    for message in inbox.take() {
      let replaced = state.newest
      let ending = apply(message, on: terminal)
      Self.retire(replaced)
      if let ending { return ending }
    }
    return nil
  }

  /// Lets go of a fleet elsewhere: freeing a large one takes longer than a frame.
  private static func retire(_ fleet: consuming Fleet?) {
    guard let fleet else { return }
    Task.detached { withExtendedLifetime(fleet) {} }
  }

  private mutating func apply(_ message: Message, on terminal: NcursesTerminal?) -> Ending? {
    let moment = Moment(wall: reader.wallClock(), uptime: opened.duration(to: clock.now))
    if !message.bringsNothingNew { hasChanged = true }
    for effect in state.reduce(message, at: moment) {
      switch effect {
      case .read(let isFresh):
        startRead { await $0.read(after: $1, isFresh: isFresh) }
      case .readChanged: startRead { await $0.read(after: $1, isFresh: false) }
      case .gather: startGathering()
      case .attend(let attention): reader.attend(to: attention)
      case .redraw: terminal?.redraw()
      case .quit: return .quit
      }
    }
    return nil
  }

  private func startGathering() {
    let (reader, inbox, previous) = (reader, inbox, state.newest)
    Task.detached { inbox.post(await reader.gathered(after: previous)) }
  }

  private mutating func startRead(_ read: @escaping @Sendable (DashboardReader, Fleet?) async -> ReadOutcome) {
    let (reader, inbox, previous) = (reader, inbox, state.newest)
    Task.detached { inbox.post(.readEnded(await read(reader, previous))) }
    isAwaitingRead = true
  }
}
