#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A place that keeps the marks of one source. Errors are ``StatsSourceError``.
///
/// Each change is kept as a whole or not at all, and when it returns it is durable. Several may change it at once.
public protocol MarkStore: NotesPlace {
  /// Everything that is kept; `nil` where this place keeps none, such as a panel that does not know them. That is not
  /// found out each time.
  func marks() async throws -> MarkBook?

  /// Keeps a mark. A place with a clock of its own decides by that what is too old.
  /// - Returns: the mark with its number.
  func add(_ mark: Mark, now: Date) async throws -> Mark

  /// Takes a mark away.
  /// - Returns: whether there was one of that number.
  func removeMark(_ id: Int) async throws -> Bool
}
