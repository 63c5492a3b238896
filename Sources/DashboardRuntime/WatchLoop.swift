import CMemory
import Dashboard
import SlotStats
import TerminalUI

/// The dashboard's loop: what the screen and the reads tell goes into the state, and its frame onto the screen.
@MainActor
package struct WatchLoop {
  /// How long the first frame waits for the first reading: what comes sooner is shown at once, without a waiting frame
  /// before it.
  private static let firstFrameDelay: Duration = .milliseconds(25)
  /// How long a frame waits for the read that its tick began, so that most refreshes are one update.
  private static let readPatience: Duration = .milliseconds(100)

  /// Whether a frame is to be drawn.
  private enum Due {
    /// Time has passed: where it turned a figure.
    case ifTurned
    /// A read has just begun that may end before its tick has to be shown.
    case afterRead
    case now
  }

  let reader: DashboardReader
  let uptime: @Sendable () -> Duration
  let inbox = MessageInbox()
  /// What makes the terminal call somebody.
  var attention: TerminalAttention
  private var state: DashboardState
  private var due = Due.now
  /// What the screen was last given; `nil` where that is no longer on it.
  private var shown: Surface?
  /// What time had made of it. Drawing takes a hundred times longer than looking at this.
  private var face: ClockFace?
  private var isStarting = true

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

  /// A loop that has read nothing yet.
  /// - Parameters:
  ///   - reader: what reads and judges.
  ///   - options: what the dashboard is told once.
  ///   - attention: what makes the terminal call somebody.
  ///   - uptime: the time since the dashboard was opened, by a clock that never goes back.
  package init(
    reader: DashboardReader, options: DashboardOptions,
    attention: TerminalAttention = TerminalAttention(environment: [:]), uptime: @escaping @Sendable () -> Duration
  ) {
    self.reader = reader
    self.attention = attention
    self.uptime = uptime
    state = DashboardState(
      options: options, size: Size(columns: 80, rows: 24), now: Moment(wall: reader.wallClock(), uptime: .zero))
  }

  /// Shows the dashboard until somebody quits or a signal ends it.
  /// - Parameter open: opens the screen; the first read is under way meanwhile.
  /// - Returns: the exit status.
  /// - Throws: what `open` throws.
  package mutating func run<Failure: Error>(
    on open: @MainActor () throws(Failure) -> some Screen
  ) throws(Failure) -> Int32 {
    _ = apply(.tick, on: nil)
    let (reader, inbox) = (reader, inbox)
    let following = Task.detached { await reader.forEachChange { inbox.post($0 ? .sourceReturned : .sourceChanged) } }
    defer { following.cancel() }
    let screen = try open()
    defer { screen.restore() }
    inbox.wakes(screen.wake)
    var ending = apply(.resized(screen.size), on: screen) ?? takeMessages(screen)
    if ending == nil, state.newest == nil { ending = pass(screen, timeout: Self.firstFrameDelay) }
    due = .now
    while ending == nil {
      draw(on: screen)
      let timeout = due == .afterRead ? min(state.idleTime, Self.readPatience) : state.idleTime
      due = .ifTurned
      ending = pass(screen, timeout: timeout)
    }
    return ending?.status ?? 0
  }

  /// Shows the frame if one is due. One that equals the last is not sent.
  private mutating func draw(on screen: some Screen) {
    if due == .afterRead { return }
    let next = state.clockFace
    guard due == .now || next != face else { return }
    face = next
    let frame = state.view()
    if frame != shown { screen.show(frame) }
    shown = frame
    guard isStarting, state.newest != nil else { return }
    cm_forget_start()
    isStarting = false
  }

  /// Waits for what happens and takes it in.
  private mutating func pass(_ screen: some Screen, timeout: Duration) -> Ending? {
    for event in screen.events(timeout: timeout) {
      switch event {
      case .key(let key):
        if let ending = apply(.key(key), on: screen) { return ending }
      case .pasted(let text):
        if let ending = apply(.pasted(text), on: screen) { return ending }
      case .notice(let text):
        if let ending = apply(.noted(text), on: screen) { return ending }
      case .resized(let size):
        if let ending = apply(.resized(size), on: screen) { return ending }
      case .resumed:
        redraw(screen)
        due = .now
      case .woken: break
      case .hangup: return .signal(1)
      case .terminated(let signal): return .signal(signal)
      }
    }
    return takeMessages(screen) ?? apply(.tick, on: screen)
  }

  private mutating func takeMessages(_ screen: some Screen) -> Ending? {
    for message in inbox.take() {
      let replaced = state.newest
      let ending = apply(message, on: screen)
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
}

// MARK: - Messages and effects

extension WatchLoop {
  private mutating func apply(_ message: Message, on screen: (any Screen)?) -> Ending? {
    let moment = Moment(wall: reader.wallClock(), uptime: uptime())
    if message.canBeSeen { due = .now }
    for effect in state.reduce(message, at: moment) {
      switch effect {
      case .read(let isFresh):
        startRead { await $0.read(after: $1, isFresh: isFresh) }
      case .readChanged: startRead { await $0.read(after: $1, isFresh: false) }
      case .gather: startGathering()
      case .focus(let focus): reader.focus(to: focus)
      case .copy(let text): copy(text, on: screen)
      case .onCall(.ring): screen?.call(attention.bell(at: moment.uptime))
      case .onCall(.notify(let title, let text)): screen?.call(attention.notification(title: title, text: text))
      case .readPast, .readMarks, .mark, .readMessages, .compare, .makeHandover, .save, .onCall: startAnswering(effect)
      case .redraw: if let screen { redraw(screen) }
      case .quit: return .quit
      }
    }
    return nil
  }

  private mutating func redraw(_ screen: any Screen) {
    screen.redraw()
    shown = nil
  }

  private func startGathering() {
    let (reader, inbox, previous) = (reader, inbox, state.newest)
    Task.detached { inbox.post(await reader.gathered(after: previous)) }
  }

  private func startAnswering(_ effect: Effect) {
    let (reader, inbox) = (reader, inbox)
    Task.detached { inbox.post(await reader.answer(effect)) }
  }

  private mutating func startRead(_ read: @escaping @Sendable (DashboardReader, Fleet?) async -> ReadOutcome) {
    let (reader, inbox, previous) = (reader, inbox, state.newest)
    Task.detached {
      let outcome = await read(reader, previous)
      guard let onCall = reader.onCall else { return inbox.post(.readEnded(outcome)) }
      inbox.post([.readEnded(outcome)] + onCall.look(at: outcome, after: previous))
      inbox.post(await onCall.tell())
    }
    if due == .ifTurned { due = .afterRead }
  }
}

extension Message {
  /// Whether it changes more of a frame than a `ClockFace` tells.
  fileprivate var canBeSeen: Bool {
    switch self {
    case .tick, .readEnded(.unchanged), .sourceChanged, .sourceReturned, .gathered(nil, _), .onCall(.noted): false
    case .marksRead(let marks): marks?.isEmpty == false
    case .messagesRead(_, let outcome): outcome != .keepsNone && outcome != .failed
    case .key, .pasted, .noted, .resized, .readEnded, .gathered, .pastRead, .markEnded, .compared, .handoverEnded,
      .onCall:
      true
    }
  }
}
