import Foundation
import NIOCore
import SlotStats
import SlotStatsTesting
import StatsFormats
import Testing

@testable import StatsServer

/// Runs `body` beside a server on loopback with these limits, and ends that.
func serving(
  _ ledger: MemoryLedger = MemoryLedger(), _ change: (inout ServerLimits) -> Void = { _ in },
  _ body: (Int) async throws -> Void
) async throws {
  let service = try CachedStatsService(repository: ledger, clock: ContinuousClock(), wallClock: { Sample.now })
  var settings = ServerSettings(
    ledger: ledger, service: service, accepted: Sample.accepted, clock: ContinuousClock(), wallClock: { Sample.now })
  change(&settings.limits)
  let (ports, listening) = AsyncStream.makeStream(of: Int.self)
  let server = StatsServer(settings) { listening.yield($0) }
  let running = Task {
    defer { listening.finish() }
    try await server.run()
  }
  let result: Result<Void, any Error>
  do {
    let port = try #require(await ports.first { _ in true })
    result = .success(try await body(port))
  } catch {
    result = .failure(error)
  }
  running.cancel()
  _ = await running.result
  try result.get()
}

/// What is said on one connection, byte by byte.
@Suite(.timeLimit(.minutes(1))) struct ServingTests {
  private static let host = "Host: localhost\r\n"

  private func post(_ body: String, _ head: String = host) -> String {
    "POST /api/events HTTP/1.1\r\n\(head)Content-Type: application/json\r\n"
      + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }

  /// Everything that a request is answered on a connection that ends after it.
  private func answer(_ request: String, on port: Int) async throws -> String {
    var client = try await RawClient(port: port)
    try await client.send(request)
    return await client.readToEnd()
  }

  @Test(arguments: ["", "Connection: keep-alive\r\n"])
  func anOldClientGetsAStreamWithoutChunksUntilTheEnd(fields: String) async throws {
    try await serving { port in
      var client = try await RawClient(port: port)
      try await client.send("GET /api/stream HTTP/1.0\r\n\(fields)\r\n")
      let opening = await client.read(until: ": listening\n\n")
      let parts = opening.split(separator: "\r\n\r\n", maxSplits: 1)
      #expect(parts[0].hasPrefix("HTTP/1.0 200 OK\r\n"))
      #expect(!parts[0].lowercased().contains("transfer-encoding"))
      #expect(parts[0].contains("\r\nConnection: close"))
      #expect(parts[0].contains("\r\nX-Accel-Buffering: no"))
      #expect(Array(parts[1].utf8) == ChangeStreams.opening)
      var other = try await RawClient(port: port)
      try await other.send(post(Sample.event()))
      #expect(await other.read(until: "accepted").contains(" 200 "))
      #expect(await client.read(until: "\n\nevent: changed\ndata: {").contains("\n\nevent: changed\ndata: {"))
      try await client.close()
    }
  }

  @Test func everyAnswerToAnOldClientEndsItsConnection() async throws {
    try await serving { port in
      for fields in ["", "Connection: keep-alive\r\n", Self.host] {
        let text = try await answer("GET /healthz HTTP/1.0\r\n\(fields)\r\n", on: port)
        #expect(text.contains("\r\nConnection: close\r\n"))
        #expect(text.hasSuffix("\r\n\r\nok\n"))
      }
    }
  }

  @Test func aNewClientGetsChunks() async throws {
    try await serving { port in
      var client = try await RawClient(port: port)
      try await client.send("GET /api/stream HTTP/1.1\r\n\(Self.host)\r\n")
      let opening = await client.read(until: ": listening\n\n")
      #expect(opening.hasPrefix("HTTP/1.1 200 OK\r\n"))
      #expect(opening.contains("\r\ntransfer-encoding: chunked\r\n"))
      #expect(opening.contains("\r\nX-Accel-Buffering: no\r\n"))
      try await client.close()
    }
  }

  @Test(arguments: ["1.0", "1.1"]) func theHeadOfAStreamHasNoLengthAndNoChunks(version: String) async throws {
    try await serving { port in
      let text = try await answer("HEAD /api/stream HTTP/\(version)\r\n\(Self.host)\r\n", on: port)
      #expect(text.contains(" 200 OK\r\n"))
      #expect(text.hasSuffix("\r\n\r\n"))
      for name in ["content-length", "transfer-encoding"] { #expect(!text.lowercased().contains(name)) }
    }
  }

  @Test(arguments: [
    ("1.1", "", 400), ("1.1", "Host: localhost\r\nHost: localhost\r\n", 400),
    ("1.1", "Host: localhost\r\nHost: example.org\r\n", 400), ("1.1", "Host: localhost, example.org\r\n", 400),
    ("1.1", "Host: local/host\r\n", 400), ("1.1", "Host: a@localhost\r\n", 400), ("1.1", "Host: [::1]:80\r\n", 200),
    ("1.1", "Host: example.org\r\n", 403), ("1.1", "Host:\r\n", 403), ("1.0", "", 200),
    ("1.0", "Host: localhost\r\nHost: localhost\r\n", 400),
  ])
  func aRequestHasOneHost(version: String, fields: String, status: Int) async throws {
    let ledger = MemoryLedger()
    try await serving(ledger) { port in
      let close = "Connection: close\r\n"
      for request in [
        "GET /healthz HTTP/\(version)\r\n\(fields)\(close)\r\n",
        post(Sample.event(), fields + close).replacing("HTTP/1.1", with: "HTTP/\(version)"),
      ] {
        let text = try await answer(request, on: port)
        #expect(text.hasPrefix("HTTP/1.1 \(status) "), "\(text)")
        #expect(text.contains("\r\nConnection: close\r\n"))
        #expect(status != 400 || text.contains(#"{"error":{"code":"bad_request""#))
      }
    }
    #expect(ledger.batchSizes.count == (status == 200 ? 1 : 0))
  }

  @Test(arguments: [#"{"x":1}"#, "G", "\r\nx\r\n\r\n", "POST /api/events\r\n\r\n"])
  func whatFollowsABodyIsTheNextRequest(junk: String) async throws {
    let ledger = MemoryLedger()
    try await serving(ledger, { $0.idleTime = .milliseconds(300) }) { port in
      let text = try await answer(post(Sample.event()) + junk, on: port)
      #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
      #expect(junk == "G" || text.contains("HTTP/1.1 400 Bad Request\r\n"), "\(text)")
    }
    #expect(ledger.batchSizes == [1])
  }

  @Test func nothingIsTakenAfterTheLastRequest() async throws {
    let ledger = MemoryLedger()
    try await serving(ledger) { port in
      for last in ["GET /healthz HTTP/1.1\r\n\(Self.host)Connection: close\r\n\r\n", "GET /healthz HTTP/1.0\r\n\r\n"] {
        let text = try await answer(last + post(Sample.event()), on: port)
        #expect(text.hasSuffix("\r\n\r\nok\n"))
      }
    }
    #expect(ledger.batchSizes.isEmpty)
  }

  @Test func aTargetMayBeAWholeURLWhoseHostCounts() async throws {
    let ledger = MemoryLedger()
    try await serving(ledger) { port in
      for (target, status) in [
        ("http://localhost/healthz", 200), ("HTTP://127.0.0.1:1/healthz?x", 200), ("http://localhost", 404),
        ("http://example.org/healthz", 403), ("http://a@localhost/healthz", 400), ("*", 404),
      ] {
        let method = target == "*" ? "OPTIONS" : "GET"
        let text = try await answer("\(method) \(target) HTTP/1.1\r\n\(Self.host)Connection: close\r\n\r\n", on: port)
        #expect(text.hasPrefix("HTTP/1.1 \(status) "), "\(target): \(text)")
      }
      let whole = post(Sample.event(), Self.host + "Connection: close\r\n")
        .replacing(" /api", with: " http://localhost/api")
      #expect(try await answer(whole, on: port).contains(#""accepted":1"#))
    }
    #expect(ledger.batchSizes == [1])
  }

  @Test func whatIsFramedOtherwiseIsRefused() async throws {
    let chunked = "\r\n0\r\n\r\n"
    let table = [
      ("1.0", "Transfer-Encoding: chunked\r\n" + chunked, 400),
      ("1.1", "Transfer-Encoding: gzip, chunked\r\n" + chunked, 501),
      ("1.1", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n" + chunked, 400),
      ("1.1", "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", 400),
    ]
    try await serving { port in
      for (version, rest, status) in table {
        let head = "POST /api/events HTTP/\(version)\r\n\(Self.host)Content-Type: application/json\r\n"
        let text = try await answer(head + rest, on: port)
        #expect(text.hasPrefix("HTTP/1.1 \(status) "), "\(text)")
      }
      let proxied = try await answer("CONNECT localhost:1 HTTP/1.1\r\n\(Self.host)\r\n", on: port)
      #expect(proxied.hasPrefix("HTTP/1.1 501 "))
    }
  }

  @Test(arguments: ["h2c", "websocket"])
  func anOfferOfAnotherProtocolIsAnsweredAndEndsTheConnection(name: String) async throws {
    try await serving { port in
      let upgrade = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: \(name)\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"
      let text = try await answer("GET /healthz HTTP/1.1\r\n\(Self.host)\(upgrade)\r\n", on: port)
      #expect(text.contains("\r\nConnection: close\r\n"))
      #expect(text.hasSuffix("\r\n\r\nok\n"))
      #expect(try await answer(post(Sample.event(), Self.host + upgrade), on: port).contains(#""accepted":1"#))
    }
  }

  @Test func aHeadThatIsTooLongIsToldSo() async throws {
    let table = [
      ("GET /\(String(repeating: "a", count: 20_000)) HTTP/1.1\r\n\(Self.host)\r\n", 414),
      ("GET /\(String(repeating: "a", count: 2_000_000))", 414),
      ("GET / HTTP/1.1\r\n\(Self.host)X: \(String(repeating: "y", count: 20_000))\r\n\r\n", 431),
      ("GET / HTTP/1.1\r\n\(Self.host)\(String(repeating: "X: y\r\n", count: 200))\r\n", 431),
      ("hello\r\n\r\n", 400),
    ]
    try await serving { port in
      for (request, status) in table {
        let text = try await answer(request, on: port)
        #expect(text.hasPrefix("HTTP/1.1 \(status) "), "\(text)")
        #expect(text.contains("\r\nCache-Control: no-store\r\n"))
      }
      // The second request of a connection is measured by itself.
      for (request, status) in [table[0], table[2]] {
        var client = try await RawClient(port: port)
        try await client.send("GET /healthz HTTP/1.1\r\n\(Self.host)\r\n")
        _ = await client.read(until: "ok\n")
        try await client.send(request)
        #expect(await client.readToEnd().contains("HTTP/1.1 \(status) "))
      }
      let metrics = try await answer("GET /metrics HTTP/1.0\r\n\r\n", on: port)
      for (status, count) in [(400, 1), (414, 3), (431, 3), (501, 0)] {
        #expect(metrics.contains("slotwatch_http_requests_total{route=\"other\",status=\"\(status)\"} \(count)\n"))
      }
    }
  }
}
