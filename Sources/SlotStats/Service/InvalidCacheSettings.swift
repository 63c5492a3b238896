/// Why a ``CachedStatsService`` cannot be made.
public enum InvalidCacheSettings: Error, Hashable, Sendable, CustomStringConvertible {
  /// The time to live is below 0.
  case negativeTTL(Duration)
  /// There would be room for no entry.
  case noRoom(maxEntries: Int)

  /// One line: what failed, the value in quotes, what to do.
  public var description: String {
    switch self {
    case .negativeTTL(let ttl):
      "Cannot cache statistics for \"\(ttl)\": a time to live is 0 (no caching) or longer."
    case .noRoom(let maxEntries):
      "Cannot cache \"\(maxEntries)\" entries: give 1 or more, or a time to live of 0 for no caching."
    }
  }
}
