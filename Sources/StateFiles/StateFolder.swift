import FoundationEssentials

/// Where the program keeps what it remembers between two runs: `slotwatch` in the user's state folder, after the XDG base
/// directories.
package enum StateFolder {
  /// Its path; `nil` where neither `XDG_STATE_HOME` nor `HOME` is an absolute path.
  package static func path(_ environment: [String: String]) -> String? {
    if let given = environment["XDG_STATE_HOME"], given.hasPrefix("/") { return given + "/slotwatch" }
    if let home = environment["HOME"], home.hasPrefix("/") { return home + "/.local/state/slotwatch" }
    return nil
  }
}
