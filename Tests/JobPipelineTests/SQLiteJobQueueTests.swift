import Foundation
import GRDB
import JobPipeline
import JobPipelineTesting
import JobStore
import SlotStats
import SlotStatsTesting
import Testing

/// What a queue in a file does beyond ``JobQueueTests``: it outlives its process, and several may use it.
@Suite struct SQLiteJobQueueTests {
  /// A folder that goes with the test.
  final class Folder {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("jobs-\(UUID().uuidString)")
    init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(at: url) }
    var path: String { url.path + "/jobs.db" }
  }

  let clock = ManualClock()
  let folder: Folder

  init() throws { folder = try Folder() }

  func open(capacity: Int = 10) throws -> SQLiteJobQueue {
    try .open(folder.path, capacity: capacity, clock: clock.pipelineClock())
  }

  func log(_ status: ProcessingLog.Status, of job: Job, reason: ProcessingLog.FailureReason? = nil) -> ProcessingLog {
    ProcessingLog(
      id: JobStep(status).eventID(of: job.id), jobID: job.id, slotID: job.slotID, status: status,
      occurredAt: noon.addingTimeInterval(0.123456), message: "so it was", failureReason: reason,
      providerLatencyMilliseconds: 7)
  }

  /// Ways in which the queue's file goes.
  enum Going: CaseIterable { case removed, renamed, replaced, writtenOver }

  @Test(arguments: Going.allCases)
  func nothingIsTakenIntoAFileThatIsGone(_ going: Going) async throws {
    let queue = try open()
    #expect(try await queue.offer(makeJob("a"), logs: []))
    let other = folder.url.path + "/other.db"
    do {
      let second = try SQLiteJobQueue.open(other, clock: clock.pipelineClock())
      #expect(try await second.offer(makeJob("b"), logs: []))
    }
    switch going {
    case .removed: try FileManager.default.removeItem(atPath: folder.path)
    case .renamed: try FileManager.default.moveItem(atPath: folder.path, toPath: folder.path + ".old")
    case .replaced: try #require(rename(other, folder.path) == 0)
    case .writtenOver:
      let file = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.path))
      try file.truncate(atOffset: 0)
      try file.write(contentsOf: Data(contentsOf: URL(fileURLWithPath: other)))
      try file.close()
    }
    await #expect {
      _ = try await queue.offer(makeJob("c"), logs: [])
    } throws: {
      ($0 as? DatabaseError)?.extendedResultCode == .SQLITE_READONLY_DBMOVED
    }
    // Whoever opens what is there now, while this one is still held, finds no log of something else.
    #expect(!FileManager.default.fileExists(atPath: folder.path + "-wal"))
    await #expect(throws: DatabaseError.self) { _ = try await queue.take(for: .seconds(1)) }
  }

  @Test func whatItHeldIsThereAfterReopening() async throws {
    let waiting = Job(
      id: UUID(), slotID: "a", receivedAt: noon.addingTimeInterval(0.3), payload: Data([0, 1, 255]),
      timeLimit: .milliseconds(1_500))
    let held = makeJob("b")
    let paused = makeJob("c")
    do {
      let queue = try open()
      for job in [held, paused, waiting] {
        #expect(try await queue.offer(job, logs: [log(.received, of: job, reason: .providerError)]))
      }
      _ = try await queue.take(for: .seconds(60))
      let lease = try #require(try await queue.take(for: .seconds(60)))
      try await queue.retry(lease, after: .seconds(5))
    }
    let queue = try open()
    #expect(try await queue.count == 3)
    #expect(try await queue.leasedCount == 1)
    let first = try #require(try await queue.take(for: .seconds(60)))
    #expect(first.job == waiting)
    #expect(first.history == [log(.received, of: waiting, reason: .providerError)])
    clock.advance(by: .seconds(5))
    #expect(try await queue.take(for: .seconds(60))?.job == paused.atAttempt(2))
    clock.advance(by: .seconds(60))
    let again = try #require(try await queue.take(for: .seconds(60)))
    #expect(again.job == held)
    #expect(again.deliveries == 2)
    #expect(again.history.map(\.status) == [.received])
  }

  @Test func aLeaseOfTheProcessBeforeIsStillGoodAndItsTokenIsNoOthers() async throws {
    let before = try open()
    _ = try await before.offer(makeJob(), logs: [])
    _ = try await before.offer(makeJob(), logs: [])
    let lease = try #require(try await before.take(for: .seconds(10)))
    let after = try open()
    let other = try #require(try await after.take(for: .seconds(10)))
    #expect(other.token != lease.token && other.job.id != lease.job.id)
    try await after.complete(lease)
    #expect(try await before.count == 1)
    await #expect(throws: JobQueueError.leaseLost) { try await before.complete(lease) }
  }

  @Test func theLogOutlivesTheProcessUntilItIsConfirmed() async throws {
    let job = makeJob()
    do {
      let queue = try open()
      _ = try await queue.offer(job, logs: [log(.received, of: job)])
      let lease = try #require(try await queue.take(for: .seconds(10)))
      _ = try await queue.appendProcessingLogs([log(.succeeded, of: job)], under: lease)
      try await queue.confirmProcessingLogs([log(.received, of: job).id])
      try await queue.complete(lease)
    }
    let queue = try open()
    #expect(try await queue.count == 0)
    #expect(try await queue.unconfirmedProcessingLogs(limit: 10) == [log(.succeeded, of: job)])
    try await queue.confirmProcessingLogs([log(.succeeded, of: job).id])
    #expect(try await queue.unconfirmedCount == 0)
    #expect(try await queue.unconfirmedProcessingLogs(limit: 10).isEmpty)
  }

  @Test func confirmedEntriesAreHistoryForTheNextHolder() async throws {
    let queue = try open()
    let job = makeJob()
    _ = try await queue.offer(job, logs: [log(.received, of: job)])
    try await queue.confirmProcessingLogs([log(.received, of: job).id])
    let lease = try #require(try await queue.take(for: .seconds(10)))
    #expect(lease.history.map(\.status) == [.received])
    #expect(try await queue.appendProcessingLogs([log(.received, of: job)], under: lease) == 0)
    #expect(try await queue.unconfirmedCount == 0)
  }

  @Test func thoseWhoWaitSeeWhatAnotherProcessAdds() async throws {
    let (mine, others) = (try open(), try open())
    let taking = Task { try await mine.take(for: .seconds(10)) }
    await clock.waitForSleepers(1)
    let job = makeJob()
    _ = try await others.offer(job, logs: [])
    clock.advance(by: .milliseconds(250))
    #expect(try await taking.value?.job == job)
  }

  @Test func twoProcessesHandOutEachJobOnce() async throws {
    let queues = [try open(capacity: 200), try open(capacity: 200)]
    let jobs = (0..<100).map { _ in makeJob() }
    for job in jobs { _ = try await queues[0].offer(job, logs: []) }
    let taken = try await withThrowingTaskGroup(of: [Job.ID].self) { group in
      for number in 0..<4 {
        group.addTask {
          var taken: [Job.ID] = []
          while let lease = try await queues[number % 2].take(for: .seconds(10)) {
            taken.append(lease.job.id)
            try await queues[number % 2].complete(lease)
            if try await queues[0].count == 0 { for queue in queues { await queue.close() } }
          }
          return taken
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(taken.count == jobs.count)
    #expect(Set(taken) == Set(jobs.map(\.id)))
  }

  @Test func aClockThatGoesBackLetsNothingGetStuck() async throws {
    let early = makeJob()
    do {
      let queue = try SQLiteJobQueue.open(folder.path, clock: clock.pipelineClock(from: noon.addingTimeInterval(3_600)))
      _ = try await queue.offer(makeJob(), logs: [])
    }
    let queue = try open()
    _ = try await queue.offer(early, logs: [])
    #expect(try await queue.take(for: .seconds(10)) != nil)
    #expect(try await queue.take(for: .seconds(10))?.job == early)
  }

  @Test func aDatabaseOfAnotherProgramStaysAsItIs() throws {
    let other = folder.url.appendingPathComponent("other.db")
    try Data(repeating: 0x41, count: 4_096).write(to: other)
    #expect(throws: (any Error).self) { try SQLiteJobQueue.open(other.path) }
    #expect(try Data(contentsOf: other) == Data(repeating: 0x41, count: 4_096))
  }

  @Test func aRealDatabaseOfAnotherProgramStaysAsItIs() throws {
    let other = folder.url.appendingPathComponent("other.db")
    try DatabaseQueue(path: other.path).write { try $0.execute(sql: "CREATE TABLE t (a); INSERT INTO t VALUES (1)") }
    let before = try Data(contentsOf: other)
    let error = #expect(throws: DatabaseError.self) { try SQLiteJobQueue.open(other.path) }
    #expect(error?.message == "it is a database of another program")
    #expect(try Data(contentsOf: other) == before)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["other.db"])
  }

  @Test func aQueueWhoseMakingWasInterruptedIsMadeToItsEnd() async throws {
    let migrations = "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)"
    try await DatabaseQueue(path: folder.path).write { try $0.execute(sql: migrations) }
    #expect(try await open().count == 0)
  }

  @Test func manyMayMakeOneQueueAtOnce() async throws {
    for number in 0..<30 {
      let path = folder.url.appendingPathComponent("\(number).db").path
      try await withThrowingTaskGroup { group in
        for _ in 0..<3 { group.addTask { _ = try await SQLiteJobQueue.open(path).count } }
        try await group.waitForAll()
      }
    }
  }
}
