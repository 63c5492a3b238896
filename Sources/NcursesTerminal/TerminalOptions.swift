import TerminalUI

/// How to take the terminal; what comes from the environment is read by the caller.
package struct TerminalOptions: Hashable, Sendable {
  /// The theme asked for.
  package var theme: ThemeChoice
  /// `COLORFGBG`, by which `auto` chooses.
  package var colorFGBG: String?
  /// Whether colours may be used.
  package var color: Bool
  /// Whether only ASCII may be drawn; a character set other than UTF-8 has the same effect.
  package var ascii: Bool
  /// Where standard error goes while the screen is up; nil keeps it in memory.
  package var logPath: String?
  /// The terminal's type, from `TERM`; nil is an unknown one.
  package var terminalType: String?

  /// Options; by default a dark screen with colours and no log file.
  package init(
    theme: ThemeChoice = .auto, colorFGBG: String? = nil, color: Bool = true, ascii: Bool = false,
    logPath: String? = nil, terminalType: String?
  ) {
    self.theme = theme
    self.colorFGBG = colorFGBG
    self.color = color
    self.ascii = ascii
    self.logPath = logPath
    self.terminalType = terminalType
  }
}
