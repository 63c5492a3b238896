import Foundation
import GRDB
import SlotStats
import SlotStatsTesting
import Testing

@testable import EventStore

@Suite struct RepositoryContractTests {
  /// A store that holds these contents, which need not follow from any events.
  private func seeded(
    _ store: SQLiteStatsRepository, _ contents: InMemoryStatsRepository.Contents
  ) async throws -> SQLiteStatsRepository {
    try await store.describe(contents.slots)
    for window in StatsWindow.allCases {
      try await write(contents.global[window] ?? [], window, slot: 0, to: store)
      for (key, slot) in contents.slots.enumerated() {
        try await write(contents.bySlot[window]?[slot.id] ?? [], window, slot: Int64(key + 1), to: store)
      }
    }
    return store
  }

  private func write(
    _ metrics: [StatsMetric], _ window: StatsWindow, slot: Int64, to store: SQLiteStatsRepository
  ) async throws {
    try await store.database.write { db in
      var table = try RollupTable(db)
      let layout = window.layout
      for metric in metrics {
        let place = layout.place(ofBucket: layout.bucket(containing: metric.periodStart))
        var counters = RollupBlock.Counters.zero
        for (index, key) in StatsCounters.keys.enumerated() {
          counters[index] = Int64(metric.counters[keyPath: key.path])
        }
        try table.add(counters, layout, block: place.block, slot: slot, place: place.place)
      }
      try table.flush()
    }
  }

  @Test func aStoreInMemoryKeepsTheContract() async throws {
    let contract = StatsRepositoryContract { contents in
      try await seeded(.inMemory(settings: StoreSettings { RandomEvents.now }), contents)
    }
    #expect(try await contract.broken() == [])
  }

  @Test func aStoreInAFileKeepsTheContractForItsWriterAndForAReader() async throws {
    let folder = try TemporaryFolder()
    for isReader in [false, true] {
      let contract = StatsRepositoryContract { contents in
        let path = folder.file("\(UUID().uuidString).db")
        let settings = StoreSettings { RandomEvents.now }
        let store = try await seeded(.open(path, settings: settings), contents)
        return isReader ? try SQLiteStatsRepository.open(path, readOnly: true, settings: settings) : store
      }
      #expect(try await contract.broken() == [])
    }
  }

  @Test func countersUpToTheLargestNumberComeBack() {
    var block = RollupBlock()
    let counters = RollupBlock.Counters(.max, 0, 127, 128, 1 << 35, 1, 0, 0)
    block.add(counters, at: 59)
    block.add(RollupBlock.Counters(repeating: -5), at: 7)
    var bytes: [UInt8] = []
    block.write(to: &bytes)
    var read: [Int: RollupBlock.Counters] = [:]
    bytes.withUnsafeBytes { RollupBlock.read($0) { read[$0] = $1 } }
    #expect(read == [59: counters])
    for count in bytes.indices {
      bytes.prefix(count).withUnsafeBytes { RollupBlock.read($0) { _, _ in Issue.record("half a bucket is none") } }
    }
  }

  @Test func bucketsBeginWhereTheWindowsDo() {
    for window in StatsWindow.allCases {
      let layout = window.layout
      for seconds in [-9e9, -604_801, -61, -1, 0, 59, 60, 345_599, 345_600, 1_795_098_600, 9e9] {
        let instant = Date(timeIntervalSince1970: seconds)
        let start = layout.start(ofBucket: layout.bucket(containing: instant))
        #expect(Double(start) == window.bucketStart(containing: instant).timeIntervalSince1970)
      }
    }
  }
}
