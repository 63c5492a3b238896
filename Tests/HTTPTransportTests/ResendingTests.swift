import AsyncHTTPClient
import HTTPTransportTesting
import NIOCore
import Testing

@testable import HTTPTransport

/// What is sent once more, and what is not.
@Suite struct ResendingTests {
  private typealias Rest = Resending.Rest

  private func transport() throws -> HTTPTransport {
    var settings = TransportSettings.patient
    settings.caFile = Certificates.path("authority")
    return try HTTPTransport(settings)
  }

  private func url(_ server: RawHTTP2Server) -> RemoteURL {
    RemoteURL(isEncrypted: true, host: "localhost", port: server.port, path: "/x")
  }

  // MARK: The rule

  @Test func anErrorTellsWhatWasDoneByItsPhase() {
    let closings: [any Error] = [ChannelError.ioOnClosedChannel, HTTPClientError.remoteConnectionClosed]
    for error in closings {
      #expect(Rest(after: error, phase: .connecting) == .unsent)
      #expect(Rest(after: error, phase: .waiting) == .unanswered)
      #expect(Rest(after: error, phase: .reading) == .other)
    }
    #expect(Rest(after: HTTPClientError.cancelled, phase: .connecting) == .untouched)
    #expect(Rest(after: HTTPFailure(.unreachable, "late"), phase: .waiting) == .other)
    #expect(Rest(after: ChannelError.connectTimeout(.seconds(1)), phase: .connecting) == .other)
  }

  @Test(
    arguments: [
      (Rest.untouched, false, [true, true, true, false], [true, true, true, false]),
      (.dropped, false, [true, true, true, false], [false]), (.unsent, false, [false], [false]),
      (.unsent, true, [true, false], [true, false]),
      (.unanswered, true, [true, false], [false]), (.unanswered, false, [false], [false]),
      (.other, true, [false], [false]),
    ] as [(Resending.Rest, Bool, [Bool], [Bool])])
  func aRequestIsSentAgainAFewTimesAtMost(
    _ rest: Resending.Rest, mayBeStale: Bool, ofARepeatable: [Bool], ofALogIn: [Bool]
  ) {
    for (isRepeatable, wanted) in [(true, ofARepeatable), (false, ofALogIn)] {
      var resending = Resending(isRepeatable: isRepeatable)
      #expect(wanted.map { _ in resending.allows(rest, mayBeStale: mayBeStale) } == wanted)
    }
  }

  // MARK: Connections that end

  @Test(arguments: [nil, Array("{}".utf8)] as [[UInt8]?])
  func requestsThatAConnectionLeavesUndoneAreSentAgain(json: [UInt8]?) async throws {
    // As nginx does after so many requests: it names the last one that it serves, and drops what came after it.
    let server = try await RawHTTP2Server(tls: try Certificates.server("good", protocols: ["h2"])) { request in
      switch request.number {
      case ..<5: [.answer("\(request.number)")]
      case 5: [.answer("5"), .leave(after: request.stream)]
      default: []
      }
    }
    let transport = try transport()
    let url = url(server)
    for _ in 0..<10 {
      let outcomes = await withTaskGroup(of: HTTPFailure?.self) { group in
        for _ in 0..<8 { group.addTask { await outcome(transport, HTTPRequest(url, json: json)).failure } }
        return await group.reduce(into: [HTTPFailure?]()) { $0.append($1) }
      }
      #expect(outcomes == Array(repeating: nil, count: 8))
    }
    #expect(server.requests.contains { $0.connection > 0 })
    await server.end()
    await transport.shutdown()
  }

  @Test func aRefusedStreamIsAskedForAgainAlsoWithABody() async throws {
    let server = try await RawHTTP2Server(tls: try Certificates.server("good", protocols: ["h2"])) { request in
      request.number == 1 ? [.refuse] : [.answer("done")]
    }
    let transport = try transport()
    let request = HTTPRequest(url(server), json: Array("{}".utf8))
    #expect(await outcome(transport, request) == .success("done"))
    #expect(server.requests.map(\.number) == [1, 2])
    await server.end()
    await transport.shutdown()
  }

  @Test func aServerThatRefusesEverythingIsAskedAFewTimes() async throws {
    let server = try await RawHTTP2Server(tls: try Certificates.server("good", protocols: ["h2"])) { _ in [.refuse] }
    let transport = try transport()
    let failure = await outcome(transport, HTTPRequest(url(server))).failure
    #expect(failure == HTTPFailure(.unreachable, "connection broken without an answer"))
    #expect(server.requests.count == 4)
    await server.end()
    await transport.shutdown()
  }

  @Test func aConnectionThatIsClosedAfterEveryAnswerIsNoFailure() async throws {
    let server = try await RawServer { _ in [.text(http("200 OK", "{}")), .close] }
    let transport = try transport()
    for _ in 0..<300 { #expect(await outcome(transport, HTTPRequest(server.url())) == .success("{}")) }
    await transport.shutdown()
  }

  @Test func whatTheClientGivesUpIsToldInWords() {
    let words = ConnectionWords(url: RemoteURL(isEncrypted: true, host: "h", port: 443), connectTimeout: .seconds(1))
    let failure = words.failure(HTTPClientError.cancelled, phase: .connecting)
    #expect(failure == HTTPFailure(.unreachable, "connection closed by h:443"))
  }
}
