import FoundationEssentials
import Glibc
import SlotStats
import Synchronization

/// The readings of one source in a folder of the user's state folder, a file each, for their owner alone.
///
/// A file is named after the instant that its data describes, in milliseconds since 1970, and is written as a whole: so
/// several processes may record the same source, and whatever ends one of them, no other file is harmed. Files that are no
/// frames of this version are passed over.
package final class ReadingFolder: ReadingRecorder {
  /// How much is kept.
  package struct Limits: Sendable {
    /// The seconds that readings are kept before the one that is written last.
    package var seconds: TimeInterval
    /// The bytes of all files together; the oldest leave.
    package var bytes: Int
    /// The seconds from one reading that is kept to the next, at least.
    package var pause: TimeInterval

    /// Limits: a day, 32 MiB and a minute by default.
    package init(seconds: TimeInterval = 86_400, bytes: Int = 32 << 20, pause: TimeInterval = 60) {
      self.seconds = seconds
      self.bytes = bytes
      self.pause = pause
    }
  }

  private struct File {
    var milliseconds: Int
    var bytes: Int
    var writtenAt: TimeInterval
  }

  /// So many seconds may data be ahead of the clock here.
  private static let mostAhead: TimeInterval = 60
  private static let suffix = ".frame"
  private static let unfinishedSuffix = ".new"

  /// Where the readings are; it may be missing.
  package let path: String
  private let limits: Limits
  private let clock: any Clock<Duration>
  /// The version of the reading that was kept last, or found to be kept.
  private let kept = Mutex<UInt64?>(nil)

  /// The readings of a source.
  /// - Parameters:
  ///   - folder: the program's state folder; it is made with the first reading.
  ///   - source: what tells the source from others, such as its address.
  ///   - limits: how much is kept.
  ///   - clock: what another process is waited for by.
  package init(folder: String, source: String, limits: Limits = Limits(), clock: any Clock<Duration>) {
    path = "\(folder)/\(StateFileName.of("history", source: source))"
    self.limits = limits
    self.clock = clock
  }

  package func record(_ reading: FleetReading) async {
    if kept.withLock({ $0 == reading.version }) { return }
    // By a clock that runs ahead nobody could find it again, and all others would be too old.
    guard reading.generatedAt.timeIntervalSince(reading.readAt) <= Self.mostAhead else { return }
    let milliseconds = Self.milliseconds(reading.generatedAt)
    let files = files()
    let isThere = files.contains { $0.milliseconds == milliseconds }
    let isSoon = files.contains { file in
      (0..<limits.pause).contains(reading.readAt.timeIntervalSince1970 - file.writtenAt)
    }
    if isThere || isSoon {
      if isThere { kept.withLock { $0 = reading.version } }
      return
    }
    let bytes = FrameWriter.bytes(of: reading)
    guard bytes.count <= limits.bytes else { return }
    do {
      // The file that is locked is never written; it stands for the folder.
      try await LockedFile(path: path + "/readings", maxBytes: 0, clock: clock).change { _ in
        try LockedFile(path: file(milliseconds), maxBytes: limits.bytes, clock: clock).replace(with: bytes)
        note(readAt: reading.readAt, of: file(milliseconds))
        prune(before: milliseconds - Int(limits.seconds * 1_000))
        return (nil, ())
      }
      kept.withLock { $0 = reading.version }
    } catch {
      // The next reading is tried again; going back then finds less.
    }
  }

  package func instants() async -> [Date] {
    files().map { Date(timeIntervalSince1970: Double($0.milliseconds) / 1_000) }
  }

  package func reading(of instant: Date) async -> FleetReading? {
    let frame = LockedFile(path: file(Self.milliseconds(instant)), maxBytes: limits.bytes, clock: clock)
    guard let bytes = (try? frame.read()) ?? nil else { return nil }
    return FrameReader.reading(bytes)
  }

  private static func milliseconds(_ instant: Date) -> Int {
    Int(min(max((instant.timeIntervalSince1970 * 1_000).rounded(), -1e15), 1e15))
  }

  private func file(_ milliseconds: Int) -> String { "\(path)/\(milliseconds)\(Self.suffix)" }

  /// The readings that are there, the oldest first.
  private func files() -> [File] {
    let files = names().compactMap { name -> File? in
      guard name.hasSuffix(Self.suffix), let milliseconds = Int(name.dropLast(Self.suffix.utf8.count)) else {
        return nil
      }
      var info = stat()
      guard lstat("\(path)/\(name)", &info) == 0, info.st_mode & S_IFMT == S_IFREG else { return nil }
      let written = Double(info.st_mtim.tv_sec) + Double(info.st_mtim.tv_nsec) / 1e9
      return File(milliseconds: milliseconds, bytes: Int(info.st_size), writtenAt: written)
    }
    return files.sorted { $0.milliseconds < $1.milliseconds }
  }

  private func names() -> [String] { (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] }

  /// Dates a file by when its reading was read: that is what the pause between two is counted by.
  private func note(readAt: Date, of file: String) {
    let seconds = readAt.timeIntervalSince1970.rounded(.down)
    let time = timespec(
      tv_sec: Int(seconds), tv_nsec: Int((readAt.timeIntervalSince1970 - seconds) * 1e9))
    utimensat(AT_FDCWD, file, [time, time], 0)
  }

  /// Removes what is beyond the limits, and what was left behind by those that were ended.
  private func prune(before oldest: Int) {
    for name in names() where name.hasSuffix(Self.unfinishedSuffix) { unlink("\(path)/\(name)") }
    var room = limits.bytes
    for file in files().reversed() {
      room -= file.bytes
      if file.milliseconds < oldest || room < 0 { unlink(self.file(file.milliseconds)) }
    }
  }
}
