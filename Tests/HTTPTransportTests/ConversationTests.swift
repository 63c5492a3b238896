import Foundation
import HTTPTransportTesting
import Testing

@testable import HTTPTransport

/// Redirects, what is known already, and connections that were closed meanwhile.
@Suite struct ConversationTests {
  private func transport(maxRedirects: Int = 0) throws -> HTTPTransport {
    var settings = TransportSettings.patient
    settings.maxRedirects = maxRedirects
    return try HTTPTransport(settings)
  }

  private static func redirect(_ location: String, _ status: String = "302 Found") -> [RawServer.Step] {
    [.text(http(status, headers: "Location: \(location)"))]
  }

  @Test func redirectsAreFollowedAsFarAsTheyMay() async throws {
    let server = try await RawServer { request in
      switch request.target {
      case "/a/0": Self.redirect("1?q=1", "301 Moved")
      case "/a/1?q=1": Self.redirect("../2", "307 Temporary")
      case "/2": Self.redirect("/3#x", "308 Permanent")
      default: [.text(http("200 OK", request.target))]
      }
    }
    let three = try transport(maxRedirects: 3)
    let request = HTTPRequest(server.url("/a/0"), token: Secret("canary"))
    #expect(await outcome(three, request) == .success("/3"))
    #expect(server.requests.map { $0.header("Authorization") } == Array(repeating: "Bearer canary", count: 4))
    let two = try transport(maxRedirects: 2)
    #expect(await outcome(two, request).failure == HTTPFailure(.status(308), "308 from /2: more than 2 redirects"))
    await three.shutdown()
    await two.shutdown()
  }

  @Test func theTokenStaysWithItsOrigin() async throws {
    let other = try await RawServer { _ in [.text(http("200 OK", "other"))] }
    let server = try await RawServer { _ in Self.redirect("http://127.0.0.1:\(other.port)/y") }
    let transport = try transport(maxRedirects: 3)
    let request = HTTPRequest(server.url(), token: Secret("canary"))
    #expect(await outcome(transport, request) == .success("other"))
    #expect(other.requests.count == 1)
    #expect(other.requests.allSatisfy { !$0.text.contains("canary") })
    await transport.shutdown()
  }

  @Test func theTokenComesBackToItsOrigin() async throws {
    let home = Box(0)
    let other = try await RawServer { _ in Self.redirect("http://127.0.0.1:\(home.value)/end") }
    let server = try await RawServer { request in
      request.target == "/end" ? [.text(http("200 OK", "end"))] : Self.redirect("http://127.0.0.1:\(other.port)/y")
    }
    home.set(server.port)
    let transport = try transport(maxRedirects: 3)
    #expect(await outcome(transport, HTTPRequest(server.url(), token: Secret("canary"))) == .success("end"))
    #expect(other.requests.allSatisfy { !$0.text.contains("canary") })
    #expect(server.requests.last?.header("Authorization") == "Bearer canary")
    await transport.shutdown()
  }

  @Test(arguments: [
    ("/x", "302 from /x: it redirects in a circle"), ("http://192.0.2.1/", "302 from /x: it redirects to plain http"),
    ("ftp://127.0.0.1/", "302 from /x: it redirects to no URL"),
    ("http://user:canary@127.0.0.1/", "302 from /x: it redirects to no URL"),
  ])
  func someRedirectsAreNeverFollowed(_ location: String, _ cause: String) async throws {
    let server = try await RawServer { _ in Self.redirect(location) }
    let transport = try transport(maxRedirects: 3)
    #expect(await outcome(transport, HTTPRequest(server.url())).failure == HTTPFailure(.status(302), cause))
    await transport.shutdown()
  }

  @Test func nobodyIsLedFromHTTPSToHTTP() async throws {
    let plain = try await RawServer { _ in [.text(http())] }
    let server = try await RawServer(tls: try Certificates.server("good")) { _ in
      Self.redirect("http://localhost:\(plain.port)/")
    }
    var settings = TransportSettings.patient
    settings.maxRedirects = 3
    settings.caFile = Certificates.path("authority")
    let transport = try HTTPTransport(settings)
    let cause = "302 from /x: it redirects from https to http"
    #expect(
      await outcome(transport, HTTPRequest(server.url(host: "localhost"))).failure
        == HTTPFailure(.status(302), cause))
    #expect(plain.connections == 0)
    await transport.shutdown()
  }

  @Test func aPostIsNeverLedElsewhere() async throws {
    let server = try await RawServer { _ in Self.redirect("/y", "307 Temporary") }
    let transport = try transport(maxRedirects: 3)
    let request = HTTPRequest(server.url(), json: Array("{}".utf8))
    #expect(await outcome(transport, request).failure?.kind == .status(307))
    #expect(server.requests.count == 1)
    #expect(server.requests.first?.text.hasPrefix("POST /x ") == true)
    #expect(server.requests.first?.text.hasSuffix("\r\n\r\n{}") == true)
    await transport.shutdown()
  }

  @Test func anUnchangedAnswerKeepsWhatIsKnown() async throws {
    let server = try await RawServer { request in
      request.header("If-None-Match") == "\"a\"" ? [.text("HTTP/1.1 304 Not Modified\r\n\r\n")] : [.text(http())]
    }
    let transport = try transport()
    let known = HTTPValidators(etag: "\"a\"", lastModified: "Sun, 06 Nov 1994 08:49:37 GMT")
    let answer = try await transport.answer(to: HTTPRequest(server.url(), validators: known))
    #expect(answer.isUnchanged)
    #expect(answer.body.isEmpty)
    #expect(answer.validators == known)
    #expect(server.requests.first?.header("If-Modified-Since") == "Sun, 06 Nov 1994 08:49:37 GMT")
    await transport.shutdown()
  }

  @Test func validatorsThatCannotBeSentBackAreForgotten() async throws {
    let server = try await RawServer { _ in [.text(http("200 OK", headers: "ETag: \"\u{E9}\""))] }
    let transport = try transport()
    #expect(try await transport.answer(to: HTTPRequest(server.url())).validators == nil)
    await transport.shutdown()
  }

  @Test(arguments: [
    ("Age: 100", 100.0), ("Age: 0", 0), ("Age: soon", 0), ("X: y", 0), ("Age: -3", 0),
  ])
  func whatACacheSaysIsNotTakenOffTheDate(header: String, age: Double) async throws {
    let server = try await RawServer { _ in
      [.text(http("200 OK", headers: "Date: Mon, 23 Nov 2026 14:32:05 GMT", header))]
    }
    let transport = try transport()
    let answer = try await transport.answer(to: HTTPRequest(server.url()))
    #expect(answer.date == Date(timeIntervalSince1970: 1_795_444_325))
    #expect(answer.age == age)
    await transport.shutdown()
  }

  @Test(
    arguments: [
      (403, nil, #"{"error":{"code":"x","message":"Give it\ntokens."}}"#, "403 from /x: Give it tokens."),
      (403, nil, "<html>", "403 from /x: not permitted"),
      (403, nil, #"{"error":{"message":""}}"#, "403 from /x: not permitted"),
      (401, nil, #"{"error":{"message":"Bearer, please."}}"#, "401 from /x: a token is needed: Bearer, please."),
      (401, "s3cret", #"{"error":{"message":"expired"}}"#, "401 from /x: the token is refused: expired"),
      (401, "s3cret", #"{"error":{"message":"no s3cret here"}}"#, "401 from /x: the token is refused"),
    ] as [(Int, String?, String, String)])
  func theServersOwnReasonIsTold(status: Int, token: String?, body: String, cause: String) async throws {
    let server = try await RawServer { _ in [.text(http("\(status) No", body))] }
    let transport = try transport()
    let result = await outcome(transport, HTTPRequest(server.url(), token: token.map { Secret($0) }))
    #expect(result.failure?.cause == cause)
    await transport.shutdown()
  }

  @Test func aLongReasonIsCut() async throws {
    let body = #"{"error":{"message":"\#(String(repeating: "long ", count: 200))"}}"#
    let server = try await RawServer { _ in [.text(http("403 No", body))] }
    let cause = try #require(try await failure(from: server)?.cause)
    #expect(cause.count <= 140 && cause.hasSuffix("…"))
  }

  @Test(arguments: [
    ("7", 7), ("86400", 3600), ("99999999999999999999", 3600), ("Mon, 23 Nov 2026 14:33:05 GMT", 60),
    ("Mon, 23 Nov 2026 14:00:00 GMT", 0), ("soon", nil), ("-1", nil),
  ])
  func whoeverIsBusySaysForHowLong(_ header: String, _ seconds: Int?) async throws {
    let server = try await RawServer { _ in
      [.text(http("503 No", headers: "Retry-After: \(header)", "Date: Mon, 23 Nov 2026 14:32:05 GMT"))]
    }
    let failure = try await failure(from: server)
    #expect(failure?.kind == .status(503))
    #expect(failure?.retryAfter == seconds.map { .seconds($0) })
  }

  @Test func aConnectionThatWasClosedMeanwhileIsReplaced() async throws {
    let server = try await RawServer { request in
      switch (request.connection, request.target) {
      case (0, "/1"), (1, "/1"): [.text(http("200 OK", "1"))]
      case (0, _): [.close]
      default: [.text(http("200 OK", "again"))]
      }
    }
    let transport = try transport()
    #expect(await outcome(transport, HTTPRequest(server.url("/1"))) == .success("1"))
    #expect(await outcome(transport, HTTPRequest(server.url("/2"))) == .success("again"))
    #expect(server.requests.map(\.connection) == [0, 0, 1])
    await transport.shutdown()
  }

  @Test func aServerThatFailsIsAskedOnceATime() async throws {
    let isGood = Box(true)
    let server = try await RawServer { _ in isGood.value ? [.text(http())] : [.close] }
    let transport = try transport()
    #expect(await outcome(transport, HTTPRequest(server.url())) == .success(""))
    isGood.set(false)
    for count in [3, 4, 5] {
      let result = await outcome(transport, HTTPRequest(server.url()))
      #expect(result.failure?.cause == "connection closed without an answer")
      #expect(server.requests.count == count)
    }
    await transport.shutdown()
  }

  @Test func aLoginIsNeverSentTwice() async throws {
    let server = try await RawServer { $0.target == "/1" ? [.text(http())] : [.close] }
    let transport = try transport()
    #expect(await outcome(transport, HTTPRequest(server.url("/1"))) == .success(""))
    var login = HTTPRequest(server.url("/2"), json: [0x7B, 0x7D])
    login.isSecret = true
    let result = await outcome(transport, login)
    #expect(result.failure?.cause == "connection closed without an answer")
    #expect(server.requests.count == 2)
    await transport.shutdown()
  }
}
