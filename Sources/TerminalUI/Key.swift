/// A key, or a combination that counts as one.
package enum Key: Hashable, Sendable {
  /// A printable character, blank included.
  case character(Character)
  /// The keys with a name of their own.
  case enter, escape, tab, backspace, delete, up, down, left, right, home, end, pageUp, pageDown
  /// Ctrl with a letter, given in lower case.
  case control(Character)
}

/// A word that names no key.
package struct KeyNameError: Error, Hashable, Sendable {
  /// The word.
  package let name: String
}

extension Key {
  /// The keys that `names` tells of, separated by blanks.
  ///
  /// A name is one character, one of `Enter Esc Space Tab Backspace Delete Up Down Left Right Home End PgUp PgDn` (in any
  /// case), `Ctrl-X` with any letter, or `text:abc`, which gives a key for each character after the colon.
  /// - Throws: `KeyNameError` with the first word that is none of these.
  package static func parse(names: String) throws(KeyNameError) -> [Key] {
    var keys: [Key] = []
    for word in names.split(separator: " ") {
      keys += try Self.keys(named: String(word))
    }
    return keys
  }

  private static func keys(named name: String) throws(KeyNameError) -> [Key] {
    if name.count == 1, let character = name.first { return [.character(character)] }
    if name.hasPrefix("text:") { return name.dropFirst(5).map(Key.character) }
    let folded = name.lowercased()
    if let key = named[folded] { return [key] }
    let letter = folded.dropFirst(5)
    if folded.hasPrefix("ctrl-"), letter.count == 1, let letter = letter.first, ("a"..."z").contains(letter) {
      return [.control(letter)]
    }
    throw KeyNameError(name: name)
  }

  private static let named: [String: Key] = [
    "enter": .enter, "esc": .escape, "space": .character(" "), "tab": .tab, "backspace": .backspace,
    "delete": .delete, "up": .up, "down": .down, "left": .left, "right": .right, "home": .home, "end": .end,
    "pgup": .pageUp, "pgdn": .pageDown,
  ]
}
