import GRDB
import Glibc
import SQLiteFiles
import SlotStats
import StatsFormats

/// Translates what SQLite says into one line for a person.
enum StoreError {
  /// What was being done.
  enum Action: String {
    case open = "Cannot open event store"
    case read = "Cannot read event store"
    case write = "Cannot write event store"
    case migrate = "Cannot migrate event store"
  }

  /// The error to throw instead; one that is no database's, such as a cancellation, stays as it is. Where files were
  /// lost, the log of what they did not get may have been put aside.
  static func translated(_ error: any Error, _ action: Action, name: String, logAside: String? = nil) -> any Error {
    let (kind, cause): (StatsSourceError.Kind, String)
    switch error {
    case let error as DatabaseError where error.resultCode == .SQLITE_NOTADB: (kind, cause) = noStore(name)
    case let error as DatabaseError: (kind, cause) = kindAndCause(error)
    case DatabaseFile.Refusal.noDatabase: (kind, cause) = noStore(name)
    case let refusal as DatabaseFile.Refusal: (kind, cause) = kindAndCause(refusal)
    case let loss as OpenedDatabaseFiles.Loss:
      let aside = logAside.map { "; what had not reached the file is in \"\($0)\"" } ?? ""
      (kind, cause) = (.inputOutput, Self.cause(of: loss) + aside)
    default: return error
    }
    return StatsSourceError(kind, action: "\(action.rawValue) \"\(name)\"", cause: cause)
  }

  /// What a file is that is no database, and what to do with it.
  private static func noStore(_ path: String) -> (StatsSourceError.Kind, String) {
    let cause =
      switch ForeignContent(head(of: path)) {
      case .snapshot: "it is a snapshot, no event store; report, check and watch read it without sqlite:"
      case .events: "it holds events as JSON; store them with slotwatch ingest --store sqlite:STORE FILE"
      case let kind?: "\(kind.name), no event store"
      case nil: "it is no event store"
      }
    return (.contentRefused, cause)
  }

  /// The first bytes of a file, as far as it can be read.
  private static func head(of path: String) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    return [UInt8](unsafeUninitializedCapacity: ForeignContent.headLength) { buffer, count in
      count = max(0, pread(descriptor, buffer.baseAddress, buffer.count, 0))
    }
  }

  /// What `body` gives; its error translated.
  static func translating<Value>(_ action: Action, name: String, _ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch {
      throw translated(error, action, name: name)
    }
  }

  private static func kindAndCause(_ refusal: DatabaseFile.Refusal) -> (StatsSourceError.Kind, String) {
    switch refusal {
    case .missing: (.inputMissing, "there is no such file")
    case .directory: (.inputMissing, "it is a directory; a database file is expected")
    case .unreadable: (.notPermitted, "reading it is not permitted")
    case .noDatabase: (.contentRefused, "it is no event store")
    case .foreign: (.contentRefused, "it is a database of another program")
    case .unfinished: (.contentRefused, "it has no tables yet; whatever writes into it makes them")
    case .danglingLink: (.inputMissing, "it is a link to a file that is not there")
    case .newer(let version):
      (.contentRefused, "it has version \(version); this program knows up to \(StoreSchema.version)")
    }
  }

  /// What became of the files of an opened store, and what to do.
  static func cause(of loss: OpenedDatabaseFiles.Loss) -> String {
    switch loss {
    case .removed: "its file was removed or renamed while it was open; put it back and try again"
    case .replaced: "its file was replaced while it was open; try again to use the one that is there now"
    case .overwritten: "its file was written over while it was open; try again to use what is there now"
    }
  }

  private static func kindAndCause(_ error: DatabaseError) -> (StatsSourceError.Kind, String) {
    switch error.resultCode {
    case .SQLITE_FULL: (.inputOutput, "the disk is full; make room, nothing of this was stored")
    case .SQLITE_READONLY: (.notPermitted, "it may only be read")
    case .SQLITE_PERM, .SQLITE_AUTH: (.notPermitted, "access is not permitted")
    case .SQLITE_BUSY, .SQLITE_LOCKED: (.inputOutput, "another process keeps it locked; try again")
    case .SQLITE_CORRUPT: (.contentRefused, "the file is damaged; restore it from a copy")
    case .SQLITE_NOTADB: (.contentRefused, "it is no event store")
    case .SQLITE_CANTOPEN: (.inputOutput, "the file, or one beside it, cannot be opened")
    case .SQLITE_IOERR: (.inputOutput, "the system reports a read or write error\(detail(error))")
    default: (.inputOutput, "\(error.message ?? "the database failed") (\(error.extendedResultCode.rawValue))")
    }
  }

  private static func detail(_ error: DatabaseError) -> String {
    " (\(error.extendedResultCode.rawValue))"
  }
}
