import GRDB

extension DatabasePool {
  /// How often opening is tried again, and from which time on a refusal counts as waited for.
  private static let retries = (count: 20, waited: Duration.milliseconds(20))

  /// A pool of connections over the database at `path`.
  ///
  /// SQLite says at once, without waiting, that a file is busy which two turn to a write-ahead log at the same time:
  /// then it is tried again. A refusal that took its time has been waited for, and is thrown.
  ///
  /// What was committed survives the loss of power, not only of the process.
  package static func opening(_ path: String, _ configuration: Configuration) throws -> DatabasePool {
    let pool = try trying(path, configuration)
    guard !configuration.readonly else { return pool }
    // Said last: whoever turns a database to a write-ahead log sets it to NORMAL, which leaves commits unsynced.
    try pool.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA synchronous = FULL") }
    return pool
  }

  private static func trying(_ path: String, _ configuration: Configuration) throws -> DatabasePool {
    let clock = ContinuousClock()
    for _ in 0..<retries.count {
      let start = clock.now
      do {
        return try DatabasePool(path: path, configuration: configuration)
      } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
        if clock.now - start > retries.waited { throw error }
      }
    }
    return try DatabasePool(path: path, configuration: configuration)
  }
}
