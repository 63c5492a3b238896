/// How one style looks on one kind of terminal.
package struct Rendition: Hashable, Sendable {
  /// Index into the terminal's palette, 0...255; nil is the terminal's own foreground.
  package var foreground: UInt8?
  /// Index into the terminal's palette, 0...255; nil is the terminal's own background.
  package var background: UInt8?
  /// The bold attribute.
  package var bold = false
  /// The dim attribute.
  package var dim = false
  /// The reverse attribute.
  package var reverse = false
}

/// From meaning to colours and attributes, for one theme and depth.
package struct Palette: Hashable, Sendable {
  /// The background the colours are chosen for.
  package let theme: Theme
  /// The colours there are.
  package let depth: ColourDepth

  /// A palette; a mono theme has a mono depth and the other way round.
  package init(theme: Theme, depth: ColourDepth) {
    let isMono = theme == .mono || depth == .mono
    self.theme = isMono ? .mono : theme
    self.depth = isMono ? .mono : depth
  }

  /// How `style` looks.
  package func rendition(of style: Style) -> Rendition {
    var rendition = Self.tones[theme]?[style.tone]?[depth == .many ? 1 : 0] ?? Rendition()
    if style.strong {
      rendition.bold = true
      // Bold and dim together are drawn differently everywhere; the emphasis is what was asked for.
      rendition.dim = false
    }
    rendition.reverse = style.reverse
    if style.highlight && depth == .many { rendition.background = Self.highlights[theme] }
    return rendition
  }

  /// The colour roles: per theme and tone first with few colours, then from 256.
  ///
  /// Quiet is never bright black, which is invisible on some popular palettes. On an unknown background each grey and
  /// hue has about the same contrast to black as to white.
  private static let tones: [Theme: [Tone: [Rendition]]] = [
    .dark: [
      .quiet: [Rendition(dim: true), Rendition(foreground: 245)],
      .critical: [Rendition(foreground: 1), Rendition(foreground: 1)],
      .warning: [Rendition(foreground: 3), Rendition(foreground: 3)],
      .live: [Rendition(foreground: 2), Rendition(foreground: 2)],
    ],
    .light: [
      .quiet: [Rendition(dim: true), Rendition(foreground: 243)],
      .critical: [Rendition(foreground: 1), Rendition(foreground: 1)],
      .warning: [Rendition(bold: true), Rendition(foreground: 130)],
      .live: [Rendition(foreground: 2), Rendition(foreground: 2)],
    ],
    .either: [
      .quiet: [Rendition(dim: true), Rendition(foreground: 243)],
      .critical: [Rendition(foreground: 1), Rendition(foreground: 160)],
      .warning: [Rendition(bold: true), Rendition(foreground: 130)],
      .live: [Rendition(bold: true), Rendition(foreground: 28)],
    ],
    .mono: [.quiet: [Rendition(dim: true)]],
  ]

  /// What the cursor row stands on, where the background is known.
  private static let highlights: [Theme: UInt8] = [.dark: 236, .light: 254]
}
