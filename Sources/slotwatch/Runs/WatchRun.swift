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
    throw CommandFailure(.configuration, "Cannot show \"watch\": this build has no dashboard; use slotwatch report.")
  }
}
