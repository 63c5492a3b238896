/// The background the colours are chosen for.
package enum Theme: String, Hashable, Sendable, CaseIterable {
  /// Light text on a dark background.
  case dark
  /// Dark text on a light background.
  case light
  /// No colours; bold, dim and reverse only.
  case mono
}

/// What a person may ask for: a theme, or the one that fits the terminal.
package enum ThemeChoice: String, Hashable, Sendable, CaseIterable {
  /// Dark, unless the terminal's `COLORFGBG` tells of a light background.
  case auto
  /// See `Theme.dark`.
  case dark
  /// See `Theme.light`.
  case light
  /// See `Theme.mono`.
  case mono

  /// The theme for a terminal whose environment has `colorFGBG` (`foreground;background`), or nil where it is not set.
  package func theme(colorFGBG: String?) -> Theme {
    if let chosen = Theme(rawValue: rawValue) { return chosen }
    let background = colorFGBG?.split(separator: ";").last.flatMap { Int($0) }
    return background == 7 || background == 15 ? .light : .dark
  }
}

/// How many colours a terminal has, as far as that changes the picture.
package enum ColourDepth: Int, Hashable, Sendable, CaseIterable {
  /// None.
  case mono = 0
  /// The eight of ECMA-48.
  case eight = 8
  /// Those and their bright forms.
  case sixteen = 16
  /// The fixed palette of 256; direct colour draws with these too.
  case many = 256

  /// The depth of a terminal with `colours` colours.
  package init(colours: Int) {
    self = Self.allCases.last { colours >= $0.rawValue } ?? .mono
  }
}
