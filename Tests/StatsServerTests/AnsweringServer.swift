import Foundation
import Hummingbird
import HummingbirdCore
import NIOCore
import SlotStats
import SlotStatsTesting

@testable import StatsServer

/// A server without connections: requests in, answers out.
struct AnsweringServer {
  static let readToken = String(repeating: "r", count: 16)
  static let writeToken = String(repeating: "w", count: 16)

  let service: CachedStatsService
  let responder: ServerResponder

  /// A server of what `ledger` holds, at ``Sample/now``.
  init(_ ledger: MemoryLedger) throws {
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

  /// Status, body and headers of an answer.
  func ask(
    _ method: HTTPRequest.Method, _ path: String, body: String = "", token: String = writeToken,
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
}
