/// Notices that somebody, in whatever process, may have written to a store.
///
/// The system tells, and an idle store costs nothing; where it refuses to, a write is supposed five times a second.
package struct StoreWatch: Sendable {
  /// The database's path.
  let path: String

  /// A watch over the store of this path, which need not exist.
  package init(path: String) {
    self.path = path
  }

  /// An element at once, and then whenever the database or its log may have been written, made, removed or replaced.
  ///
  /// What was written becomes visible a little after it was: so a few elements follow the last writing, over two
  /// seconds. Elements that nobody has taken are one. Ends when its reader is cancelled or lets it go.
  package func activity() -> AsyncStream<Void> {
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    continuation.yield()
    if FileActivity.start(path: path, continuation) { return stream }
    let polling = Task {
      while !Task.isCancelled {
        try? await Task.sleep(for: .milliseconds(200))
        continuation.yield()
      }
    }
    continuation.onTermination = { _ in polling.cancel() }
    return stream
  }
}
