/// What `~/` stands for where the shell has not replaced it: behind a scheme (`sqlite:~/x.db`), behind a `=`, in the
/// environment. A folder that is really called so is written `./~/`, as in the configuration file.
package enum HomeFolder {
  /// What a text names.
  package enum Place: Sendable {
    /// Nothing of the file system.
    case nowhere
    /// A path.
    case path
    /// A path, or one behind a scheme.
    case address
  }

  /// The schemes that a path stands behind.
  private static let schemes = ["file:", "sqlite:"]

  /// The text with the home in it.
  /// - Returns: `nil` where that is needed and nobody knows it.
  static func expanded(_ text: String, _ place: Place, _ environment: [String: String]) -> String? {
    guard place != .nowhere, text.contains("~/") else { return text }
    let scheme = place == .address ? schemes.first { text.lowercased().hasPrefix($0) } : nil
    let path = text.dropFirst(scheme?.count ?? 0)
    guard path.hasPrefix("~/") else { return text }
    return ConfigurationPlaces.home(environment).map { text.prefix(scheme?.count ?? 0) + $0 + path.dropFirst() }
  }
}
