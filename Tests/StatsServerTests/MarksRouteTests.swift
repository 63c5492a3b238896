import Foundation
import Hummingbird
import HummingbirdCore
import NIOCore
import SlotStats
import SlotStatsTesting
import StatsFormats
import Testing

@testable import StatsServer

/// `/api/marks`, without a connection.
@Suite struct MarksRouteTests {
  private static let readToken = AnsweringServer.readToken

  private let ledger = MemoryLedger(InMemoryStatsRepository(.init(slots: [Slot(id: "slot-1"), Slot(id: "ü/2")])))
  private let server: AnsweringServer

  init() throws { server = try AnsweringServer(ledger) }

  private func ask(
    _ method: HTTPRequest.Method, _ path: String = "/api/marks", body: String = "",
    token: String = AnsweringServer.writeToken, type: String? = "application/json", coding: String? = nil
  ) async throws -> (status: Int, body: String, headers: HTTPFields) {
    try await server.ask(method, path, body: body, token: token, type: type, coding: coding)
  }

  @Test func keepsListsAndTakesAway() async throws {
    #expect(try await ask(.get).body == "{\"schema\":\"slotwatch.marks/1\",\"last_id\":0,\"marks\":[]}\n")
    let now = RFC3339.format(Sample.now)
    let made = try await ask(.post, body: #"{"text":"api 1.4","by":"ann"}"#)
    #expect((made.status, made.body) == (200, #"{"id":1,"at":"\#(now)","text":"api 1.4","by":"ann"}"#))
    let before = RFC3339.format(Sample.now - 60)
    #expect(try await ask(.post, body: #"{"text":"api 1.3","at":"\#(before)"}"#).status == 200)
    #expect(try await ask(.get, token: Self.readToken).body.contains(#""text":"api 1.3","by":""},{"id":1"#))
    #expect(try await ask(.get, "/api/marks?from=\(now)").body.contains("1.3") == false)
    #expect(try await ask(.get, "/api/marks?to=\(now)").body.contains("1.4") == false)
    #expect(try await ask(.delete, "/api/marks?id=1").body == #"{"removed":true}"#)
    #expect(try await ask(.delete, "/api/marks?id=1").body == #"{"removed":false}"#)
  }

  @Test func refusesWhatIsNoMark() async throws {
    let far = RFC3339.format(Sample.now + 2 * 86_400)
    let old = RFC3339.format(Sample.now - 91 * 86_400)
    for body in [
      "", "{}", #"{"text":""}"#, #"{"text":"\#(String(repeating: "x", count: 201))"}"#, #"{"text":"a","at":"\#(far)"}"#,
      #"{"text":"a","at":"\#(old)"}"#, #"{"text":"a","at":7}"#,
    ] {
      #expect(try await ask(.post, body: body).status == 400)
    }
    #expect(try await ask(.post, body: #"{"text":"a"}"#, token: Self.readToken).status == 403)
    #expect(try await ask(.post, body: #"{"text":"a"}"#, type: "text/plain").status == 415)
    #expect(try await ask(.post, body: String(repeating: " ", count: 20_000)).status == 413)
    for query in ["", "?id=0", "?id=x"] { #expect(try await ask(.delete, "/api/marks" + query).status == 400) }
    #expect(try await ask(.get, "/api/marks?from=yesterday").status == 400)
    #expect(try await ask(.delete, "/api/marks?id=1", token: Self.readToken).status == 403)
  }
}
