import Dashboard
import NcursesTerminal
import SlotStats
import TerminalUI

/// The dashboard on this process's terminal, until somebody quits.
struct WatchRun: Sendable {
  /// What it is to do.
  let settings: Settings
  /// What it shows.
  let source: OpenedSource
  /// The environment's variables.
  let environment: [String: String]

  /// Shows the dashboard; keeps the main thread until it ends.
  /// - Returns: the exit status, 0 or 128 and the number of the signal that ended it.
  @MainActor
  func run() throws(CommandFailure) -> Int32 {
    var loop = WatchLoop(reader: try DashboardReader(settings, source), options: DashboardOptions(settings, source))
    let options = TerminalOptions(
      theme: settings.theme, colorFGBG: environment["COLORFGBG"], color: settings.color, ascii: settings.ascii,
      terminalType: environment["TERM"])
    do {
      return try loop.run(options)
    } catch {
      throw CommandFailure(.configuration, error.message)
    }
  }
}

extension DashboardReader {
  /// A reader of `source` by these settings.
  init(_ settings: Settings, _ source: OpenedSource) throws(CommandFailure) {
    self.init(
      service: try source.service(ttl: Self.cacheTTL), window: settings.window, thresholds: settings.thresholds,
      movesWithTime: source.address == .sample, wallClock: source.clocks.wall)
  }
}

extension DashboardOptions {
  /// The dashboard's options by these settings.
  init(_ settings: Settings, _ source: OpenedSource) {
    self.init(
      sourceLabel: settings.label(of: source.address), isInvented: source.address.isInvented,
      thresholds: settings.thresholds.standard, interval: settings.interval, staleAfter: settings.staleAfter,
      window: settings.window, scope: settings.scope,
      localZone: LocalZone.labels(around: source.clocks.wall()),
      isReadBySlot: source.repository.reading == .incrementally)
  }
}
