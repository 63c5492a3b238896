import TerminalUI

/// Where a dashboard is seen, and what it hears from there: a terminal, or a script of one.
@MainActor
package protocol Screen: AnyObject {
  /// The extent, at least 1 × 1.
  var size: Size { get }
  /// Makes ``events(timeout:)`` return, from any thread, at any time.
  var wake: @Sendable () -> Void { get }

  /// Shows `surface` from the upper left corner.
  func show(_ surface: Surface)

  /// Makes the next ``show(_:)`` draw the whole screen, whatever is believed to be on it.
  func redraw()

  /// Sends bytes that draw nothing, such as those of a bell.
  func call(_ bytes: [UInt8])

  /// Waits until something happens, at most for `timeout` (without limit when `nil`), and says all that did.
  func events(timeout: Duration?) -> [TerminalEvent]

  /// Gives the screen back as it was. Does nothing again.
  func restore()
}
