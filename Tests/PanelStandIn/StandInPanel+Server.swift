import Foundation
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOSSL
import StatsFormats
import Synchronization

extension StandInPanel {
  /// Listens on loopback and serves until ``stop()``.
  /// - Returns: the port.
  /// - Throws: what binding or reading the certificate throws.
  package func start(port: Int = 0, certificate: String? = nil, key: String? = nil) async throws -> Int {
    let (ports, running) = AsyncThrowingStream<Int, any Error>.makeStream()
    // The application's own answers have a date that cannot be changed, so that the channel is given its own.
    let plain = HTTPServerBuilder { _ in
      HTTP1Channel(responder: { [self] request, writer, _ in try await respond(to: request, writer) })
    }
    var builder = plain
    if let certificate, let key {
      var tls = TLSConfiguration.makeServerConfiguration(
        certificateChain: try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) },
        privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem)))
      tls.applicationProtocols = ["http/1.1"]
      builder = try .tls(plain, tlsConfiguration: tls)
    }
    var logger = Logger(label: "PanelStandIn")
    logger.logLevel = .critical
    let application = Application(
      router: Router(), server: builder,
      configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port)),
      onServerRunning: { channel in running.yield(channel.localAddress?.port ?? 0) }, logger: logger)
    let task = Task {
      do {
        try await application.run()
        running.finish()
      } catch {
        running.finish(throwing: error)
        throw error
      }
    }
    server.withLock { $0 = task }
    for try await port in ports { return port }
    throw CancellationError()
  }

  /// Ends every connection and listens no more; it can be started again.
  package func stop() async {
    let task = server.withLock { server in
      defer { server = nil }
      return server
    }
    task?.cancel()
    release()
    _ = await task?.result
  }

  /// Serves until it is stopped.
  package func serve() async throws {
    try await server.withLock { $0 }?.value
  }

  private func respond(to request: Request, _ writer: consuming ResponseWriter) async throws {
    let target = request.head.path ?? "/"
    let parts = target.split(separator: "?", maxSplits: 1)
    let (path, query) = (String(parts.first ?? "/"), parts.count > 1 ? String(parts[1]) : "")
    let method = request.head.method.rawValue
    let body = Array(try await request.body.collect(upTo: 1 << 20).readableBytesView)
    if path.hasPrefix("/control") {
      let answer = control(method, path, body)
      try await send(answer, delay: nil, to: writer)
      return
    }
    let (entry, faults) = state.withLock { ($0.log.begin(method, path, query), $0.meet(path)) }
    do {
      for fault in faults {
        if fault.holds == true { await hold() }
        if let delay = fault.delay { try await Task.sleep(for: .milliseconds(delay)) }
      }
    } catch {
      state.withLock { $0.log.end(entry, status: 0) }
      throw error
    }
    var answer = answer(method, path, query, body, authorization: request.headers[.authorization])
    if answer.status == 200, answer.etag != nil, answer.etag == request.headers[.ifNoneMatch] {
      (answer.status, answer.body) = (304, [])
    }
    for fault in faults {
      if let status = fault.status { answer = .error(status, "As told.", retryAfter: fault.retryAfter) }
      if let body = fault.body { answer = answer.spoilt(body) }
    }
    answer.age = faults.compactMap(\.age).first
    let status = answer.status
    // Noted before the last of it is sent: whoever has an answer finds it in the log.
    try await send(answer, delay: faults.compactMap(\.bodyDelay).first, to: writer) {
      state.withLock { $0.log.end(entry, status: status) }
    }
  }

  private func answer(
    _ method: String, _ path: String, _ query: String, _ body: [UInt8], authorization: String?
  ) -> StandInResponse {
    if path == "/api/login" { return logIn(body) }
    guard isOpen(to: authorization) else { return .error(401, "A bearer token is expected.") }
    guard method == "GET" else { return .error(405, "GET is expected.") }
    var (answer, etags) = state.withLock { state in
      (state.answer(path, StandInQuery(query), at: wallClock()), state.habits.etags)
    }
    if etags, answer.status == 200 { answer.etag = "\"\(UInt(bitPattern: answer.body.hashValue))\"" }
    return answer
  }

  private func control(_ method: String, _ path: String, _ body: [UInt8]) -> StandInResponse {
    if path == "/control/log", let json = try? JSONEncoder().encode(log) { return StandInResponse(body: Array(json)) }
    do {
      apply(try JSONDecoder().decode(StandInControl.self, from: Data(body)))
      return .json { $0.member("done", true) }
    } catch {
      return .error(400, "\(error)")
    }
  }

  /// Sends an answer; `ends` is called before the last of it.
  private func send(
    _ answer: StandInResponse, delay: Int?, to writer: consuming ResponseWriter, ends: () -> Void = {}
  ) async throws {
    var headers = HTTPFields()
    let now = wallClock().addingTimeInterval(state.withLock { $0.habits.clockOffset })
    // A cache passes on when the answer was made.
    headers[.date] = StandInDate.format(now.addingTimeInterval(-Double(answer.age ?? 0)))
    headers[.contentType] = answer.contentType
    if answer.status != 304 { headers[.contentLength] = String(answer.body.count) }
    if let etag = answer.etag { headers[.eTag] = etag }
    if let age = answer.age { headers[.age] = String(age) }
    if let seconds = answer.retryAfter { headers[.retryAfter] = String(seconds) }
    let head = HTTPResponse(status: .init(code: answer.status), headerFields: headers)
    guard answer.status != 304 else {
      ends()
      return try await writer.writeResponse(head)
    }
    guard let delay else {
      ends()
      return try await writer.write(response: head, body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
    }
    var body: any ResponseBodyWriter
    do {
      body = try await writer.writeHead(head)
      try await Task.sleep(for: .milliseconds(delay))
    } catch {
      ends()
      throw error
    }
    ends()
    try await body.write(ByteBuffer(bytes: answer.body))
    try await body.finish(nil)
  }
}
