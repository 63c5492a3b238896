import FoundationEssentials
import SlotStats
import StateFiles

extension OpenedSource {
  /// Where readings of the source are recorded; `nil` for what is made up or piped, and where there is no state folder.
  func recorder(_ environment: [String: String]) -> (any ReadingRecorder)? {
    guard !isSynthetic, given != LocalSource.dash, let folder = StateFolder.path(environment) else { return nil }
    return ReadingFolder(folder: folder, source: Self.identity(given), clock: clocks.monotonic)
  }

  /// Everything as it was at a past instant, within `seconds`: from the source, or from what was recorded of it.
  func readPast(
    at instant: Date, _ environment: [String: String], within seconds: Int
  ) throws(CommandFailure) -> FleetReading {
    let service = try service(ttl: .zero)
    let recorder = recorder(environment)
    return try result(within: seconds) {
      if let reading = try await service.readPast(at: instant) { return reading }
      guard let recorder, let reading = try await recorder.reading(from: instant) else {
        throw StatsSourceError.noHistory
      }
      return service.described(reading)
    }
  }
}
