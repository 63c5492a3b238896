/// What happened to a terminal.
package enum TerminalEvent: Hashable, Sendable {
  /// A key was pressed.
  case key(Key)
  /// Text was pasted; it may hold anything.
  case pasted(String)
  /// Something about the terminal that a person is to be told, as a sentence without a full stop.
  case notice(String)
  /// The screen has another size now.
  case resized(Size)
  /// The process was stopped and goes on; the screen has to be shown again.
  case resumed
  /// A `Waker` was used.
  case woken
  /// The terminal has gone; nothing can be shown any more.
  case hangup
  /// A signal asks the process to end.
  case terminated(signal: Int32)
}
