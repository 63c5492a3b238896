import TerminalUI

/// One frame of the dashboard after some keys, without a terminal.
struct ScreenRun: Sendable {
  /// What it is to do.
  let settings: Settings
  /// What it shows.
  let source: OpenedSource
  /// How large the frame is.
  let size: Size
  /// What is pressed before, in order.
  let keys: [Key]
  /// The form of the frame.
  let format: ScreenFormat
  /// The environment's variables.
  let environment: [String: String]

  /// The frame as a text that ends with a line end.
  func run() throws(CommandFailure) -> String {
    throw CommandFailure(.configuration, "Cannot draw \"screen\": this build has no dashboard; use slotwatch report.")
  }
}
