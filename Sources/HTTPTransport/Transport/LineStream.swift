import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Synchronization

/// How a stream of lines ended.
package enum LineStreamEnd: Hashable, Sendable {
  /// There is no such stream: another status or another type than one of events.
  case absent
  /// It was there, and ended or broke or fell silent.
  case ended
  /// It could not be asked for.
  case failed(HTTPFailure)
}

/// An answer that does not end: handed on line by line.
///
/// Everything happens on the event loop; the lock is for the compiler, nobody ever waits for it.
final class LineStream: HTTPClientResponseDelegate {
  typealias Response = LineStreamEnd

  /// The longest line that is read, in bytes. A longer one ends the stream.
  static let maxLineBytes = 1 << 20

  private struct State {
    var line: [UInt8] = []
    var isOpen = false
    var timer: Scheduled<Void>?
  }

  private let silence: TimeAmount
  private let onLine: @Sendable (String) -> Void
  private let onOpen: @Sendable () -> Void
  private let state = Mutex(State())

  init(silence: Duration, onOpen: @escaping @Sendable () -> Void, onLine: @escaping @Sendable (String) -> Void) {
    self.silence = silence.timeAmount
    self.onOpen = onOpen
    self.onLine = onLine
  }

  /// Whether the stream was there.
  var isOpen: Bool { state.withLock { $0.isOpen } }

  /// Begins to count the silence.
  func start(_ task: HTTPClient.Task<LineStreamEnd>) {
    listen(task)
    task.futureResult.whenComplete { _ in self.state.withLock { $0.timer?.cancel() } }
  }

  private func listen(_ task: HTTPClient.Task<LineStreamEnd>) {
    let timer = task.eventLoop.scheduleTask(in: silence) { [weak task] () -> Void in
      task?.fail(reason: HTTPFailure(.unreachable, "nothing came"))
    }
    state.withLock { state in
      state.timer?.cancel()
      state.timer = timer
    }
  }

  func didReceiveHead(task: HTTPClient.Task<LineStreamEnd>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
    task.eventLoop.makeCompletedFuture {
      let type = head.headers.first(name: "Content-Type")?.lowercased() ?? ""
      guard head.status == .ok, type.hasPrefix("text/event-stream") else {
        throw HTTPFailure(.status(Int(head.status.code)), "no stream of events")
      }
      state.withLock { $0.isOpen = true }
      onOpen()
      listen(task)
    }
  }

  func didReceiveBodyPart(task: HTTPClient.Task<LineStreamEnd>, _ part: ByteBuffer) -> EventLoopFuture<Void> {
    task.eventLoop.makeCompletedFuture {
      listen(task)
      for line in try lines(in: part) { onLine(line) }
    }
  }

  private func lines(in part: ByteBuffer) throws(HTTPFailure) -> [String] {
    try state.withLock { state throws(HTTPFailure) in
      var lines: [String] = []
      for byte in part.readableBytesView {
        guard byte == 0x0A else {
          state.line.append(byte)
          continue
        }
        if state.line.last == 0x0D { state.line.removeLast() }
        lines.append(String(decoding: state.line, as: UTF8.self))
        state.line.removeAll(keepingCapacity: true)
      }
      guard state.line.count <= Self.maxLineBytes else { throw HTTPFailure(.refused, "a line is too long") }
      return lines
    }
  }

  func didFinishRequest(task: HTTPClient.Task<LineStreamEnd>) throws -> LineStreamEnd { .ended }
}

extension HTTPTransport {
  /// Statuses that say that there is no stream here, and that asking again soon is of no use.
  private static let absence: Set<Int> = [200, 204, 404, 405, 406, 410, 501]

  /// Follows a stream of lines until it ends, or nothing has come for as long as `silence`, or the task is cancelled.
  ///
  /// - Parameters:
  ///   - request: what asks for it.
  ///   - silence: how long nothing may come.
  ///   - onOpen: called once the stream is there.
  ///   - onLine: called with each line, without its end, on the transport's own thread.
  /// - Returns: how it ended.
  /// - Throws: `HTTPFailure` of status 401, so that another token may be tried.
  package func follow(
    _ request: HTTPRequest, silence: Duration, onOpen: @escaping @Sendable () -> Void,
    onLine: @escaping @Sendable (String) -> Void
  ) async throws(HTTPFailure) -> LineStreamEnd {
    let stream = LineStream(silence: silence, onOpen: onOpen, onLine: onLine)
    do {
      var outgoing = try request.outgoing()
      outgoing.headers.replaceOrAdd(name: "Accept", value: "text/event-stream")
      outgoing.headers.replaceOrAdd(name: "Accept-Encoding", value: "identity")
      let task = try client().execute(request: outgoing, delegate: stream)
      stream.start(task)
      return try await withTaskCancellationHandler {
        try await task.futureResult.get()
      } onCancel: {
        task.fail(reason: HTTPFailure.cancelled)
      }
    } catch let failure as HTTPFailure {
      if failure.kind == .status(401) { throw failure }
      if stream.isOpen { return .ended }
      if case .status(let status) = failure.kind, Self.absence.contains(status) { return .absent }
      return .failed(failure)
    } catch {
      return stream.isOpen ? .ended : .failed(HTTPFailure(.unreachable, "the stream broke"))
    }
  }
}
