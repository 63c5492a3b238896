import Foundation
import Glibc
import SlotStats
import SlotStatsTesting
import Testing

@testable import StateFiles

@Suite struct ReadingFolderTests {
  private let folder: TemporaryFolder
  private let state: String

  init() throws {
    folder = try TemporaryFolder()
    state = folder.file("state/slotwatch")
  }

  private static let start = Date(timeIntervalSince1970: 1_795_098_725)

  private func recorder(_ limits: ReadingFolder.Limits = .init()) -> ReadingFolder {
    ReadingFolder(folder: state, source: "/data/stats.json", limits: limits, clock: ContinuousClock())
  }

  /// A reading of data of so many seconds after the start, read a second later.
  private func reading(_ seconds: Double, slots: Int = 2) -> FleetReading {
    let instant = Self.start.addingTimeInterval(seconds)
    let slots = (0..<slots).map { Slot(id: "slot-\($0)", name: "Größe \($0)", providerID: $0 == 0 ? nil : "p") }
    var series: [StatsWindow: FleetReading.Series] = [:]
    for window in [StatsWindow.day, .week] {
      let starts = window.shownStarts(endingAt: instant)
      let metrics = starts.enumerated().map { index, start in
        StatsMetric(window, start: start, counters: StatsCounters(success: index * 1_000 + Int(seconds), errors: index))
      }
      let aggregation = StatsAggregation(window: window, metrics: metrics)
      series[window] = FleetReading.Series(
        global: aggregation, bySlot: Dictionary(uniqueKeysWithValues: slots.map { ($0.id, aggregation) }))
    }
    return FleetReading(
      slots: slots, series: series, generatedAt: instant, readAt: instant.addingTimeInterval(1), refreshInterval: 5,
      notice: "left out: 1 bucket", version: UInt64(seconds) + 1)
  }

  private func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: recorder().path).filter { $0.hasSuffix(".frame") }.sorted()
  }

  @Test func givesBackWhatWasReadForItsOwnerAlone() async throws {
    let recorder = recorder()
    await recorder.record(reading(0))
    var expected = reading(0)
    expected.version = 0
    #expect(try await recorder.reading(from: Self.start) == expected)
    let file = recorder.path + "/" + (try #require(try names().first))
    var info = stat()
    #expect(stat(file, &info) == 0 && info.st_mode & 0o777 == 0o600)
    #expect(stat(recorder.path, &info) == 0 && info.st_mode & 0o777 == 0o700)
  }

  @Test func keepsTheLastMinutesAndWhatWasNotReadToo() async throws {
    var made = reading(0)
    var minutes = MinuteCounts()
    for number in [5, 6, 99] {
      minutes.append(MinuteCounts.number(Self.start) - 372 + number, StatsCounters(errors: number))
    }
    let series = RecentSeries(
      minutes: minutes, usual: [UsualHour(counters: StatsCounters(success: 7), days: 13)],
      rhythm: [RhythmHour(dayBefore: 4), RhythmHour(fortnightBefore: 0)],
      open: OpenJobs(count: 3, oldest: Self.start, overdue: 1))
    made.recent = RecentReading(
      global: series, bySlot: ["slot-1": series], reported: 77, longestGap: 12.5, at: Self.start)
    made.gaps = ReadGaps(unread: [.day: ["slot-0"], .week: ["slot-0", "slot-1"]])
    let recorder = recorder()
    await recorder.record(made)
    let found = try #require(try await recorder.reading(from: Self.start))
    #expect(found.recent == made.recent)
    #expect(found.gaps == ReadGaps(unread: [.day: ["slot-0"]]))
    #expect(found.series[.week] == nil && found.series[.day]?.bySlot["slot-0"]?.metrics == [])
  }

  @Test func recordsWhatChangedAtMostOnceAMinute() async throws {
    let recorder = recorder()
    for seconds in stride(from: 0.0, to: 121, by: 5) { await recorder.record(reading(seconds)) }
    #expect(try names().count == 3)
    // Nothing new came, however long.
    let last = reading(120)
    for seconds in [0.0, 600] {
      var again = last
      again.readAt += seconds
      await recorder.record(again)
    }
    #expect(try names().count == 3)
    // What changed within the minute is kept once that is over.
    var late = reading(130)
    await recorder.record(late)
    #expect(try names().count == 3)
    late.readAt = late.readAt.addingTimeInterval(60)
    await recorder.record(late)
    #expect(try names().count == 4)
  }

  @Test func aSecondDashboardAddsNothingAndHarmsNothing() async throws {
    let (first, second) = (recorder(), recorder())
    for minute in 0..<4 {
      await first.record(reading(Double(minute) * 60))
      await second.record(reading(Double(minute) * 60))
      await second.record(reading(Double(minute) * 60 + 20))
    }
    #expect(await second.instants() == (0..<4).map { Self.start.addingTimeInterval(Double($0) * 60) })
  }

  @Test func theOldestLeave() async throws {
    let size = FrameWriter.bytes(of: reading(0)).count
    let small = recorder(.init(bytes: size * 3 + size / 2))
    for minute in 0..<6 { await small.record(reading(Double(minute) * 60)) }
    #expect(await small.instants().count == 3)
    #expect(await small.instants().last == Self.start.addingTimeInterval(300))
    let short = recorder(.init(seconds: 120))
    await short.record(reading(420))
    #expect(await short.instants().map { $0.timeIntervalSince(Self.start) } == [300, 420])
    // One that is larger than all may be is not written.
    await recorder(.init(bytes: 100)).record(reading(900))
    #expect(await short.instants().last == Self.start.addingTimeInterval(420))
  }

  @Test func oneThatIsDatedAheadIsLeftOutAndHarmsNone() async throws {
    let recorder = recorder()
    await recorder.record(reading(0))
    var ahead = reading(864_000)
    ahead.readAt = Self.start.addingTimeInterval(100)
    await recorder.record(ahead)
    await recorder.record(reading(200))
    #expect(await recorder.instants().map { $0.timeIntervalSince(Self.start) } == [0, 200])
  }

  @Test func goesFromOneReadingToTheNext() async throws {
    let recorder = recorder()
    await #expect(throws: StatsSourceError.noHistory) { try await recorder.reading(from: Self.start) }
    for seconds in [0.0, 100, 300] { await recorder.record(reading(seconds)) }
    func found(_ steps: Int, from seconds: Double) async throws -> Double? {
      try await recorder.reading(steps, from: Self.start.addingTimeInterval(seconds))?
        .generatedAt.timeIntervalSince(Self.start)
    }
    #expect(try await found(0, from: 299) == 100)
    #expect(try await found(0, from: 300) == 300)
    #expect(try await found(-1, from: 300) == 100)
    #expect(try await found(-1, from: 450) == 300)
    #expect(try await found(-2, from: 450) == 100)
    #expect(try await found(1, from: 0) == 100)
    #expect(try await found(2, from: 50) == 300)
    #expect(try await found(1, from: 300) == nil)
    await #expect(throws: StatsSourceError.nothing(before: Self.start)) { try await found(-1, from: 0) }
    await #expect(throws: StatsSourceError.nothing(before: Self.start)) { try await found(0, from: -1) }
  }

  /// Whatever is cut off, turned or of another version is passed over, and the one before is shown.
  @Test func whatIsDamagedIsNeverShown() async throws {
    let recorder = recorder()
    for seconds in [0.0, 100] { await recorder.record(reading(seconds)) }
    let file = recorder.path + "/" + (try #require(try names().last))
    let whole = try Data(contentsOf: URL(fileURLWithPath: file))
    var damaged = [Data(), Data("{}".utf8), whole + [0]]
    damaged += stride(from: 1, to: whole.count, by: 37).map { whole.prefix($0) }
    for place in stride(from: 0, to: whole.count, by: 41) {
      var turned = whole
      turned[place] ^= 0x10
      damaged.append(turned)
    }
    for bytes in damaged {
      try bytes.write(to: URL(fileURLWithPath: file))
      let found = try await recorder.reading(from: Self.start.addingTimeInterval(200))
      #expect(found?.generatedAt == Self.start)
    }
    try whole.write(to: URL(fileURLWithPath: file))
    #expect(try await recorder.reading(from: Self.start.addingTimeInterval(200))?.generatedAt != Self.start)
  }

  /// Content that passes for whole, as an ill-meaning program could write it, ends nothing.
  @Test(arguments: 0..<200 as Range<UInt64>)
  func anyContentIsAFrameOrNone(seed: UInt64) {
    var random = SeededGenerator(state: seed)
    var bytes = Array(FrameWriter.bytes(of: reading(0)).dropLast(FrameWriter.digestLength))
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let place = Int.random(in: FrameWriter.magic.count..<bytes.count, using: &random)
      bytes[place] = UInt8.random(in: 0...255, using: &random)
    }
    let frame = FrameWriter.closed(bytes)
    if let found = FrameReader.reading(frame) { #expect(Set(found.slots.map(\.id)).count == found.slots.count) }
  }

  @Test func isSmall() {
    // 15 slots by day and week.
    let bytes = FrameWriter.bytes(of: reading(0, slots: 15)).count
    #expect(bytes < 4_000)
  }
}
