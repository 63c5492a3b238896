import GRDB
import SlotStats

/// Translates what SQLite says into one line for a person.
enum StoreError {
  /// What was being done.
  enum Action: String {
    case open = "Cannot open event store"
    case read = "Cannot read event store"
    case write = "Cannot write event store"
  }

  /// The error to throw instead; one that is no database's, such as a cancellation, stays as it is.
  static func translated(_ error: any Error, _ action: Action, name: String) -> any Error {
    guard let error = error as? DatabaseError else { return error }
    let (kind, cause) = kindAndCause(error)
    return StatsSourceError(kind, action: "\(action.rawValue) \"\(name)\"", cause: cause)
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
