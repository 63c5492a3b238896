import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Synchronization

/// One request on its way: takes in the answer and keeps the time limits.
///
/// Everything happens on the event loop; the lock is for the compiler, nobody ever waits for it.
final class Exchange: HTTPClientResponseDelegate {
  typealias Response = RawResponse

  /// The limits of one request.
  struct Limits {
    /// From the sent request to the first byte.
    var firstByte: Duration
    /// When the whole must be done.
    var end: NIODeadline
    /// How long that was from the beginning of it all.
    var whole: Duration
    /// The most bytes of a good answer's body, decoded.
    var maxBodyBytes: Int
  }

  private let url: RemoteURL
  private let limits: Limits
  private let incoming: Mutex<IncomingResponse>
  private let firstByteTimer = Mutex<Scheduled<Void>?>(nil)

  init(url: RemoteURL, limits: Limits) {
    self.url = url
    self.limits = limits
    incoming = Mutex(IncomingResponse(maxBodyBytes: limits.maxBodyBytes))
  }

  /// How far it has come.
  var phase: IncomingResponse.Phase { incoming.withLock { $0.phase } }

  /// The answer without its body where its status is no good one.
  var refusal: RawResponse? { incoming.withLock { $0.refusal } }

  /// Begins to count the time.
  func start(_ task: HTTPClient.Task<RawResponse>) {
    let timer = task.eventLoop.scheduleTask(deadline: limits.end) { [weak task] () -> Void in
      task?.fail(reason: self.lateness)
    }
    task.futureResult.whenComplete { _ in timer.cancel() }
  }

  private var lateness: HTTPFailure {
    let time = limits.whole.words
    return switch phase {
    case .connecting: HTTPFailure(.unreachable, "no connection to \(url.hostAndPort) within \(time)")
    case .waiting: HTTPFailure(.unreachable, "no answer from \(url.host) within \(time)")
    case .reading: HTTPFailure(.unreachable, "answer not complete within \(time)")
    }
  }

  func didSendRequestHead(task: HTTPClient.Task<RawResponse>, _ head: HTTPRequestHead) {
    incoming.withLock { $0.begin() }
    let limit = limits.firstByte
    let timer = task.eventLoop.scheduleTask(in: limit.timeAmount) { [weak task, url] () -> Void in
      task?.fail(reason: HTTPFailure(.unreachable, "no answer from \(url.host) within \(limit.words)"))
    }
    task.futureResult.whenComplete { _ in timer.cancel() }
    firstByteTimer.withLock { $0 = timer }
  }

  func didReceiveHead(task: HTTPClient.Task<RawResponse>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
    firstByteTimer.withLock { $0?.cancel() }
    return task.eventLoop.makeCompletedFuture { try incoming.withLock { try $0.take(head) } }
  }

  func didReceiveBodyPart(task: HTTPClient.Task<RawResponse>, _ part: ByteBuffer) -> EventLoopFuture<Void> {
    task.eventLoop.makeCompletedFuture { try incoming.withLock { try $0.take(part) } }
  }

  func didFinishRequest(task: HTTPClient.Task<RawResponse>) throws -> RawResponse {
    try incoming.withLock { try $0.finish() }
  }
}
