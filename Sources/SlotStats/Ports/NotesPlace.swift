/// A place that keeps what people note of one source.
public protocol NotesPlace: Sendable {
  /// Where it is, as a person calls it: `the server`, a path. May hold text from outside.
  var place: String { get }

  /// Whether everybody who reads the source sees what is noted here; by default so. Otherwise it is this user alone.
  func isShared() async throws -> Bool
}

extension NotesPlace {
  /// Everybody does.
  public func isShared() async throws -> Bool { true }
}
