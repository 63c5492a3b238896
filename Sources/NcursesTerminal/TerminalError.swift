/// Why there is no screen.
package enum TerminalError: Error, Hashable, Sendable {
  /// The controlling terminal cannot be opened; the system's error number.
  case noTerminal(Int32)
  /// The terminal database does not know this type; empty where `TERM` is not set.
  case unknownTerminal(String)
  /// A terminal of this type cannot place its cursor.
  case unusableTerminal(String)
  /// The system refuses what drawing needs; its error number.
  case noResources(Int32)

  /// One line: what failed, the value, what to do.
  package var message: String {
    switch self {
    case .noTerminal(let code):
      "Cannot open the terminal \"/dev/tty\" (error \(code)); use \"slotwatch report\" where there is none."
    case .unknownTerminal(""):
      "Cannot draw: TERM is not set; set it, for example to \"xterm-256color\"."
    case .unknownTerminal(let type):
      "Cannot draw: unknown terminal type TERM=\"\(type)\"; set TERM, for example to \"xterm-256color\"."
    case .unusableTerminal(let type):
      "Cannot draw: a terminal of type TERM=\"\(type)\" cannot place its cursor; use \"slotwatch report\"."
    case .noResources(let code):
      "Cannot draw: the system has no memory or descriptor to spare (error \(code))."
    }
  }
}
