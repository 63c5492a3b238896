import EventStore
import Foundation
import ReadingCommands
import SlotStats
import SlotStatsTesting
import StatsFormats
import Synchronization
import Testing

@testable import slotwatch_serve

/// A file that is read on as it grows, whatever happens to it meanwhile.
@Suite struct FollowedFileTests {
  private static let now = Date(timeIntervalSince1970: 1_795_000_000)

  private let folder: TemporaryFolder
  private let path: String
  private let start = ContinuousClock.now
  private let told = Told()

  /// What was told on the way.
  private final class Told: Sendable {
    private let state = Mutex<[String]>([])

    var lines: [String] { state.withLock { $0 } }

    func add(_ line: String) { state.withLock { $0.append(line) } }
  }

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("events.log")
  }

  /// Lines of so many events that nobody had before.
  private func lines(_ count: Int) -> String {
    let logs = (0..<count).map { _ in
      ProcessingLog(id: UUID(), jobID: UUID(), slotID: "slot-1", status: .received, occurredAt: Self.now)
    }
    return String(decoding: EventDocuments.lines(logs), as: UTF8.self)
  }

  private func write(_ text: String) throws { try Data(text.utf8).write(to: URL(filePath: path)) }

  private func append(_ text: String, to path: String) throws {
    let file = try FileHandle(forWritingTo: URL(filePath: path))
    try file.seekToEnd()
    try file.write(contentsOf: Data(text.utf8))
    try file.close()
  }

  /// Renames the file, as rotation does.
  private func rotate() throws -> String {
    try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
    return path + ".1"
  }

  /// Packs the file, as rotation does.
  private func pack() throws {
    let gzip = Process()
    gzip.executableURL = URL(fileURLWithPath: "/bin/gzip")
    gzip.arguments = [path]
    try gzip.run()
    gzip.waitUntilExit()
  }

  private func follow(
    after position: InputPosition? = nil, former: InputPosition? = nil, _ intake: EventIntake? = nil
  ) throws -> FollowedFile {
    let intake = try intake ?? self.intake()
    return try FollowedFile(
      IngestInput(path), path: path, after: position, former: former, at: start, intake
    ) { [told] line in told.add(line) }
  }

  private func intake() throws -> EventIntake {
    EventIntake(ledger: try SQLiteStatsRepository.inMemory(settings: StoreSettings(now: { Self.now })))
  }

  /// How many events are stored once nothing more comes of the file, so many seconds after the start.
  private func stored(_ file: FollowedFile, _ intake: EventIntake, after seconds: Int = 0) throws -> Int {
    let accepted = ProcessingLogReader.accepted(now: Self.now, keptSeconds: 86_400)
    var pieces = 0
    while try file.advance(accepted, intake, at: start + .seconds(seconds)) {
      pieces += 1
      try #require(pieces < 100, "a file of a few lines never ends")
    }
    for position in file.positions { try intake.flush(position) }
    try intake.flush()
    try intake.settle()
    return intake.summary.accepted
  }

  @Test func readsOnAsItGrowsAndALineOnceItIsWhole() throws {
    let intake = try intake()
    try write(lines(2))
    let file = try follow()
    #expect(try stored(file, intake) == 2)
    let line = lines(1)
    try append(String(line.prefix(20)), to: path)
    #expect(try stored(file, intake) == 2)
    try append(String(line.dropFirst(20)), to: path)
    #expect(try stored(file, intake) == 3)
    #expect(intake.summary.refused == 0)
  }

  @Test func aRenamedFileIsReadToItsEndAndForAWhileAfterTheNewOneHasBegun() throws {
    let intake = try intake()
    try write(lines(2))
    let file = try follow()
    #expect(try stored(file, intake) == 2)
    try append(lines(1), to: path)
    let old = try rotate()
    #expect(try stored(file, intake) == 3)
    try write(lines(1))
    #expect(try stored(file, intake) == 4)
    #expect(file.positions.map(\.input) == [FollowedFile.formerName(of: path), path])
    try append(lines(1), to: old)
    #expect(try stored(file, intake, after: 9) == 5)
    // It grew at the eighteenth second, and is left a minute after that.
    try append(lines(1), to: old)
    #expect(try stored(file, intake, after: 18) == 6)
    #expect(try stored(file, intake, after: 78) == 6)
    try append(lines(1), to: old)
    #expect(try stored(file, intake, after: 78) == 6)
    #expect(file.positions.map(\.input) == [path])
  }

  @Test func aFileThatIsStillWrittenToIsReadOnHoweverOftenItsNameIsGivenAway() throws {
    let intake = try intake()
    try write(lines(1))
    let writer = try FileHandle(forWritingTo: URL(filePath: path))
    defer { try? writer.close() }
    try writer.seekToEnd()
    let file = try follow()
    for turn in 1...12 {
      try FileManager.default.removeItem(atPath: path)
      try write("")
      try writer.write(contentsOf: Data(lines(1).utf8))
      #expect(try stored(file, intake, after: turn) == turn + 1)
    }
  }

  @Test func aRenamedFileThatIsWrittenAnewIsReadFromItsBeginning() throws {
    let intake = try intake()
    try write(lines(2))
    let file = try follow()
    #expect(try stored(file, intake) == 2)
    let old = try rotate()
    try write(lines(1))
    #expect(try stored(file, intake) == 3)
    let fresh = try FileHandle(forWritingTo: URL(filePath: old))
    try fresh.truncate(atOffset: 0)
    try fresh.write(contentsOf: Data(lines(1).utf8))
    try fresh.close()
    #expect(try stored(file, intake) == 4)
  }

  /// Truncates the file, and writes this into it.
  private func cut(writing text: String) throws {
    let handle = try FileHandle(forWritingTo: URL(filePath: path))
    try handle.truncate(atOffset: 0)
    try handle.write(contentsOf: Data(text.utf8))
    try handle.close()
  }

  @Test func aQuietFileThatWasCutIsReadFromItsBeginning() throws {
    let intake = try intake()
    try write(lines(3))
    let file = try follow()
    #expect(try stored(file, intake) == 3)
    #expect(try stored(file, intake, after: 1) == 3)
    try cut(writing: lines(1))
    #expect(try stored(file, intake, after: 1) == 4)
    #expect(told.lines.isEmpty)
  }

  @Test func aFileThatWasCutWhileItGrewMayHaveLostItsEnd() throws {
    let intake = try intake()
    try write(lines(3))
    let file = try follow()
    #expect(try stored(file, intake) == 3)
    // Something may have been written before this, after the last look.
    try cut(writing: lines(3))
    #expect(try stored(file, intake) == 6)
    #expect(told.lines.map { $0.prefix(path.count + 38) } == ["slotwatch: Gap in \"\(path)\": what was written"])
    // The same where nothing follows, or is cut itself.
    try cut(writing: "")
    #expect(try stored(file, intake) == 6)
    #expect(told.lines.count == 1)
    file.settleDoubt(isLoss: true, intake)
    #expect(told.lines.count == 2 && intake.summary.gaps == 2)
  }

  @Test func aFileThatWasCutAndHasACopyLostNothing() throws {
    let intake = try intake()
    try write(lines(3))
    let file = try follow()
    #expect(try stored(file, intake) == 3)
    try append(lines(1), to: path)
    try FileManager.default.copyItem(atPath: path, toPath: path + ".1")
    try cut(writing: lines(1))
    #expect(try stored(file, intake) == 5)
    file.settleDoubt(isLoss: true, intake)
    #expect(told.lines.isEmpty)
  }

  @Test func aFileThatIsWrittenAnewWithTheSameBeginningLostNothing() throws {
    let intake = try intake()
    let all = lines(3)
    try write(String(all.prefix(all.count * 2 / 3)))
    let file = try follow()
    #expect(try stored(file, intake) == 2)
    try cut(writing: "")
    #expect(try stored(file, intake) == 2)
    try append(all, to: path)
    #expect(try stored(file, intake) == 3)
    file.settleDoubt(isLoss: true, intake)
    #expect(told.lines.isEmpty)
  }

  @Test func goesOnWhereItWasEnded() throws {
    let intake = try intake()
    try write(lines(3))
    var file = try follow()
    #expect(try stored(file, intake) == 3)
    let position = try #require(file.positions.first)
    try append(lines(2), to: path)
    file = try follow(after: position)
    #expect(try stored(file, intake) == 5)

    // Nobody follows: it grows, is renamed, and another one takes its place.
    let later = try #require(file.positions.first)
    try append(lines(1), to: path)
    _ = try rotate()
    try write(lines(1))
    file = try follow(after: later)
    #expect(try stored(file, intake) == 7)
    #expect(intake.summary.duplicate == 0)

    // The renamed one is still read on after another restart.
    let positions = Dictionary(uniqueKeysWithValues: file.positions.map { ($0.input, $0) })
    try append(lines(1), to: path + ".1")
    file = try follow(after: positions[path], former: positions[FollowedFile.formerName(of: path)])
    #expect(try stored(file, intake) == 8)
    #expect(intake.summary.duplicate == 0)
  }

  @Test func anotherFileIsReadFromItsBeginningAndWhatIsMissingIsTold() throws {
    let intake = try intake()
    try write(lines(2))
    var file = try follow()
    #expect(try stored(file, intake) == 2)
    let position = try #require(file.positions.first)
    try FileManager.default.removeItem(atPath: path)
    try write(lines(4))
    file = try follow(after: position, intake)
    #expect(try stored(file, intake) == 6)
    #expect(
      told.lines.count == 1 && told.lines[0].hasPrefix("slotwatch: Gap in \"\(path)\": what was written after 20"))
    #expect(intake.summary.gaps == 1 && intake.summary.status == .inputOutput)
  }

  @Test func aFileThatIsPackedUnderItsNameIsFoundBesideTheNextOne() throws {
    let intake = try intake()
    try write(lines(2))
    var file = try follow(intake)
    #expect(try stored(file, intake) == 2)
    let position = try #require(file.positions.first)
    // While nobody follows: two lines more, then gzip, then a new file of the same name.
    try append(lines(2), to: path)
    try pack()
    try write(lines(1))
    file = try follow(after: position, intake)
    #expect(try stored(file, intake) == 5)
    #expect(told.lines.isEmpty && intake.summary.gaps == 0)
  }

  @Test func whatASignalCutsShortIsNoGap() throws {
    let intake = try intake()
    try write(lines(2))
    var file = try follow(intake)
    #expect(try stored(file, intake) == 2)
    let position = try #require(file.positions.first)
    try append(lines(2), to: path)
    try pack()
    try write(lines(1))
    file = try FollowedFile(
      IngestInput(path), path: path, after: position, former: nil, at: start, intake, isEnding: { true }
    ) { [told] line in told.add(line) }
    #expect(told.lines.isEmpty && intake.summary.gaps == 0)
    // The next run looks for it where this one did.
    #expect(file.positions.isEmpty)
  }

  @Test func aRotatedFileIsFoundAlsoWhereTheClockWentBack() throws {
    let intake = try intake()
    try write(lines(2))
    var file = try follow(intake)
    #expect(try stored(file, intake) == 2)
    let position = try #require(file.positions.first)
    try append(lines(3), to: path)
    let hourAgo = Date(timeIntervalSinceNow: -3_600)
    try FileManager.default.setAttributes([.modificationDate: hourAgo], ofItemAtPath: path)
    _ = try rotate()
    try write(lines(1))
    file = try follow(after: position, intake)
    #expect(try stored(file, intake) == 6)
    #expect(told.lines.isEmpty)
  }

  @Test func aFileThatIsNotThereIsWaitedFor() throws {
    let intake = try intake()
    let file = try follow()
    #expect(try stored(file, intake) == 0)
    #expect(told.lines == ["slotwatch: \"\(path)\" is not there yet; it is read once it is.\n"])
    try write(lines(2))
    #expect(try stored(file, intake) == 2)
    #expect(told.lines.count == 1)
  }

  @Test func whatCannotBeFollowedIsRefused() throws {
    try Data([0x1F, 0x8B, 8]).write(to: URL(filePath: path))
    #expect(throws: CommandFailure(.contentRefused, "Cannot follow \"\(path)\": it is gzip; leave out --follow.")) {
      try follow()
    }
    try FileManager.default.removeItem(atPath: path)
    try #require(mkfifo(path, 0o600) == 0)
    let failure = #expect(throws: CommandFailure.self) { try follow() }
    #expect(failure?.status == .usage)
  }

  @Test func aFileThatTookThePathAndCannotBeReadIsToldOnceAndReadOnceItIsMended() throws {
    let intake = try intake()
    try write(lines(1))
    let file = try follow()
    #expect(try stored(file, intake) == 1)
    _ = try rotate()
    // A path that nothing has is on its way.
    #expect(try stored(file, intake) == 1)
    #expect(told.lines.isEmpty)
    try Data([0x1F, 0x8B, 8]).write(to: URL(filePath: path))
    for _ in 0..<3 { #expect(try stored(file, intake) == 1) }
    #expect(told.lines == ["slotwatch: Cannot follow \"\(path)\": it is gzip; leave out --follow.\n"])
    try FileManager.default.removeItem(atPath: path)
    try write(lines(2))
    #expect(try stored(file, intake) == 3)
  }
}
