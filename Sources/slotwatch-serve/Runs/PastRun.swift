import FoundationEssentials
import ProcessIO
import ReadingCommands
import SlotStats

/// What is needed to judge the past of a source: the source, the rules in force, and how far back.
struct PastRun: Sendable {
  /// How the source is read and judged.
  let settings: ViewSettings
  /// The source.
  let source: OpenedSource
  /// The rules of the configuration file, or the built-in ones.
  let rules: [AlertRule]
  /// Whether they are the built-in ones.
  let areBuiltIn: Bool
  /// How far back, in seconds.
  let span: TimeInterval

  /// Reads the source as it is now.
  func reading() throws(CommandFailure) -> FleetReading { try source.readOnce(within: settings.timeout) }

  /// Works on what the source keeps of the span before `reading`, for as long as that takes.
  /// - Throws: what cannot be read.
  func result<Value: Sendable>(
    _ reading: FleetReading, of work: @escaping @Sendable (FleetHistory) async throws -> Value
  ) throws(CommandFailure) -> Value {
    let (repository, span) = (source.repository, span)
    return try finished {
      let range = reading.generatedAt.addingTimeInterval(-span)..<reading.generatedAt
      return try await work(try await FleetHistory(repository, slots: reading.slots, range: range))
    }
  }

  /// What `work` gives, for as long as it takes.
  /// - Throws: what it throws.
  func finished<Value: Sendable>(
    _ work: @escaping @Sendable () async throws -> Value
  ) throws(CommandFailure) -> Value {
    switch BlockingTask.begin(work).result() {
    case .success(let value): return value
    case .failure(let error): throw CommandFailure(error)
    }
  }
}

extension RunContext {
  /// The past of the source that the common options name.
  /// - Throws: what cannot be used of them.
  func past(_ given: GivenOptions, span: TimeInterval) throws(CommandFailure) -> PastRun {
    let settings = try Settings(given, environment: environment)
    guard let address = settings.source else { throw Self.noSource }
    let source = try address.open(
      settings, windows: Set(StatsWindow.allCases), readsOnce: true, clocks: RootClocks(fixedAt: settings.now))
    let own = settings.configuration.file?.rules ?? []
    return PastRun(
      settings: settings.view, source: source, rules: own.isEmpty ? AlertRule.standard : own.map(\.rule),
      areBuiltIn: own.isEmpty, span: span)
  }
}
