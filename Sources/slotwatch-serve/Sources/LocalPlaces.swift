import EventStore
import JobPipeline
import ReadingCommands

extension LocalSource: SourcePlace {
  var file: (scheme: String, path: String)? {
    guard case .file(let path) = self else { return nil }
    return (Self.schemes.file, path)
  }

  func open(_ opening: SourceOpening) throws(CommandFailure) -> OpenedSource {
    try open(readsOnce: opening.readsOnce, clocks: opening.clocks)
  }
}

extension StoreAddress: SourcePlace {
  var label: String { LocalSource.name(ofFile: path) }
  var file: (scheme: String, path: String)? { (String(Self.scheme.dropLast()), path) }

  func open(_ opening: SourceOpening) throws(CommandFailure) -> OpenedSource {
    let settings = StoreSettings(busyTimeout: 2, now: opening.clocks.wall)
    var source = OpenedSource(SQLiteStatsSource(path: path, settings: settings), clocks: opening.clocks)
    let notes = StoreNotes(path: path, settings: settings)
    source.sharedAcknowledgements = notes
    source.sharedMarks = notes
    source.slotDescriptions = notes
    return source
  }
}

/// The simulated fleet that lives in this process.
struct DemoPlace: SourcePlace {
  let given = "demo:"
  let label = "DEMO DATA"
  let isSynthetic = true

  func open(_ opening: SourceOpening) throws(CommandFailure) -> OpenedSource {
    let clocks = opening.clocks
    let fleet = DemoRepository(
      clock: JobClock(clocks.monotonic, wall: clocks.wall), isStill: opening.settings.now != nil)
    var source = OpenedSource(fleet, clocks: clocks)
    source.sharedAcknowledgements = fleet
    source.sharedMarks = fleet
    source.forgetsNotes = true
    return source
  }
}
