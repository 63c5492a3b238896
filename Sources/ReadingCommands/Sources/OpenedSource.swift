import ProcessIO
import SlotStats

/// A source that is ready to be read.
package struct OpenedSource: Sendable {
  /// The source as a machine would give it again, without a secret.
  package var given = ""
  /// What headings call it.
  package var label = ""
  /// Whether what it shows is made up.
  package var isSynthetic = false
  /// Whether it is another machine's.
  package var isRemote = false
  /// Whether it moves its data with the clock: its days are others after midnight, and nothing came.
  package var movesWithTime = false
  /// Where the source keeps acknowledgements for everybody who reads it; `nil` where it keeps none.
  package var sharedAcknowledgements: (any AcknowledgementStore)?
  /// Where the source keeps marks for everybody who reads it; `nil` where it keeps none.
  package var sharedMarks: (any MarkStore)?
  /// Whether what people note of it ends with this program, as that of a demo does.
  package var forgetsNotes = false
  /// Where the source keeps what people say of its slots; `nil` where it keeps nothing.
  package var slotDescriptions: (any SlotDescriptionStore)?
  /// What the reader's configuration says of slots, by their ids; it goes before what the source says.
  package var descriptions: [Slot.ID: SlotDescription] = [:]
  /// The rules of the reader's configuration that say where it is written what to do.
  package var runbookRules: [AlertRule] = []
  /// Who tells others of the alerts that a dashboard finds; `nil` for nobody.
  package var alertTeller: (any AlertTeller)?
  /// What reads it.
  package let repository: any StatsRepository
  /// The program's clocks.
  package let clocks: RootClocks

  /// A source that `repository` reads.
  package init(_ repository: any StatsRepository, clocks: RootClocks) {
    self.repository = repository
    self.clocks = clocks
  }

  /// A service over the source, with nothing read yet; an entry is valid for `ttl`.
  package func service(ttl: Duration) throws(CommandFailure) -> CachedStatsService {
    do {
      return try CachedStatsService(
        repository: repository, ttl: ttl, clock: clocks.monotonic, wallClock: clocks.wall,
        descriptions: descriptions)
    } catch {
      throw CommandFailure(.configuration, error.description)
    }
  }

  /// Reads everything once, within `seconds`.
  package func readOnce(within seconds: Int) throws(CommandFailure) -> FleetReading {
    let service = try service(ttl: CachedStatsService.defaultTTL)
    let wall = clocks.wall
    return try result(within: seconds) { try await service.readFleet(now: wall()) }
  }

  /// That nothing can be noted by a command of which nobody would ever see anything.
  package func requireLastingNotes() throws(CommandFailure) {
    guard forgetsNotes else { return }
    throw CommandFailure(
      .contentRefused,
      "Cannot note anything in \"\(given)\": what it shows lives in the dashboard that shows it; press A or M there.")
  }

  /// Why a window cannot be shown that `reading` does not have; `nil` where it can. Days that are not there are shown
  /// as such, since nobody has to ask for them.
  package func refusal(_ window: StatsWindow, of reading: FleetReading) -> CommandFailure? {
    guard window != .standard, reading.series[window] == nil else { return nil }
    return CommandFailure(
      .contentRefused, "Cannot show \"\(given)\" by \(window.rawValue): this source has no \(window.rawValue)s.")
  }

  /// What `work` on this source gives within `seconds`.
  package func result<Value: Sendable>(
    within seconds: Int, of work: @escaping @Sendable () async throws -> Value
  ) throws(CommandFailure) -> Value {
    switch BlockingTask.result(within: seconds, of: work) {
    case .success(let value): return value
    case .failure(let error): throw CommandFailure(error)
    case nil:
      throw CommandFailure(
        isRemote ? .unreachable : .inputOutput,
        "Cannot read \"\(given)\": nothing came within \(seconds) s; a longer --timeout may help.")
    }
  }
}
