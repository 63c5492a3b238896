import Dashboard
import DashboardRuntime
import SlotStats
import TerminalUI

/// One frame of the dashboard on standard output.
package struct FrameRun: ReadingCommand {
  package static let name = "screen"
  private let size: Size
  private let keys: [Key]
  private let format: ScreenFormat
  private let at: AskedInstant?

  package init(_ reader: OptionReader, _ program: Program) throws(CommandFailure) {
    size = try reader.value(Options.size) ?? Size(columns: 120, rows: 40)
    keys = try Self.keys(reader)
    format = try reader.value(Options.screenFormat) ?? .text
    at = try AskedInstant(reader)
  }

  package func windows(_ settings: ViewSettings) -> Set<StatsWindow>? { Set(StatsWindow.allCases) }

  package func run(
    _ settings: ViewSettings, _ source: OpenedSource, _ program: Program
  ) throws(CommandFailure) -> Int32 {
    let reader = try DashboardReader(settings, source, program.environment)
    let options = try DashboardOptions(
      settings, source, reader, program.environment, at: at?.date(now: source.clocks.wall()))
    let frame = try ScreenRun(reader: reader, options: options, size: size, keys: keys).frame {
      read throws(CommandFailure) -> [Message] in
      let ended = try source.result(within: settings.timeout, of: read)
      if case .readEnded(.fleet(let fleet, change: nil))? = ended.first,
        let refusal = source.refusal(settings.window, of: fleet.reading)
      {
        throw refusal
      }
      return ended
    }
    try program.print(drawing(of: frame, settings, program.environment))
    return ExitStatus.done.rawValue
  }

  private static func keys(_ reader: OptionReader) throws(CommandFailure) -> [Key] {
    guard let names = try reader.find(Options.keys) else { return [] }
    do {
      return try Key.parse(names: names.value)
    } catch {
      throw CommandFailure(
        names.origin.status,
        "Cannot use \(names.origin.name) with \"\(error.name)\": no key has that name; try j, Enter or text:abc.")
    }
  }

  private func drawing(of surface: Surface, _ settings: ViewSettings, _ environment: [String: String]) -> String {
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
