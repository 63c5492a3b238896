import Glibc
import Synchronization

/// Asynchronous work for a caller that has a thread to itself, such as a command that makes one reading.
///
/// The main thread has no executor of its own here: an asynchronous `main` would cost every start, also that of the
/// dashboard's own loop, which may not give the thread away.
package enum BlockingTask {
  /// Runs `work` on the concurrent executor and keeps the calling thread until it has ended.
  ///
  /// - Returns: `nil` where it has not ended after `seconds`; it is cancelled then, and its result is dropped.
  package static func result<Value: Sendable>(
    within seconds: Int, of work: @escaping @Sendable () async throws -> Value
  ) -> Result<Value, any Error>? {
    let work = begin(work)
    let result = work.ending.wait(seconds: seconds)
    if result == nil { work.task.cancel() }
    return result
  }
}

extension BlockingTask {
  /// Work under way whose result a thread takes later.
  package struct Pending<Value: Sendable>: Sendable {
    fileprivate let ending: Ending<Value>
    fileprivate let task: Task<Void, Never>

    /// Whether it has ended.
    package var hasEnded: Bool { ending.hasEnded }

    /// What became of it; keeps the calling thread until then.
    package func result() -> Result<Value, any Error> {
      while true {
        if let result = ending.wait(seconds: nil) { return result }
      }
    }
  }

  /// Starts `work` on the concurrent executor.
  package static func begin<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) -> Pending<Value> {
    let ending = Ending<Value>()
    let task = Task.detached {
      do {
        ending.set(.success(try await work()))
      } catch {
        ending.set(.failure(error))
      }
    }
    return Pending(ending: ending, task: task)
  }
}

/// A result that one thread waits for: a pipe, since it can be waited for with a limit.
private final class Ending<Value: Sendable>: Sendable {
  private let result = Mutex<Result<Value, any Error>?>(nil)
  private let readEnd: Int32
  private let writeEnd: Int32

  init() {
    var ends: [Int32] = [-1, -1]
    _ = pipe(&ends)
    (readEnd, writeEnd) = (ends[0], ends[1])
  }

  deinit {
    close(readEnd)
    close(writeEnd)
  }

  func set(_ value: Result<Value, any Error>) {
    result.withLock { $0 = value }
    var byte: UInt8 = 1
    _ = write(writeEnd, &byte, 1)
  }

  var hasEnded: Bool { result.withLock { $0 != nil } }

  /// Waits for the result, at most for so many seconds, or without limit.
  func wait(seconds: Int?) -> Result<Value, any Error>? {
    var entry = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
    let clock = ContinuousClock()
    let end = seconds.map { clock.now.advanced(by: .seconds($0)) }
    while true {
      let left = end.map { clock.now.duration(to: $0) / .milliseconds(1) } ?? 1e9
      let ready = poll(&entry, 1, Int32(max(0, min(left.rounded(.up), 1e9))))
      // A signal that was handled ends the poll early.
      if ready == -1, errno == EINTR { continue }
      // One poll takes no more than some days.
      if ready == 0, end.map({ clock.now < $0 }) ?? true { continue }
      return result.withLock { $0 }
    }
  }
}
