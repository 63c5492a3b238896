import Foundation
import HTTPTransport
import HTTPTransportTesting
import SlotStats
import StatsFormats
import Testing

@testable import RemoteSources

@Suite struct RemoteAcknowledgementsTests {
  private static let entry = Acknowledgement(
    of: "ü/2", note: "known\n", by: "ann", at: tuesday, until: .at(tuesday + 3_600),
    trouble: Trouble(state: .critical, low: 0.2, high: 0.3, kind: .errors), window: .day)

  private static var document: String {
    var book = AcknowledgementBook()
    book.add(entry)
    return String(decoding: AcknowledgementDocument.bytes(of: book), as: UTF8.self)
  }

  /// Runs `body` with the acknowledgements of a server that answers each request so, while the clock shows `uptime`.
  private func with(
    uptime: Box<Duration> = Box(.zero), _ answer: @escaping @Sendable (RawServer.Request) -> String,
    _ body: (RemoteAcknowledgements, RawServer) async throws -> Void
  ) async throws {
    let server = try await RawServer { [.text(answer($0))] }
    let transport = try HTTPTransport(.patient)
    let access = AccessToken(.token(Secret("write-1")), transport: transport, login: server.url())
    try await body(
      RemoteAcknowledgements(
        base: server.url("/base/"), name: "prod", access: access, transport: transport, uptime: { uptime.value }),
      server)
    await transport.shutdown()
    await server.close()
  }

  @Test func readsPostsAndDeletes() async throws {
    try await with { request in
      switch request.method {
      case "GET": http("200 OK", Self.document)
      case "DELETE": http("200 OK", #"{"withdrawn":true}"#)
      default: http("200 OK", "{}")
      }
    } _: { acks, server in
      #expect(try await acks.acknowledgements()?.all == [Self.entry])
      try await acks.acknowledge(Self.entry)
      #expect(try await acks.withdraw("ü/2"))
      #expect(try await acks.withdraw(nil))
      let requests = server.requests
      #expect(requests.map(\.method) == ["GET", "POST", "DELETE", "DELETE"])
      #expect(
        requests.map(\.target) == [
          "/base/api/acks", "/base/api/acks", "/base/api/acks?slot=%C3%BC%2F2", "/base/api/acks?all=1",
        ])
      #expect(requests.allSatisfy { $0.header("authorization") == "Bearer write-1" })
      #expect(requests[1].header("content-type") == "application/json")
      let sent = try AcknowledgementDocument.entry(parsing: Array(requests[1].body.utf8), now: tuesday)
      #expect(sent == Self.entry)
    }
  }

  @Test(arguments: ["403 Forbidden", "404 Not Found", "405 Method Not Allowed", "501 Not Implemented", "200 OK"])
  func aPanelThatDoesNotKnowThemIsAskedOnce(status: String) async throws {
    try await with { _ in
      http(status, "<html></html>")
    } _: { acks, server in
      for _ in 0..<3 {
        let book = try await acks.acknowledgements()
        #expect(book == nil)
      }
      #expect(server.requests.count == 1)
    }
  }

  @Test func aServerThatWasJustStartingIsAskedAgainAMinuteLater() async throws {
    let (uptime, isStarted) = (Box(Duration.zero), Box(false))
    try await with(uptime: uptime) { _ in
      isStarted.value ? http("200 OK", Self.document) : http("404 Not Found", "<html></html>")
    } _: { acks, server in
      var books = [try await acks.acknowledgements()]
      isStarted.set(true)
      for seconds in [59, 60] {
        uptime.set(.seconds(seconds))
        books.append(try await acks.acknowledgements())
      }
      #expect(books.map { $0?.all } == [nil, nil, [Self.entry]])
      #expect(server.requests.count == 2)
    }
  }

  @Test(arguments: [
    (
      #"{"schema":"slotwatch.acks/2","acks":[]}"#,
      #"/api/acks: $.schema is "slotwatch.acks/2"; "slotwatch.acks/1" is read"#
    ),
    (
      #"{"schema":"slotwatch.acks/1","acks":["#,
      "/api/acks: byte 37 is the end, in the middle of the document; it is cut off"
    ),
  ])
  func refusesWhatItCannotRead(body: String, cause: String) async throws {
    try await with { _ in
      http("200 OK", body)
    } _: { acks, _ in
      let refusal = await #expect(throws: StatsSourceError.self) { try await acks.acknowledgements() }
      #expect(refusal?.action == "Cannot read acknowledgements at \"prod\"")
      #expect(refusal?.cause == cause)
    }
  }

  @Test func aServerThatFailsIsNoForeignPanel() async throws {
    try await with { request in
      request.method == "GET"
        ? http("503 Service Unavailable", "", headers: "Retry-After: 7")
        : http("403 Forbidden", #"{"error":{"code":"forbidden","message":"The token allows reading alone."}}"#)
    } _: { acks, server in
      for _ in 0..<2 {
        let failure = await #expect(throws: StatsSourceError.self) { try await acks.acknowledgements() }
        #expect(failure?.retryAfter == .seconds(7))
      }
      #expect(server.requests.count == 2)
      let refusal = await #expect(throws: StatsSourceError.self) { try await acks.acknowledge(Self.entry) }
      #expect(refusal?.kind == .notPermitted)
      #expect(refusal?.cause == "403 from /base/api/acks: The token allows reading alone.")
    }
  }
}

extension RawServer.Request {
  var method: String { String(text.prefix { $0 != " " }) }
  var body: String { text.firstRange(of: "\r\n\r\n").map { String(text[$0.upperBound...]) } ?? "" }
}
