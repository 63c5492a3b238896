import ArgumentParser
import PrometheusSource
import ReadingCommands

/// What is known of exporters, and which of it fits a server.
struct PresetsCommand: RunnableCommand {
  static let configuration = CommandConfiguration(
    commandName: "presets", abstract: "Lists the exporters whose Prometheus metrics are known.",
    discussion: "With a source it asks that server which presets fit its metrics, and says why the others do not.")

  @OptionGroup var common: CommonOptions

  func run(in context: RunContext) throws(CommandFailure) -> Int32 {
    let settings = try Settings(common.given(), environment: context.environment)
    var names: Set<String>?
    if settings.source != nil {
      let opened = try context.prometheus(common.given())
      names = try opened.result { source in try await source.metricNames() }
    }
    try context.program.print(PresetListing(names: names).text)
    return ExitStatus.done.rawValue
  }
}

/// Every query that is sent to a server.
struct QueriesCommand: RunnableCommand {
  static let configuration = CommandConfiguration(
    commandName: "queries", abstract: "Prints every query that a Prometheus is sent, by window and counter.",
    discussion: "Each is evaluated at the end of a bucket, and can be pasted as it is.")

  @OptionGroup var common: CommonOptions

  func run(in context: RunContext) throws(CommandFailure) -> Int32 {
    let opened = try context.prometheus(common.given())
    let wall = opened.clocks.wall
    let server = try opened.result { source in try await source.ready(at: wall()) }
    try context.program.print(QueryListing(server: server).text)
    return ExitStatus.done.rawValue
  }
}

/// A server of the Prometheus query API, and how long it may take.
struct OpenedPrometheus: Sendable {
  private let opened: OpenedForNotes
  private let source: PrometheusStatsSource

  /// A source of this kind.
  /// - Throws: that it is another one.
  init(_ opened: OpenedForNotes) throws(CommandFailure) {
    guard let source = opened.source.repository as? PrometheusStatsSource else {
      throw CommandFailure(
        .configuration, "Cannot ask \"\(opened.source.given)\" for metrics: it is no prometheus+https://HOST.")
    }
    (self.opened, self.source) = (opened, source)
  }

  /// The program's clocks.
  var clocks: RootClocks { opened.source.clocks }

  /// What `body` gives in time.
  func result<Value: Sendable>(
    _ body: @escaping @Sendable (PrometheusStatsSource) async throws -> Value
  ) throws(CommandFailure) -> Value {
    let source = source
    return try opened.result { try await body(source) }
  }
}

extension RunContext {
  /// The Prometheus that the texts of the common options name.
  func prometheus(_ given: GivenOptions) throws(CommandFailure) -> OpenedPrometheus {
    try OpenedPrometheus(opened(given))
  }
}
