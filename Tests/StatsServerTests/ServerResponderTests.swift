import Foundation
import Hummingbird
import HummingbirdCore
import SlotStats
import SlotStatsTesting
import Testing

@testable import StatsServer

/// What each route answers, without a connection.
@Suite struct ServerResponderTests {
  private static let readToken = AnsweringServer.readToken
  private static let writeToken = AnsweringServer.writeToken

  private struct Breakage: Error {}

  private let repository = InMemoryStatsRepository(.init(slots: [Slot(id: "slot-1")]))
  private let responder: ServerResponder

  init() throws {
    let ledger = MemoryLedger(repository, keptFrom: Sample.now.addingTimeInterval(-86_400))
    responder = try AnsweringServer(ledger).responder
  }

  private func ask(
    _ path: String, _ method: HTTPRequest.Method = .get, token: String? = readToken, fields: HTTPFields = [:]
  ) async -> HummingbirdCore.Response {
    var fields = fields
    if let token { fields[.authorization] = "Bearer \(token)" }
    let head = HTTPRequest(method: method, scheme: "http", authority: "localhost", path: path, headerFields: fields)
    return await responder.respond(to: Request(head: head, body: RequestBody(buffer: .init())))
  }

  @Test(arguments: [
    "/api/slots", "/api/stats/global", "/api/stats/slot-1?group_by=day", "/api/snapshot", "/api/stream", "/api/acks",
    "/metrics", "/healthz", "/readyz",
  ])
  func everyRouteAnswersAndItsHeadIsTheSame(path: String) async {
    var head = await ask(path, .head)
    #expect(head.status.code == 200)
    var whole = await ask(path)
    #expect(whole.status.code == 200)
    // A stream has no length, and what the server counts grows with each request.
    (head.headers[.contentLength], whole.headers[.contentLength]) = (nil, nil)
    #expect(whole.headers == head.headers)
  }

  @Test(arguments: [
    ("at=yesterday", 400), ("at=2026-11-18T11:08:00Z", 400), ("at=2026-11-17T11:06:00Z", 404),
    ("at=2026-11-18T11:06:59Z", 200), ("at=2026-11-18", 200),
  ])
  func anInstantIsOneThatIsPastAndKept(query: String, status: Int) async {
    for path in ["/api/snapshot", "/api/recent", "/api/recent/slot-1"] {
      #expect(await ask("\(path)?\(query)").status.code == status, "\(path)")
    }
  }

  @Test func onlyWhatIsOpenIsAnsweredWithoutAToken() async {
    for path in ["/api/slots", "/api/stats/global", "/api/stats/a", "/api/snapshot", "/api/stream", "/elsewhere"] {
      let refusal = await ask(path, token: nil)
      #expect(refusal.status.code == 401, "\(path)")
      #expect(refusal.headers[.wwwAuthenticate] == "Bearer")
    }
    for path in ["/metrics", "/healthz", "/readyz"] { #expect(await ask(path, token: nil).status.code == 200) }
    #expect(await ask("/api/events", .put, token: Self.readToken).status.code == 403)
  }

  @Test func anotherMethodIsToldWhichOnesThereAre() async {
    let allowed = [("/api/slots", "GET, HEAD"), ("/api/events", "POST"), ("/api/stats/global", "GET, HEAD")]
    for (path, methods) in allowed {
      let refusal = await ask(path, .delete, token: Self.writeToken)
      #expect(refusal.status.code == 405)
      #expect(refusal.headers[.allow] == methods)
    }
    #expect(await ask("/elsewhere").status.code == 404)
  }

  @Test(arguments: [
    ("/api/slots?page=0", 400), ("/api/stats/global?group_by=year", 400), ("/api/stats/%FF", 400),
    ("/api/stats/slot-9", 404),
  ])
  func whatCannotBeAnsweredIsTheAskersFault(path: String, status: Int) async {
    #expect(await ask(path).status.code == status)
  }

  @Test(arguments: ["/api/slots", "/api/stats/global", "/api/stats/slot-1", "/api/snapshot", "/readyz"])
  func aStoreThatFailsIsTriedAgainLater(path: String) async {
    repository.failNext(with: StatsSourceError(.inputOutput, action: "Cannot read", cause: "it is locked"))
    let unavailable = await ask(path)
    #expect(unavailable.status.code == 503)
    #expect(unavailable.headers[.retryAfter] == "1")
    repository.failNext(with: Breakage())
    #expect(await ask(path).status.code == 500)
    #expect(await ask(path).status.code == 200)
  }

  @Test func aSnapshotThatIsKnownIsNotSentAgain() async throws {
    let tag = try #require(await ask("/api/snapshot").headers[.eTag])
    for known in [tag, "W/\(tag)", "\"other\", \(tag)", "*", "\(tag.dropLast())-gzip\""] {
      let unchanged = await ask("/api/snapshot", fields: [.ifNoneMatch: known])
      #expect(unchanged.status.code == 304, "\(known)")
      #expect(unchanged.headers[.contentType] == nil)
      #expect(unchanged.headers[.eTag] == tag)
    }
    #expect(await ask("/api/snapshot", fields: [.ifNoneMatch: "\"other\""]).status.code == 200)
  }

  @Test func nothingIsKeptButASnapshotWithItsTag() async throws {
    for path in [
      "/api/slots", "/api/stats/global", "/api/stats/slot-1?group_by=hour", "/api/stats/global?group_by=minute",
      "/api/stats/slot-9", "/api/slots?page=0", "/api/stream", "/metrics", "/healthz", "/readyz", "/elsewhere",
    ] {
      #expect(await ask(path).headers[.cacheControl] == "no-store", "\(path)")
      #expect(await ask(path, .delete).headers[.cacheControl] == "no-store", "\(path)")
    }
    #expect(await ask("/api/slots", token: nil).headers[.cacheControl] == "no-store")
    repository.failNext(with: Breakage())
    #expect(await ask("/api/snapshot").headers[.cacheControl] == "no-store")
    let tag = try #require(await ask("/api/snapshot").headers[.eTag])
    for fields in [HTTPFields(), [.ifNoneMatch: tag]] {
      #expect(await ask("/api/snapshot", fields: fields).headers[.cacheControl] == "no-cache")
    }
  }

  @Test func aStreamAsksProxiesNotToHoldItBack() async throws {
    let name = try #require(HTTPFields.Element.Name("X-Accel-Buffering"))
    #expect(await ask("/api/stream").headers[name] == "no")
    let head = await ask("/api/stream", .head)
    #expect(head.headers[name] == "no")
    #expect(head.headers[.contentLength] == nil)
  }

  @Test func theListOfSlotsComesFromMemory() async throws {
    for _ in 0..<3 { #expect(await ask("/api/slots").status.code == 200) }
    #expect(repository.count(of: .slots) == 1)
  }

  @Test func aStreamHoldsItsPlaceAsLongAsItsAnswerLives() async {
    #expect(await ask("/api/stream", .head).status.code == 200)
    do {
      let first = await ask("/api/stream")
      #expect(first.status.code == 200)
      #expect(await ask("/api/stream").status.code == 503)
      withExtendedLifetime(first) {}
    }
    #expect(await ask("/api/stream").status.code == 200)
  }
}
