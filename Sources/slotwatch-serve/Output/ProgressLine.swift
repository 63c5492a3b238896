import Glibc
import TerminalUI

/// A line on standard error that is written over, and so must stay one line.
enum ProgressLine {
  /// Back to the line's beginning, with nothing on it.
  static let clear = "\r\u{1B}[K"

  /// What writes `text` over the line, cut where a terminal of so many columns would wrap it; nil is no limit.
  static func over(_ text: String, columns: Int?) -> String {
    let limit = columns.map { max(1, $0 - 1) } ?? .max
    return clear + (TerminalText.width(text) > limit ? TerminalText.fitted(text, width: limit) : text)
  }

  /// The columns of the terminal on standard error, if it is one and knows them.
  static var columns: Int? {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }
}
