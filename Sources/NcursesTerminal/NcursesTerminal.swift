@preconcurrency import CNcurses
import CTerminal
import TerminalUI

/// The controlling terminal in full-screen drawing; one at a time in a process.
///
/// ncurses never writes to the terminal itself: it draws into memory, and each frame goes out in one write inside a
/// synchronized update. The terminal is restored by `restore()`, and by the signal handlers however the process ends.
@MainActor
package final class NcursesTerminal {
  /// The screen's extent, at least 1 × 1.
  package private(set) var size: Size
  /// Makes `events` return, from any thread.
  package let waker = Waker()

  private let sequences: ScreenSequences
  private let options: TerminalOptions
  private let uptime: () -> Duration
  private let depth: ColourDepth
  private var ascii: Bool
  private var blitter: Blitter
  private var palette: Palette
  private var parser: InputParser
  private var questions: TerminalQuestions
  /// What the window of ncurses holds; nil where that is not known.
  private var shown: Surface?
  private var isFirst = true
  private var isRestored = false

  /// Takes the terminal: signals first, then its modes. The screen is entered with the first frame.
  /// - Parameters:
  ///   - options: how it is taken.
  ///   - uptime: the time since the program began, by a clock that never goes back.
  /// - Throws: why there is no screen.
  package init(options: TerminalOptions, uptime: @escaping () -> Duration) throws(TerminalError) {
    let code = ct_open()
    guard code == 0 else { throw .noTerminal(code) }
    let hasUnicode = cn_use_locale() != 0
    ct_catch_signals()
    ct_capture_output(options.logPath)
    do throws(TerminalError) {
      try Self.open(type: options.terminalType ?? "")
    } catch {
      ct_restore()
      throw error
    }
    self.options = options
    self.uptime = uptime
    ascii = options.ascii || !hasUnicode
    depth = ColourDepth(colours: options.color ? Int(cn_start_colours()) : 0)
    questions = TerminalQuestions(
      type: options.terminalType ?? "",
      needsBackground: options.theme == .auto && depth != .mono && cn_is_ecma48() != 0,
      drawsUnicode: !ascii && cn_is_ecma48() != 0,
      at: uptime())
    parser = InputParser(described: TerminalKeys.described, highHalf: hasUnicode ? nil : TerminalKeys.highHalf)
    sequences = ScreenSequences()
    sequences.install()
    palette = Palette(theme: options.theme.theme(colorFGBG: options.colorFGBG), depth: depth)
    blitter = Blitter(palette: palette)
    size = Size(columns: 80, rows: 24)
    curs_set(0)
    // What ncurses wrote to set up belongs to a screen of unknown size; our own sequences stand for it.
    ct_discard()
    leaveok(cn_screen(), true)
    takeSize()
    ct_enter()
    ct_send(questions.colourQuestion, questions.colourQuestion.utf8.count)
  }

  private static func open(type: String) throws(TerminalError) {
    let output = ct_output_descriptor()
    let input = ct_input_descriptor()
    guard output >= 0, input >= 0 else { throw .noResources(0) }
    guard !type.isEmpty, cn_open(type, output, input) != nil else { throw .unknownTerminal(type) }
    guard cn_can_move() != 0 else { throw .unusableTerminal(type) }
    cn_ignore_typeahead()
  }

  /// Shows `surface` from the upper left corner; sends only what differs from what is on the screen.
  package func show(_ surface: Surface) {
    guard !isRestored else { return }
    let surface = ascii ? surface.inASCII() : surface
    let window = cn_screen()
    guard let window else { return }
    for row in 0..<size.rows where !isShown(surface, row: row) {
      blitter.put(surface, row: row, into: window, columns: size.columns)
    }
    // ncurses knows no links: their characters are sent once more behind what it sends.
    let links = linksAreKnown ? surface.linkSequence(after: shown, palette: palette) : ""
    shown = surface
    wnoutrefresh(window)
    doupdate()
    // What is asked with the first frame is painted over by it, and seen by nobody.
    let begin = sequences.beginUpdate + (isFirst ? questions.widthQuestion : "")
    isFirst = false
    let end = links + sequences.endUpdate
    ct_flush(begin, begin.utf8.count, end, end.utf8.count)
  }

  /// Sends what draws nothing, such as a bell.
  package func call(_ bytes: [UInt8]) {
    guard !isRestored, !isFirst, !bytes.isEmpty else { return }
    bytes.withUnsafeBytes { ct_send($0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count) }
  }

  /// Makes the next `show` draw the whole screen, whatever is believed to be on it.
  package func redraw() {
    cn_forget_attributes()
    cn_redraw()
    shown = nil
  }

  /// Waits until something happens, at most for `timeout` (without limit when nil), and says all that did.
  ///
  /// Every key that has arrived is reported at once. Nothing else is after a hang-up, which is reported each time. An
  /// answer of the terminal ends no wait.
  package func events(timeout: Duration?) -> [TerminalEvent] {
    let deadline = timeout.map { uptime() + $0 }
    while true {
      let nearest = [deadline, parser.deadline].compactMap { $0 }.min()
      let happened = ct_wait(nearest.map { Self.milliseconds($0 - uptime()) } ?? -1)
      let events = self.events(of: happened)
      let isOver = deadline.map { uptime() >= $0 } ?? false
      if !events.isEmpty || isOver || happened & ~UInt32(ct_input.rawValue) != 0 { return events }
    }
  }

  private func events(of happened: UInt32) -> [TerminalEvent] {
    var events = happened.endings.map { TerminalEvent.terminated(signal: $0) }
    if happened.has(ct_hung_up) { return events + [.hangup] }
    if happened.has(ct_suspend_asked) { ct_suspend() } else if happened.has(ct_continued) { ct_reenter() }
    let isResumed = happened.has(ct_suspend_asked) || happened.has(ct_continued)
    if isResumed || happened.has(ct_resized) {
      let before = size
      takeSize()
      if size != before { events.append(.resized(size)) }
    }
    if isResumed {
      redraw()
      events.append(.resumed)
    }
    events += happened.has(ct_input) ? readInput() : self.events(of: parser.expire(at: uptime()))
    if happened.has(ct_woken) { events.append(.woken) }
    return events
  }

  /// Gives the terminal back as it was and prints what was written to standard error meanwhile. Does nothing again.
  package func restore() {
    guard !isRestored else { return }
    isRestored = true
    takeLateAnswers()
    ct_restore()
  }

  /// Takes the answers that are still on their way, which the shell would take for typed text; a signal that comes
  /// meanwhile ends the wait.
  private func takeLateAnswers() {
    while let patience = questions.patience(at: uptime()) {
      let happened = ct_wait(Self.milliseconds(patience))
      guard !happened.has(ct_hung_up), happened.endings.isEmpty else { return }
      if happened.has(ct_input), readInput().contains(.hangup) { return }
    }
  }

  private func readInput() -> [TerminalEvent] {
    var events: [TerminalEvent] = []
    var bytes = [UInt8](repeating: 0, count: 4096)
    for _ in 0..<16 {
      let count = ct_read(&bytes, bytes.count)
      if count < 0 && events.isEmpty { return [.hangup] }
      guard count > 0 else { break }
      events += self.events(of: parser.feed(bytes[..<count], at: uptime()))
    }
    return events
  }

  private func events(of inputs: [TerminalInput]) -> [TerminalEvent] {
    inputs.compactMap { input in
      switch input {
      case .key(let key): return .key(key)
      case .pasted(let text): return .pasted(text)
      case .background, .attributes, .cursor:
        return questions.take(input, columns: size.columns, at: uptime()).flatMap(event)
      }
    }
  }

  /// Follows an answer, also where a frame is on the screen already.
  private func event(_ finding: TerminalQuestions.Finding) -> TerminalEvent? {
    var event: TerminalEvent?
    switch finding {
    case .background(let colour):
      let theme = options.theme.theme(background: colour, colorFGBG: options.colorFGBG)
      palette = Palette(theme: theme, depth: depth)
      blitter = Blitter(palette: palette)
    case .otherWidths:
      ascii = true
      event = .notice("drawing in ASCII: bars and arrows are not one column wide in this terminal")
    }
    guard let last = shown else { return event }
    redraw()
    show(last)
    return event
  }

  /// Asks the system for the size; the terminal's description has it where the system does not know.
  private func takeSize() {
    var rows = cn_rows()
    var columns = cn_columns()
    _ = ct_size(&rows, &columns)
    if rows != cn_rows() || columns != cn_columns() {
      resizeterm(rows, columns)
      shown = nil
    }
    size = Size(columns: Int(max(columns, 1)), rows: Int(max(rows, 1)))
  }

  private var linksAreKnown: Bool {
    cn_is_ecma48() != 0 && SurfaceLink.areKnown(byTerminal: options.terminalType ?? "")
  }

  private func isShown(_ surface: Surface, row: Int) -> Bool {
    guard let shown, shown.size == surface.size else { return false }
    return row >= surface.size.rows || shown.rowCells(row) == surface.rowCells(row)
  }

  /// Rounded up, so that a deadline has passed when the wait is over.
  private static func milliseconds(_ duration: Duration) -> Int32 {
    let (seconds, attoseconds) = duration.components
    guard seconds < 1_000_000 else { return 1_000_000_000 }
    guard seconds >= 0 && attoseconds >= 0 else { return 0 }
    return Int32(seconds) * 1000 + Int32((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
  }
}

extension UInt32 {
  /// Whether a set of events holds `event`.
  fileprivate func has(_ event: ct_event) -> Bool { self & UInt32(event.rawValue) != 0 }

  /// The signals that ask the process to end.
  fileprivate var endings: [Int32] {
    [(ct_terminate, 15), (ct_hangup_signal, 1), (ct_interrupt, 2), (ct_quit, 3)].filter { has($0.0) }.map(\.1)
  }
}
