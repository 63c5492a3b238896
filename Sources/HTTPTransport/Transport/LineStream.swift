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

/// Cuts bytes into lines as they come, however they are cut into pieces. A line ends with LF, CR or both.
struct LineSplitter {
  private var rest: [UInt8] = []
  /// Whether the last line ended with a CR: a LF that comes next is part of that end.
  private var skipsLF = false
  private var isFirst = true

  /// How long the line is that has not ended yet, in bytes.
  var restCount: Int { rest.count }

  /// The lines that these bytes end, without their ends. A byte order mark before the first one is no part of it.
  mutating func take(_ bytes: some Sequence<UInt8>) -> [String] {
    var lines: [String] = []
    for byte in bytes {
      let isSecondHalf = skipsLF && byte == 0x0A
      skipsLF = byte == 0x0D
      if isSecondHalf { continue }
      guard byte == 0x0A || byte == 0x0D else {
        rest.append(byte)
        continue
      }
      let line = isFirst && rest.starts(with: [0xEF, 0xBB, 0xBF]) ? rest[3...] : rest[...]
      lines.append(String(decoding: line, as: UTF8.self))
      isFirst = false
      rest.removeAll(keepingCapacity: true)
    }
    return lines
  }
}

/// An answer that does not end: handed on line by line.
///
/// Everything happens on the event loop; the lock is for the compiler, nobody ever waits for it.
final class LineStream: HTTPClientResponseDelegate {
  typealias Response = LineStreamEnd

  /// The longest line that is read, in bytes. A longer one ends the stream.
  static let maxLineBytes = 1 << 20

  private struct State {
    var lines = LineSplitter()
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
      let lines = state.lines.take(part.readableBytesView)
      guard state.lines.restCount <= Self.maxLineBytes else { throw HTTPFailure(.refused, "a line is too long") }
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
      let task = try client(for: request.url).execute(request: outgoing, delegate: stream)
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
