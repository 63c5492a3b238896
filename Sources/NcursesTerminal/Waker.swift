import CTerminal

/// Makes the loop that waits for terminal events go round; from any thread, at any time, also after the terminal's end.
package struct Waker: Sendable {
  /// Brings a `.woken` event; several wakes before it is seen bring one.
  package func wake() { ct_wake() }
}
