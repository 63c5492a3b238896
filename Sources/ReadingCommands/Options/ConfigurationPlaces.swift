/// Where a configuration file may stand without being named.
package enum ConfigurationPlaces {
  /// The paths in the XDG base directories, the user's own first; a relative one does not count, as their
  /// specification says.
  package static func paths(_ environment: [String: String]) -> [String] {
    let own = absolute(environment["XDG_CONFIG_HOME"]) ?? home(environment).map { $0 + "/.config" }
    let given = environment["XDG_CONFIG_DIRS"].flatMap { $0.isEmpty ? nil : $0 } ?? "/etc/xdg"
    let folders = [own].compactMap { $0 } + given.split(separator: ":").compactMap { absolute(String($0)) }
    return folders.map { $0 + "/slotwatch/config.toml" }
  }

  /// The user's own folder; `nil` where there is none.
  package static func home(_ environment: [String: String]) -> String? { absolute(environment["HOME"]) }

  private static func absolute(_ text: String?) -> String? { text.flatMap { $0.hasPrefix("/") ? $0 : nil } }
}
