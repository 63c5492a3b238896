import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// Sends requests and brings their answers, within limits. Shared by every remote source.
///
/// It starts its one thread with the first request. A request ends at the first failure, unless that was the
/// connection's alone: where one that served before proves to be closed, the request is sent once more over a new one,
/// and so is one that the server left undone by its own word (``Resending``).
package final class HTTPTransport: Sendable {
  private enum State {
    case unused
    /// One client for each proxy, and one for whatever needs none.
    case running([ProxyServer?: HTTPClient], MultiThreadedEventLoopGroup)
    case ended
  }

  private let settings: TransportSettings
  private let configuration: HTTPClient.Configuration
  private let state = Mutex(State.unused)
  /// The origins whose last request was answered: there may be connections to them that have been closed meanwhile.
  private let served = Mutex<Set<String>>([])

  /// A transport with nothing connected yet.
  /// - Throws: `HTTPFailure` where the file of certificates cannot be used.
  package init(_ settings: TransportSettings) throws(HTTPFailure) {
    self.settings = settings
    configuration = try settings.clientConfiguration()
  }

  deinit { end()({}) }

  /// The most that a whole request takes.
  var totalTimeout: Duration { settings.totalTimeout }

  /// The answer to `request`.
  /// - Throws: `HTTPFailure`; also for every status but 2xx and 304.
  package func answer(to request: HTTPRequest) async throws(HTTPFailure) -> RemoteResponse {
    var whole = settings.totalTimeout
    if let deadline = request.deadline { whole = min(whole, max(ContinuousClock.now.duration(to: deadline), .zero)) }
    let end = NIODeadline.now() + whole.timeAmount
    var hop = RedirectHop(request, maxRedirects: settings.maxRedirects)
    while true {
      let raw = try await exchange(hop.request, end: end, whole: whole)
      guard try hop.follow(raw) else { return try hop.request.judge(raw) }
    }
  }

  /// Ends every connection; requests fail from now on.
  package func shutdown() async {
    let finish = end()
    await withCheckedContinuation { continuation in finish { continuation.resume() } }
  }

  private func exchange(
    _ request: HTTPRequest, end: NIODeadline, whole: Duration
  ) async throws(HTTPFailure) -> RawResponse {
    let origin = request.url.origin
    var resending = Resending(isRepeatable: request.isRepeatable)
    while true {
      do {
        let answer = try await attempt(request, end: end, whole: whole)
        served.withLock { _ = $0.insert(origin) }
        return answer
      } catch {
        let mayBeStale = served.withLock { $0.contains(origin) }
        if resending.allows(error.rest, mayBeStale: mayBeStale) { continue }
        if resending.isSecond { served.withLock { _ = $0.remove(origin) } }
        throw await explained(error, request, end)
      }
    }
  }

  /// The failure of one attempt.
  private struct Fault: Error {
    var failure: HTTPFailure
    /// What the server did with the request.
    var rest: Resending.Rest
    /// Whether the server's certificate was not accepted, and can be asked for once more.
    var isDistrusted: Bool

    /// A failure before anything was sent.
    init(_ failure: HTTPFailure) { self.init(failure: failure, rest: .other, isDistrusted: false) }

    init(failure: HTTPFailure, rest: Resending.Rest, isDistrusted: Bool) {
      (self.failure, self.rest, self.isDistrusted) = (failure, rest, isDistrusted)
    }
  }

  private func attempt(
    _ request: HTTPRequest, end: NIODeadline, whole: Duration
  ) async throws(Fault) -> RawResponse {
    let proxy: ProxyServer?
    do { proxy = try settings.proxies.proxy(for: request.url) } catch { throw Fault(error) }
    let limits = Exchange.Limits(
      firstByte: settings.firstByteTimeout, end: end, whole: whole,
      maxBodyBytes: min(request.maxBodyBytes ?? .max, settings.maxBodyBytes))
    let exchange = Exchange(url: request.url, limits: limits)
    do {
      guard !Task.isCancelled else { throw HTTPFailure.cancelled }
      let task = try client(proxy).execute(request: try request.outgoing(), delegate: exchange)
      exchange.start(task)
      return try await withTaskCancellationHandler {
        try await task.futureResult.get()
      } onCancel: {
        task.fail(reason: HTTPFailure.cancelled)
      }
    } catch {
      let words = ConnectionWords(url: request.url, proxy: proxy, connectTimeout: settings.connectTimeout)
      let failure = words.failure(error, phase: exchange.phase)
      if failure.kind != .cancelled, let answer = exchange.refusal { return answer }
      throw Fault(
        failure: failure, rest: Resending.Rest(after: error, phase: exchange.phase),
        isDistrusted: proxy == nil && ConnectionWords.isDistrust(error))
    }
  }

  /// The failure of the last attempt; of a distrusted certificate with what is wrong with it.
  private func explained(_ fault: Fault, _ request: HTTPRequest, _ end: NIODeadline) async -> HTTPFailure {
    guard fault.isDistrusted, let group = try? runningGroup() else { return fault.failure }
    let cause = await CertificateDiagnosis(url: request.url, configuration: configuration.tlsConfiguration)
      .cause(over: group, until: min(end, .now() + settings.connectTimeout.timeAmount))
    return HTTPFailure(.insecure, cause ?? fault.failure.cause)
  }

  /// What sends requests for `url`.
  func client(for url: RemoteURL) throws(HTTPFailure) -> HTTPClient { try client(settings.proxies.proxy(for: url)) }

  private func runningGroup() throws(HTTPFailure) -> MultiThreadedEventLoopGroup {
    try state.withLock { state throws(HTTPFailure) in
      guard case .running(_, let group) = state else { throw .cancelled }
      return group
    }
  }

  private func client(_ proxy: ProxyServer?) throws(HTTPFailure) -> HTTPClient {
    try state.withLock { state throws(HTTPFailure) in
      var clients: [ProxyServer?: HTTPClient] = [:]
      let group: MultiThreadedEventLoopGroup
      switch state {
      case .running(let known, let own): (clients, group) = (known, own)
      case .ended: throw .cancelled
      case .unused: group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
      }
      if let client = clients[proxy] { return client }
      var configuration = configuration
      configuration.proxy = proxy?.configuration
      let client = HTTPClient(eventLoopGroup: group, configuration: configuration)
      clients[proxy] = client
      state = .running(clients, group)
      return client
    }
  }

  /// Takes note of the end; what it returns ends the connections and the thread, and calls back.
  private func end() -> (_ done: @escaping @Sendable () -> Void) -> Void {
    let last = state.withLock { state in
      defer { state = .ended }
      return state
    }
    guard case .running(let clients, let group) = last else { return { $0() } }
    return { done in Self.end(Array(clients.values), group, done) }
  }

  private static func end(
    _ clients: [HTTPClient], _ group: MultiThreadedEventLoopGroup, _ done: @escaping @Sendable () -> Void
  ) {
    guard let client = clients.first else { return group.shutdownGracefully { _ in done() } }
    client.shutdown { _ in end(Array(clients.dropFirst()), group, done) }
  }
}
