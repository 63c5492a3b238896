import Glibc
import SlotStats

/// Who somebody is, as an acknowledgement names them.
package enum LoginName {
  /// The name that the user logged in by, at most ``Acknowledgement/maxNameLength`` characters of it; the user's number
  /// where the environment does not say.
  package static func of(_ environment: [String: String]) -> String {
    let name = ["LOGNAME", "USER"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? "uid \(getuid())"
    return String(String.UnicodeScalarView(name.unicodeScalars.prefix(Acknowledgement.maxNameLength)))
  }
}
