/// The background the colours are chosen for.
package enum Theme: String, Hashable, Sendable, CaseIterable {
  /// Light text on a dark background.
  case dark
  /// Dark text on a light background.
  case light
  /// No colours; bold, dim and reverse only.
  case mono
  /// An unknown background: what reads on dark and light ones alike.
  case either
}

/// What a person may ask for: a theme, or the one that fits the terminal.
package enum ThemeChoice: String, Hashable, Sendable, CaseIterable {
  /// What the terminal says of its background, or its `COLORFGBG`; else one that reads on any.
  case auto
  /// See `Theme.dark`.
  case dark
  /// See `Theme.light`.
  case light
  /// See `Theme.mono`.
  case mono

  /// The theme for a terminal that told its `background`, or whose environment has `colorFGBG` (`foreground;background`);
  /// where neither is known, and somebody did not choose, the one that reads on any.
  package func theme(background: RGBColour? = nil, colorFGBG: String?) -> Theme {
    if let chosen = Theme(rawValue: rawValue) { return chosen }
    if let background { return background.isLight ? .light : .dark }
    guard let index = colorFGBG?.split(separator: ";").last.flatMap({ Int($0) }) else { return .either }
    return index == 7 || index == 15 ? .light : .dark
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
