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

  private let keyboard: UnsafeMutablePointer<WINDOW>
  private let sequences: ScreenSequences
  private let ascii: Bool
  private var blitter: Blitter
  /// What the window of ncurses holds; nil where that is not known.
  private var shown: Surface?
  private var isRestored = false

  /// Takes the terminal: signals first, then its modes. The screen is entered with the first frame.
  package init(options: TerminalOptions) throws(TerminalError) {
    let code = ct_open()
    guard code == 0 else { throw .noTerminal(code) }
    let hasUnicode = cn_use_locale() != 0
    ct_catch_signals()
    ct_capture_output(options.logPath)
    do throws(TerminalError) {
      keyboard = try Self.open(type: options.terminalType ?? "")
    } catch {
      ct_restore()
      throw error
    }
    sequences = ScreenSequences()
    sequences.install()
    let colours = options.color ? Int(cn_start_colours()) : 0
    let theme = options.theme.theme(colorFGBG: options.colorFGBG)
    blitter = Blitter(palette: Palette(theme: theme, depth: ColourDepth(colours: colours)))
    ascii = options.ascii || !hasUnicode
    size = Size(columns: 80, rows: 24)
    curs_set(0)
    // What ncurses wrote to set up belongs to a screen of unknown size; our own sequences stand for it.
    ct_discard()
    leaveok(cn_screen(), true)
    takeSize()
    ct_enter()
  }

  private static func open(type: String) throws(TerminalError) -> UnsafeMutablePointer<WINDOW> {
    let output = ct_output_descriptor()
    let input = ct_input_descriptor()
    guard output >= 0, input >= 0 else { throw .noResources(0) }
    guard !type.isEmpty, cn_open(type, output, input) != nil else { throw .unknownTerminal(type) }
    guard cn_can_move() != 0 else { throw .unusableTerminal(type) }
    guard let keyboard = cn_open_keyboard() else { throw .noResources(0) }
    for (sequence, code) in KeyReader.common { cn_define_key(sequence, code) }
    return keyboard
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
    shown = surface
    wnoutrefresh(window)
    doupdate()
    ct_flush(
      sequences.beginUpdate, sequences.beginUpdate.utf8.count, sequences.endUpdate, sequences.endUpdate.utf8.count)
  }

  /// Makes the next `show` draw the whole screen, whatever is believed to be on it.
  package func redraw() {
    cn_forget_attributes()
    cn_redraw()
    shown = nil
  }

  /// Waits until something happens, at most for `timeout` (without limit when nil), and says all that did.
  ///
  /// Every key that has arrived is reported at once. Nothing else is after a hang-up, which is reported each time.
  package func events(timeout: Duration?) -> [TerminalEvent] {
    let happened = ct_wait(timeout.map(Self.milliseconds) ?? -1)
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
    if happened.has(ct_input) { events += readKeys() }
    if happened.has(ct_woken) { events.append(.woken) }
    return events
  }

  /// Gives the terminal back as it was and prints what was written to standard error meanwhile. Does nothing again.
  package func restore() {
    guard !isRestored else { return }
    isRestored = true
    ct_restore()
  }

  private func readKeys() -> [TerminalEvent] {
    var burst: [KeyReader.Input] = []
    var value: wint_t = 0
    while burst.count < 4096 {
      switch cn_read_key(keyboard, &value) {
      case cn_character: burst.append(.scalar(UInt32(value)))
      case cn_code: burst.append(.code(Int32(bitPattern: UInt32(value))))
      default:
        if burst.isEmpty && ct_has_input() < 0 { return [.hangup] }
        return KeyReader.keys(of: burst).map(TerminalEvent.key)
      }
    }
    return KeyReader.keys(of: burst).map(TerminalEvent.key)
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
