import Foundation
import HTTPTransport
import HTTPTransportTesting
import SlotStats
import StatsFormats
import Testing

@testable import RemoteSources

/// Marks and descriptions that a server keeps.
@Suite struct RemoteMarksTests {
  private static let mark = Mark(id: 3, at: tuesday, text: "api 1.4", by: "ann")

  /// Runs `body` with a server that answers each request so.
  private func with(
    _ answer: @escaping @Sendable (RawServer.Request) -> String,
    _ body: (RemoteMarks, RemoteSlotDescriptions, RawServer) async throws -> Void
  ) async throws {
    let server = try await RawServer { [.text(answer($0))] }
    let transport = try HTTPTransport(.patient)
    let access = AccessToken(.token(Secret("write-1")), transport: transport, login: server.url())
    try await body(
      RemoteMarks(
        base: server.url("/base/"), name: "prod", access: access, transport: transport, uptime: { .zero }),
      RemoteSlotDescriptions(base: server.url("/base/"), name: "prod", access: access, transport: transport), server)
    await transport.shutdown()
    await server.close()
  }

  @Test func readsPostsAndDeletes() async throws {
    try await with { request in
      switch request.method {
      case "GET": http("200 OK", String(decoding: MarkDocument.bytes(of: [Self.mark], lastID: 5), as: UTF8.self))
      case "DELETE": http("200 OK", #"{"removed":true}"#)
      default: http("200 OK", #"{"id":6,"at":"2026-11-24T00:00:00Z","text":"x","by":""}"#)
      }
    } _: { marks, _, server in
      let book = try await marks.marks()
      #expect(book?.marks == [Self.mark])
      let made = try await marks.add(Mark(at: tuesday, text: "x"), now: tuesday)
      #expect(made.id == 6)
      #expect(try await marks.removeMark(6))
      #expect(
        server.requests.map { "\($0.method) \($0.target)" }
          == ["GET /base/api/marks", "POST /base/api/marks", "DELETE /base/api/marks?id=6"])
    }
  }

  @Test(arguments: ["403 Forbidden", "404 Not Found", "405 Method Not Allowed", "200 OK"])
  func aPanelWithoutMarksIsAskedOnce(_ status: String) async throws {
    try await with { _ in
      http(status, #"{"marks":[]}"#)
    } _: { marks, _, server in
      for _ in 0..<2 {
        let book = try await marks.marks()
        #expect(book == nil)
      }
      #expect(server.requests.count == 1)
    }
  }

  @Test func putsADescription() async throws {
    try await with { request in
      request.target.hasSuffix("gone") ? http("404 Not Found", "{}") : http("200 OK", "{}")
    } _: { _, slots, server in
      try await slots.describe("ü/2", as: SlotDescription(name: "A", link: ""))
      let request = try #require(server.requests.first)
      #expect((request.method, request.target) == ("PUT", "/base/api/slots/%C3%BC%2F2"))
      #expect(request.body == #"{"name":"A","link":""}"#)
      let error = await #expect(throws: StatsSourceError.self) {
        try await slots.describe("gone", as: SlotDescription(name: "A"))
      }
      #expect(error?.kind == .noSuchSlot)
    }
  }
}
