import ArgumentParser

/// The dashboard.
struct WatchCommand: RunnableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch", abstract: "The dashboard. Keys: ? shows them, q quits.",
    discussion: "It never ends because of its source. Without a source it shows made-up data and says so.")

  @OptionGroup var common: CommonOptions

  func run(in context: RunContext) throws(CommandFailure) -> Int32 {
    let settings = try Settings(common, environment: context.environment)
    guard context.program.outputIsTerminal else {
      throw CommandFailure(
        .usage, "Cannot show \"watch\": standard output is no terminal; use slotwatch report or slotwatch screen.")
    }
    let clocks = RootClocks(fixedAt: settings.now)
    let source = try OpenedSource(settings.source ?? .demo, settings, .whatIsLookedAt, clocks: clocks)
    let run = WatchRun(settings: settings, source: source, environment: context.environment)
    // The program runs on the main thread, and the dashboard's loop keeps it.
    let result = MainActor.assumeIsolated { Result { () throws(CommandFailure) in try run.run() } }
    return try result.get()
  }
}
