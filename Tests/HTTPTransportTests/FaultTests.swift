import HTTPTransportTesting
import Testing

@testable import HTTPTransport

/// What a server does to its answer, and what a person is told.
@Suite struct FaultTests {
  /// One fault.
  struct Fault: Sendable, CustomTestStringConvertible {
    var name: String
    var steps: [RawServer.Step]
    var kind: HTTPFailure.Kind
    var cause: String
    /// Whether it ends with the time for the whole only.
    var isSlow: Bool { name.hasSuffix("that hangs") }

    var testDescription: String { name }

    init(_ name: String, _ steps: [RawServer.Step], _ kind: HTTPFailure.Kind, _ cause: String) {
      (self.name, self.steps, self.kind, self.cause) = (name, steps, kind, cause)
    }
  }

  private static let inTheMiddle = "connection closed in the middle of the answer"
  private static let head = "HTTP/1.1 200 OK\r\n"

  static let faults: [Fault] = [
    Fault("closed at once", [.close], .unreachable, "connection closed without an answer"),
    Fault("reset at once", [.reset], .unreachable, "connection reset without an answer"),
    Fault("hang before the head", [], .unreachable, "no answer from 127.0.0.1 within 0.2 s"),
    Fault("hang in the head", [.text(head + "X: y")], .unreachable, "no answer from 127.0.0.1 within 0.2 s"),
    Fault(
      "hang after the head", [.text(head + "Content-Length: 5\r\n\r\n")], .unreachable,
      "answer not complete within 0.5 s"),
    Fault(
      "hang in the body", [.text(head + "Content-Length: 5\r\n\r\nab")], .unreachable,
      "answer not complete within 0.5 s"),
    Fault(
      "a byte now and then, from the head on", [.drip(Array(http("200 OK", "{}").utf8), every: .milliseconds(20))],
      .unreachable, "no answer from 127.0.0.1 within 0.2 s"),
    Fault(
      "a byte now and then, in the body",
      [.text(head + "Content-Length: 50\r\n\r\n"), .drip(Array(repeating: 0x20, count: 50), every: .milliseconds(20))],
      .unreachable, "answer not complete within 0.5 s"),
    Fault("short body", [.text(head + "Content-Length: 5\r\n\r\nabcd"), .close], .unreachable, inTheMiddle),
    Fault(
      "reset in the body", [.text(head + "Content-Length: 5\r\n\r\nabcd"), .reset], .unreachable,
      "connection reset in the middle of the answer"),
    Fault(
      "cut off between chunks", [.text(head + "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n"), .close],
      .unreachable, inTheMiddle),
    Fault("a wrong chunk", [.text(head + "Transfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n")], .unreachable, noHTTP),
    Fault("two lengths", [.text(head + "Content-Length: 2\r\nContent-Length: 3\r\n\r\nabc")], .unreachable, noHTTP),
    Fault("no HTTP", [.text("SSH-2.0-OpenSSH_9.2\r\n")], .unreachable, noHTTP),
    Fault("an unknown version", [.text("HTTP/3.7 200 OK\r\nContent-Length: 0\r\n\r\n")], .unreachable, noHTTP),
    Fault("too long by its own account", [.text(head + "Content-Length: 1001\r\n\r\n")], .refused, tooLarge),
    Fault(
      "too long in fact", [.text(head + "\r\n"), .forever(Array(repeating: 0x20, count: 300))], .refused, tooLarge),
    Fault(
      "endless chunks",
      [.text(head + "Transfer-Encoding: chunked\r\n\r\n"), .forever(Array("4\r\nabcd\r\n".utf8))], .refused, tooLarge),
    Fault(
      "another encoding", [.text(http("200 OK", "{}", headers: "Content-Encoding: br"))], .refused,
      "the answer has the content encoding br"),
    Fault(
      "gzip twice", [.text(http("200 OK", "{}", headers: "Content-Encoding: gzip, gzip"))], .refused,
      "the answer has the content encoding gzip, gzip"),
    Fault(
      "gzip that is none", [.text(http("200 OK", "{}", headers: "Content-Encoding: gzip"))], .refused,
      "the answer is damaged gzip"),
    Fault("304 unasked", [.text(http("304 Not Modified"))], .refused, "304 from /x, although nothing was known"),
    Fault("400", [.text(http("400 Bad Request"))], .status(400), "400 from /x"),
    Fault("401", [.text(http("401 Unauthorized", "{}"))], .status(401), "401 from /x: a token is needed"),
    Fault("403", [.text(http("403 Forbidden"))], .status(403), "403 from /x: not permitted"),
    Fault("404", [.text(http("404 Not Found", "<html>"))], .status(404), "404 from /x"),
    Fault("429", [.text(http("429 Too Many Requests"))], .status(429), "429 from /x"),
    Fault("500", [.text(http("500 Oops"))], .status(500), "500 from /x"),
    Fault(
      "503 with a message", [.text(http("503 No", #"{"error":{"code":"x","message":"down\nfor\u001b repairs"}}"#))],
      .status(503), "503 from /x: down for  repairs"),
    Fault(
      "500 with a body that never ends",
      [.text("HTTP/1.1 500 No\r\n\r\n"), .forever(Array(repeating: 0x20, count: 5000))], .status(500),
      "500 from /x"),
    Fault(
      "500 with a body that breaks off", [.text("HTTP/1.1 500 No\r\nContent-Length: 9\r\n\r\nab"), .reset],
      .status(500), "500 from /x"),
    Fault(
      "500 with a body that hangs", [.text("HTTP/1.1 500 No\r\nContent-Length: 9\r\n\r\nab")], .status(500),
      "500 from /x"),
    Fault("a part", [.text(http("206 Partial Content", "{"))], .status(206), "206 from /x: a part was not asked for"),
    Fault(
      "a redirect", [.text(http("302 Found", headers: "Location: https://sso.example/login?token=canary"))],
      .status(302), "302 from /x: it redirects to https://sso.example/login"),
  ]

  private static let noHTTP = "the answer is no HTTP"
  private static let tooLarge = "the answer has more than 1000 bytes"

  @Test(arguments: faults)
  func everyFaultIsToldAndEndsInTime(_ fault: Fault) async throws {
    let server = try await RawServer { _ in fault.steps }
    let failure = try await failure(from: server, path: "/x?secret=canary") { settings in
      if fault.cause.hasPrefix("no answer") { settings.firstByteTimeout = .milliseconds(200) }
      if fault.cause.hasPrefix("answer not") || fault.isSlow { settings.totalTimeout = .milliseconds(500) }
      settings.maxBodyBytes = 1000
    }
    #expect(failure?.kind == fault.kind)
    #expect(failure?.cause == fault.cause)
    #expect(failure?.retryAfter == nil)
    #expect(server.requests.count == 1)
    guard fault.cause.contains("within") || fault.isSlow else { return }
    await server.waitForClosedConnections(1)
    #expect(try #require(server.patience) < .milliseconds(550) + schedulingSlack)
  }

  @Test func aRefusalAndAnUnknownNameAreToldAtOnce() async throws {
    var settings = TransportSettings.patient
    settings.connectTimeout = .seconds(10)
    let transport = try HTTPTransport(settings)
    let server = try await RawServer { _ in [] }
    let url = server.url()
    await server.close()
    let refused = HTTPFailure(.unreachable, "connection refused by 127.0.0.1:\(url.port)")
    await #expect(throws: refused) { try await transport.answer(to: HTTPRequest(url)) }
    let unknown = RemoteURL(isEncrypted: false, host: "nothing.invalid", port: 80)
    await #expect(throws: HTTPFailure(.unreachable, "no host \"nothing.invalid\" (DNS)")) {
      try await transport.answer(to: HTTPRequest(unknown))
    }
    await transport.shutdown()
  }

  @Test func noAnswerBeforeTheLastByteWhereverTheConnectionIsReset() async throws {
    let plain = Array(http("200 OK", #"{"a":[1,2,3]}"#, headers: "Content-Type: application/json").utf8)
    let chunked = Array(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"a\":\r\n2\r\n1}\r\n0\r\n\r\n".utf8)
    let zipped = gzip(Array(#"{"a":1}"#.utf8))
    let gzipped =
      Array("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(zipped.count)\r\n\r\n".utf8) + zipped
    let answers = [(plain, #"{"a":[1,2,3]}"#), (chunked, #"{"a":1}"#), (gzipped, #"{"a":1}"#)]
    for end: RawServer.Step in [.close, .reset] {
      for (answer, body) in answers {
        let server = try await RawServer { request in
          let count = Int(request.target.dropFirst()) ?? 0
          return [.send(Array(answer.prefix(count))), end]
        }
        let transport = try HTTPTransport(.patient)
        for count in 0..<answer.count {
          let result = await outcome(transport, HTTPRequest(server.url("/\(count)")))
          #expect(result.failure?.kind == .unreachable, "\(count) of \(answer.count) bytes: \(result)")
        }
        let whole = await outcome(transport, HTTPRequest(server.url("/\(answer.count)")))
        // With a reset the last bytes may get lost, but never change.
        if case .close = end { #expect(whole == .success(body)) }
        if case .success(let text) = whole { #expect(text == body) }
        await transport.shutdown()
      }
    }
  }

  @Test func aDeadlineOfTheRequestCutsTheWhole() async throws {
    let server = try await RawServer { _ in [] }
    let transport = try HTTPTransport(.patient)
    let request = HTTPRequest(server.url(), deadline: .now + .milliseconds(250))
    let failure = try #require(await outcome(transport, request).failure)
    #expect(failure.cause.hasPrefix("no answer from 127.0.0.1 within 0.2"))
    await server.waitForClosedConnections(1)
    #expect(try #require(server.patience) < .milliseconds(275) + schedulingSlack)
    let past = try #require(await outcome(transport, HTTPRequest(server.url(), deadline: .now - .seconds(1))).failure)
    #expect(past.kind == .unreachable)
    #expect(past.cause.hasSuffix("within 0 s"))
    await transport.shutdown()
  }

  @Test func aCancelledTaskEndsItsRequestAtOnce() async throws {
    let server = try await RawServer { _ in [.text("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")] }
    let transport = try HTTPTransport(.patient)
    let task = Task { await outcome(transport, HTTPRequest(server.url())) }
    await server.waitForRequests(1)
    task.cancel()
    #expect(await task.value == .failure(HTTPFailure(.cancelled, "given up")))
    await server.waitForClosedConnections(1)
    await transport.shutdown()
  }

  @Test func nothingGoesAfterShutdown() async throws {
    let server = try await RawServer { _ in [.text(http())] }
    let transport = try HTTPTransport(.patient)
    #expect(await outcome(transport, HTTPRequest(server.url())) == .success(""))
    await transport.shutdown()
    #expect(await outcome(transport, HTTPRequest(server.url())) == .failure(HTTPFailure(.cancelled, "given up")))
    #expect(server.requests.count == 1)
  }
}

/// What a loaded machine may add to a time limit.
let schedulingSlack = Duration.milliseconds(600)
