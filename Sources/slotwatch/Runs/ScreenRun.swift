import Dashboard
import SlotStats
import TerminalUI

/// One frame of the dashboard after some keys, without a terminal.
struct ScreenRun: Sendable {
  /// What it is to do.
  let settings: Settings
  /// What it shows.
  let source: OpenedSource
  /// How large the frame is.
  let size: Size
  /// What is pressed before, in order.
  let keys: [Key]
  /// The form of the frame.
  let format: ScreenFormat
  /// The environment's variables.
  let environment: [String: String]

  /// The frame as a text that ends with a line end.
  ///
  /// The reads that a key causes are awaited before the next one.
  /// - Throws: what became of the first read if it failed: there is nothing to draw then.
  func run() throws(CommandFailure) -> String {
    let reader = try DashboardReader(settings, source)
    let moment = Moment(wall: source.clocks.wall(), uptime: .zero)
    var state = DashboardState(options: DashboardOptions(settings, source), size: size, now: moment)
    _ = state.reduce(.tick, at: moment)
    let first = try source.result(within: settings.timeout) {
      try await reader.readOrThrow(after: nil, isFresh: false)
    }
    _ = state.reduce(.readEnded(first), at: moment)
    for key in keys {
      var effects = state.reduce(.key(key), at: moment)
      while let isFresh = effects.freshness {
        let previous = state.newest
        let next = try source.result(within: settings.timeout) {
          await reader.read(after: previous, isFresh: isFresh)
        }
        effects = state.reduce(.readEnded(next), at: moment)
      }
    }
    return drawing(of: state.view())
  }

  private func drawing(of surface: Surface) -> String {
    // A picture names its own character set; text is written in that of its reader.
    let isASCII = settings.ascii || (format != .svg && LocaleName.excludesUnicode(environment))
    let surface = isASCII ? surface.inASCII() : surface
    let theme = settings.theme.theme(colorFGBG: environment["COLORFGBG"])
    switch format {
    case .text: return surface.lines.map { $0 + "\n" }.joined()
    case .ansi: return surface.ansi(palette: Palette(theme: theme, depth: settings.color ? .many : .mono))
    case .svg: return surface.svg(theme: theme) + "\n"
    }
  }
}

extension [Effect] {
  /// Whether a read is asked for, and whether past the cache.
  fileprivate var freshness: Bool? {
    for case .read(let isFresh) in self { return isFresh }
    return nil
  }
}
