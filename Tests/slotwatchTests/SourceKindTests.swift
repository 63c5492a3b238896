import ArgumentParser
import Foundation
import ReadingCommands
import SlotStats
import SlotStatsTesting
import Testing

@testable import slotwatch_serve

/// A kind of source is one type and one row.
@Suite struct SourceKindTests {
  /// A source of this test's own.
  private struct Counted: SourcePlace {
    let runs: Int
    var given: String { "counted:\(runs)" }
    var label: String { "\(runs) runs" }

    func open(_ opening: SourceOpening) throws(CommandFailure) -> OpenedSource {
      let now = opening.clocks.wall()
      let metric = StatsMetric(
        .day, start: StatsWindow.day.bucketStart(containing: now), counters: StatsCounters(success: runs))
      let contents = InMemoryStatsRepository(.init(slots: [Slot(id: "a")], bySlot: [.day: ["a": [metric]]]))
      return OpenedSource(
        VersionedStatsRepository(SourceVersion(id: 1, contents: contents, generatedAt: now, readAt: now)),
        clocks: opening.clocks)
    }
  }

  private static let kinds =
    SourceKind.all + [
      SourceKind(schemes: ["counted"]) { text throws(SourceAddressError) in
        guard let runs = Int(text.rest) else { throw text.refusal("write counted:RUNS") }
        return Counted(runs: runs)
      }
    ]

  private func settings(_ arguments: String..., config: String? = nil) throws -> Settings {
    let folder = try TemporaryFolder()
    let file = try config.map { ["--config", try folder.file("config.toml", $0)] } ?? []
    return try Settings(CommonOptions.parse(arguments + file).given(), environment: [:], kinds: Self.kinds)
  }

  @Test func isReadJudgedAndNamed() async throws {
    let settings = try settings("counted:40", "--now", TemporaryFolder.now)
    let address = try #require(settings.source)
    #expect(address == SourceAddress(Counted(runs: 40)))
    let reading = try await onOwnThread {
      Result {
        try address.open(settings, windows: nil, readsOnce: true, clocks: RootClocks(fixedAt: settings.now)).readOnce(
          within: 300)
      }
    }.get()
    #expect(reading.series[.day]?.global.summary.totalRuns == 40)
    #expect(settings.label(of: address) == "40 runs")
  }

  @Test func standsInAConfigurationFile() throws {
    let settings = try settings("--source", "mine", config: "[sources.mine]\naddress = \"counted:7\"\n")
    #expect(settings.source?.given == "counted:7")
    #expect(settings.sourceName == "mine")
  }

  @Test func refusesInItsOwnWords() {
    let failure = #expect(throws: CommandFailure.self) { try settings("counted:x") }
    #expect(failure?.line == "Cannot use source \"counted:x\": write counted:RUNS.")
  }

  @Test func hasNoSchemeTwice() {
    let schemes = SourceKind.all.flatMap(\.schemes)
    #expect(schemes.count == Set(schemes).count)
  }
}
