/// The colours of a picture for one theme.
struct SVGColours {
  /// Of the window.
  let background: String
  /// Of the window's edge and its three dots.
  let edge: String
  /// Behind the cursor row.
  let cursor: String
  /// By tone, in the order of `Tone.allCases`.
  private let tones: [String]

  /// The colour of a tone's text.
  func colour(of tone: Tone) -> String { tones[Int(tone.rawValue)] }

  /// The colours of `theme`.
  static func colours(of theme: Theme) -> SVGColours {
    switch theme {
    // A picture brings its own background.
    case .dark, .either:
      SVGColours(
        background: "#15171c", edge: "#2c3038", cursor: "#2a2e37",
        tones: ["#d8dbe2", "#868b96", "#f4716f", "#e3b341", "#6cc472"])
    case .light:
      SVGColours(
        background: "#fcfcfa", edge: "#dedfdc", cursor: "#e9eaf0",
        tones: ["#22252b", "#74787f", "#c3272b", "#a85a00", "#23762c"])
    case .mono:
      SVGColours(
        background: "#15171c", edge: "#2c3038", cursor: "#2a2e37",
        tones: ["#d8dbe2", "#868b96", "#d8dbe2", "#d8dbe2", "#d8dbe2"])
    }
  }
}
