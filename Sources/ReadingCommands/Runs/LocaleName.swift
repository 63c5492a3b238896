/// What the environment says of the characters that a reader's terminal can show.
enum LocaleName {
  /// The variables that name a locale, the one that counts first.
  private static let variables = ["LC_ALL", "LC_CTYPE", "LANG"]

  /// Whether a locale is named whose character set is not UTF-8, such as `C`.
  ///
  /// Where none is named nothing is known, and what goes to a file or a pipe keeps every character.
  static func excludesUnicode(_ environment: [String: String]) -> Bool {
    guard let name = variables.lazy.compactMap({ environment[$0] }).first(where: { !$0.isEmpty }) else { return false }
    let text = name.uppercased()
    return !text.contains("UTF-8") && !text.contains("UTF8")
  }
}
