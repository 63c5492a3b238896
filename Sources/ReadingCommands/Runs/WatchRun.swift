import Dashboard
import DashboardRuntime
import FoundationEssentials
import NcursesTerminal
import ProcessIO
import SlotStats
import TerminalUI

/// The dashboard on this process's terminal, until somebody quits.
package struct WatchRun: ReadingCommand {
  package static let name = "watch"
  package static let readsOnce = false
  private let at: AskedInstant?

  package init(_ reader: OptionReader, _ program: Program) throws(CommandFailure) {
    guard program.outputIsTerminal else {
      throw CommandFailure(
        .usage, "Cannot show \"watch\": standard output is no terminal; use slotwatch report or slotwatch screen.")
    }
    at = try AskedInstant(reader)
  }

  package func windows(_ settings: ViewSettings) -> Set<StatsWindow>? { nil }

  /// Shows the dashboard; keeps the main thread, on which it has to be called, until it ends.
  /// - Returns: the exit status, 0 or 128 and the number of the signal that ended it.
  package func run(
    _ settings: ViewSettings, _ source: OpenedSource, _ program: Program
  ) throws(CommandFailure) -> Int32 {
    // Where the wall clock stands still, nothing tells when a reading was.
    let reader = try DashboardReader(
      settings, source, program.environment, isRecording: settings.records && settings.now == nil)
    let options = try DashboardOptions(
      settings, source, reader, program.environment, at: at?.date(now: source.clocks.wall()))
    let terminal = TerminalOptions(
      theme: settings.theme, colorFGBG: program.environment["COLORFGBG"], color: settings.color,
      ascii: settings.ascii, terminalType: program.environment["TERM"])
    let attention = TerminalAttention(environment: program.environment, drawsUnicode: !settings.ascii)
    let clock = source.clocks.monotonic
    let opened = clock.now
    let result = MainActor.assumeIsolated {
      var loop = WatchLoop(reader: reader, options: options, attention: attention) { opened.duration(to: clock.now) }
      return Result { () throws(TerminalError) in
        try loop.run { () throws(TerminalError) in
          try NcursesTerminal(options: terminal) { opened.duration(to: clock.now) }
        }
      }
    }
    if let teller = source.alertTeller { _ = BlockingTask.result(within: 3) { await teller.shutdown() } }
    switch result {
    case .success(let status): return status
    case .failure(let error): throw CommandFailure(.configuration, error.message)
    }
  }
}

extension NcursesTerminal: Screen {
  package var wake: @Sendable () -> Void { { [waker] in waker.wake() } }
}
