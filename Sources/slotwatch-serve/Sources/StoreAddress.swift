import FoundationEssentials
import Glibc
import EventStore
import ReadingCommands
import StateFiles
import StatsFormats

/// Where an event store is: the path of its database.
struct StoreAddress: Hashable, Sendable {
  /// The scheme with its colon.
  static let scheme = "sqlite:"

  /// The database's path.
  let path: String

  /// A store at this path.
  init(path: String) { self.path = path }

  /// Reads `sqlite:PATH`; `nil` for anything else, and for a path with a NUL, which would end it early.
  init?(_ text: String) {
    guard text.lowercased().hasPrefix(Self.scheme), text.utf8.count > Self.scheme.utf8.count, !text.utf8.contains(0)
    else { return nil }
    path = String(text.dropFirst(Self.scheme.count))
  }

  /// The user's own store: `events.db` in `slotwatch` in the state folder, after the XDG base directories.
  static func standard(environment: [String: String]) -> StoreAddress? {
    StateFolder.path(environment).map { StoreAddress(path: $0 + "/events.db") }
  }

  /// The address as a machine would give it again.
  var given: String { Self.scheme + path }

  /// Opens the store for writing; it is made where it is missing, and an older one is migrated, which is told through
  /// `errors`. Where it cannot be used, `flag` is named as the option that takes another one. With `isKept`, a file that
  /// takes the store's place later is written to from then on; without it, every later use fails.
  /// - Throws: why it cannot be made or opened.
  func open(
    _ settings: StoreSettings, givenBy flag: String = Options.store.flag, isKept: Bool,
    _ errors: @escaping @Sendable (String) -> Void
  ) throws(CommandFailure) -> any EventLedger {
    try prepare(givenBy: flag)
    let progress = MigrationProgress(of: path, isTerminal: isatty(STDERR_FILENO) == 1, errors)
    do {
      let store: any EventLedger =
        isKept
        ? try SQLiteEventLedger(opening: path, settings: settings) { progress.show($0) }
        : try SQLiteStatsRepository.open(path, settings: settings) { progress.show($0) }
      progress.end(isDone: true)
      return store
    } catch {
      progress.end(isDone: false)
      throw CommandFailure(error)
    }
  }

  /// Makes what the store needs before it is opened for writing: its folders, for their owner only, and a file that
  /// nobody else can read. What is there stays as it is, and a link to a file that is not there is refused.
  /// - Parameter flag: the option that takes another store, named where this one cannot be used.
  /// - Throws: why it cannot be made or written.
  func prepare(givenBy flag: String = Options.store.flag) throws(CommandFailure) {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw failure("the folder \"\(folder)\" cannot be made", errno: Self.systemError(in: error), flag)
    }
    var info = stat()
    if stat(path, &info) == 0 {
      if info.st_mode & S_IFMT == S_IFDIR { throw failure(nil, errno: EISDIR, flag) }
      // Not opened: closing it would take away the locks of whoever has it open in this process.
      guard access(path, R_OK | W_OK) == 0 else { throw failure(nil, errno: errno, flag) }
      return
    }
    if lstat(path, &info) == 0 { throw failure("it is a link to a file that is not there", errno: ENOENT, flag) }
    let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    if descriptor >= 0 {
      close(descriptor)
    } else {
      throw failure(nil, errno: errno, flag)
    }
  }

  /// The system's number of what went wrong, as far as it can be told.
  private static func systemError(in error: any Error) -> Int32 {
    switch (error as? CocoaError)?.code {
    case .fileWriteNoPermission?: EACCES
    case .fileWriteVolumeReadOnly?: EROFS
    case .fileWriteOutOfSpace?: ENOSPC
    case .fileWriteFileExists?: ENOTDIR
    default: EIO
    }
  }

  private func failure(_ cause: String?, errno number: Int32, _ flag: String) -> CommandFailure {
    let status: ExitStatus =
      switch number {
      case EACCES, EPERM, EROFS: .notPermitted
      case EISDIR, ENOENT: .inputMissing
      default: .inputOutput
      }
    let reason = String(cString: strerror(number))
    return CommandFailure(
      status, "Cannot open store \"\(path)\": \(cause.map { $0 + ": " } ?? "")\(reason); give another \(flag).")
  }
}
