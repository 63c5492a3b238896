import Foundation
import Hummingbird
import HummingbirdCore
import NIOCore
import SlotStats
import SlotStatsTesting
import StatsFormats
import Testing

@testable import StatsServer

/// `/api/acks`, without a connection.
@Suite struct AcksRouteTests {
  private static let readToken = AnsweringServer.readToken

  private let ledger = MemoryLedger(InMemoryStatsRepository(.init(slots: [Slot(id: "slot-1"), Slot(id: "ü/2")])))
  private let server: AnsweringServer

  init() throws { server = try AnsweringServer(ledger) }

  private func ask(
    _ method: HTTPRequest.Method, _ path: String = "/api/acks", body: String = "",
    token: String = AnsweringServer.writeToken, type: String? = "application/json", coding: String? = nil
  ) async throws -> (status: Int, body: String, headers: HTTPFields) {
    try await server.ask(method, path, body: body, token: token, type: type, coding: coding)
  }

  private static func entry(
    slot: String = "\"slot-1\"", note: String = "known", until: String = "null", more: String = ""
  ) -> String {
    #"{"slot":\#(slot),"note":"\#(note)","by":"ann","until":\#(until),"state":"critical","high":0.25,"kind":"timeouts"\#(more)}"#
  }

  @Test func keepsListsAndTakesBack() async throws {
    #expect(try await ask(.get).body == "{\"schema\":\"slotwatch.acks/1\",\"acks\":[]}\n")
    let made = try await ask(.post, body: Self.entry(until: "\"\(RFC3339.format(Sample.now + 3_600))\""))
    let now = RFC3339.format(Sample.now)
    #expect(made.status == 200)
    #expect(
      made.body == """
        {"slot":"slot-1","note":"known","by":"ann","at":"\(now)","until":"\(RFC3339.format(Sample.now + 3_600))",\
        "state":"critical","high":0.25,"kind":"timeouts"}
        """)
    #expect(try await ask(.post, body: Self.entry(slot: "null")).status == 200)
    #expect(try await ask(.post, body: Self.entry(slot: "\"ü/2\"")).status == 200)
    let listed = try AcknowledgementDocument.book(parsing: Array(try await ask(.get, token: Self.readToken).body.utf8))
    #expect(listed.all.map(\.slotID) == [nil, "slot-1", "ü/2"])
    #expect(try await ask(.delete, "/api/acks?slot=%C3%BC%2F2").body == #"{"withdrawn":true}"#)
    #expect(try await ask(.delete, "/api/acks?slot=gone").body == #"{"withdrawn":false}"#)
    #expect(try await ask(.delete, "/api/acks?all=1").body == #"{"withdrawn":true}"#)
    #expect(try await ledger.acknowledgements()?.all.map(\.slotID) == ["slot-1"])
  }

  @Test func aNoteIsKeptAsItIsAndEscaped() async throws {
    let made = try await ask(.post, body: Self.entry(note: #"\u001b[31m\n\ud83d\ude00"#))
    #expect(made.body.contains(#""note":"\u001b[31m\n😀""#), "\(made.body)")
    #expect(try await ledger.acknowledgements()?["slot-1"]?.note == "\u{1B}[31m\n😀")
  }

  @Test func theClockHereSaysWhenItWasMadeAndNothingWasSeenOfIt() async throws {
    let more = #","at":"2001-01-01T00:00:00Z","seen":"recovered","window":"hour""#
    #expect(try await ask(.post, body: Self.entry(more: more)).status == 200)
    let kept = try await ledger.acknowledgements()?["slot-1"]
    #expect((kept?.at, kept?.seen, kept?.window) == (Sample.now, nil, .hour))
  }

  @Test func onlyAWriterChangesThem() async throws {
    #expect(try await ask(.post, body: Self.entry(), token: Self.readToken).status == 403)
    #expect(try await ask(.delete, "/api/acks?all=1", token: Self.readToken).status == 403)
    #expect(try await ask(.get, token: "unknown").status == 401)
    #expect(try await ledger.acknowledgements()?.isEmpty == true)
    #expect(try await ask(.put).headers[.allow] == "DELETE, GET, HEAD, POST")
  }

  @Test(arguments: [
    ("", "byte 0 is the end; the document is empty"), ("{\"slot\":", "byte 8 is the end"),
    (entry(slot: "\"\""), "$.slot is"), (entry(note: String(repeating: "x", count: 501)), "$.note has 501 characters"),
    (entry(until: "\"2001-01-01T00:00:00Z\""), "until is over already"),
    (entry(until: "\"2999-01-01T00:00:00Z\""), "until is more than 366 days away"),
    (entry(more: ",\"state\":\"ok\""), "$.state is given twice"),
    ("[\(entry())]", "$ is a list; an object is expected"),
  ])
  func refusesWhatIsNone(body: String, cause: String) async throws {
    let answer = try await ask(.post, body: body)
    #expect(answer.status == 400)
    let message = answer.body.replacing("\\\"", with: "\"")
    #expect(message.contains(cause), "\(answer.body)")
    #expect(try await ledger.acknowledgements()?.isEmpty == true)
  }

  @Test func refusesOtherBodiesAndTargets() async throws {
    #expect(try await ask(.post, body: Self.entry(), type: "text/plain").status == 415)
    #expect(try await ask(.post, body: Self.entry(), type: nil).headers[.accept] == "application/json")
    #expect(try await ask(.post, body: Self.entry(), coding: "gzip").status == 415)
    #expect(try await ask(.post, body: Self.entry(), type: "Application/JSON; charset=utf-8").status == 200)
    #expect(try await ask(.post, body: String(repeating: " ", count: 65 << 10)).status == 413)
    #expect(try await ask(.post, body: Self.entry(slot: "\"slot-9\"")).status == 404)
    for query in ["", "?slot=", "?all=0", "?all=1&slot=slot-1", "?slot=%FF"] {
      #expect(try await ask(.delete, "/api/acks" + query).status == 400, "\(query)")
    }
  }

  @Test func aStoreThatFailsIsTriedAgainLater() async throws {
    ledger.fail(with: StatsSourceError(.inputOutput, action: "Cannot read", cause: "it is locked"))
    #expect(try await ask(.get).status == 503)
    #expect(try await ask(.post, body: Self.entry()).status == 503)
    ledger.fail(with: nil)
    #expect(try await ask(.get).status == 200)
  }

  @Test func whoListensIsToldOfOneOfAllSlotsTogether() async throws {
    var changes = server.service.changes.changes().makeAsyncIterator()
    #expect(try await ask(.post, body: Self.entry(slot: "null")).status == 200)
    let change = await changes.next()
    #expect(change != nil && change?.slots == nil)
  }
}
