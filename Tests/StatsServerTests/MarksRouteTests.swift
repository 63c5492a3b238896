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
  private static let readToken = String(repeating: "r", count: 16)
  private static let writeToken = String(repeating: "w", count: 16)

  private let ledger = MemoryLedger(InMemoryStatsRepository(.init(slots: [Slot(id: "slot-1"), Slot(id: "ü/2")])))
  private let service: CachedStatsService
  private let responder: ServerResponder

  init() throws {
    let clock = ManualClock()
    service = try CachedStatsService(repository: ledger, clock: clock, wallClock: { Sample.now })
    responder = ServerResponder(
      access: AccessRule(try AccessTokens(lines: "read:\(Self.readToken)\nwrite:\(Self.writeToken)")),
      reading: ReadAPI(repository: ledger, service: service, wallClock: { Sample.now }),
      snapshot: SnapshotRoute(service: service, wallClock: { Sample.now }),
      acks: AcksRoute(ledger: ledger, service: service, wallClock: { Sample.now }),
      marks: MarksRoute(ledger: ledger, wallClock: { Sample.now }),
      streams: ChangeStreams(of: service.changes, clock: clock, wallClock: { Sample.now }),
      queue: IntakeQueue(accepted: Sample.accepted), metrics: ServerMetrics(), maxStreams: 1)
  }

  /// Status and body of an answer.
  private func ask(
    _ method: HTTPRequest.Method, _ path: String = "/api/marks", body: String = "", token: String = writeToken,
    type: String? = "application/json", coding: String? = nil
  ) async throws -> (status: Int, body: String, headers: HTTPFields) {
    var fields: HTTPFields = [.authorization: "Bearer \(token)"]
    fields[.contentType] = type
    fields[.contentEncoding] = coding
    let head = HTTPRequest(method: method, scheme: "http", authority: "localhost", path: path, headerFields: fields)
    let request = Request(head: head, body: RequestBody(buffer: ByteBuffer(string: body)))
    let answer = await responder.respond(to: request)
    let writer = Collector()
    try await answer.body.write(writer)
    return (answer.status.code, writer.text, answer.headers)
  }

  /// Gathers what is written.
  private final class Collector: ResponseBodyWriter {
    private(set) var text = ""

    func write(_ buffer: ByteBuffer) async throws { text += String(buffer: buffer) }

    func finish(_ trailingHeaders: HTTPFields?) async throws {}
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
