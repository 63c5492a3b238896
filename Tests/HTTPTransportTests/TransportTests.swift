import Foundation
import HTTPTransportTesting
import Testing

@testable import HTTPTransport

@Suite struct TransportTests {
  @Test func aGoodAnswerComesWhole() async throws {
    let server = try await RawServer { _ in
      [
        .text(
          http(
            "200 OK", "{}", headers: "ETag: \"a\"", "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT",
            "Date: Mon, 23 Nov 2026 14:32:05 GMT", "Age: 5", "Content-Type: Application/JSON; charset=utf-8"))
      ]
    }
    let transport = try HTTPTransport(.patient)
    let answer = try await transport.answer(to: HTTPRequest(server.url("/a%2Fb/c?d=e%20f&g=%26")))
    #expect(answer.body == Array("{}".utf8))
    #expect(!answer.isUnchanged)
    #expect(
      answer.validators == HTTPValidators(etag: "\"a\"", lastModified: "Sun, 06 Nov 1994 08:49:37 GMT"))
    #expect(answer.date?.timeIntervalSince1970 == 1_795_444_325)
    #expect(answer.age == 5)
    #expect(answer.contentType == "application/json")
    let request = try #require(server.requests.first)
    #expect(request.target == "/a%2Fb/c?d=e%20f&g=%26")
    #expect(request.header("Accept-Encoding") == "gzip")
    #expect(request.header("Authorization") == nil)
    await transport.shutdown()
  }

  @Test func aConnectionServesMoreThanOnce() async throws {
    let server = try await RawServer { request in [.text(http("200 OK", "\(request.connection)"))] }
    let transport = try HTTPTransport(.patient)
    for _ in 0..<5 { #expect(await outcome(transport, HTTPRequest(server.url())) == .success("0")) }
    #expect(server.requests.count == 5)
    await transport.shutdown()
  }

  @Test func bracketsOfAnIPv6AddressAreNoPartOfIt() async throws {
    let transport = try HTTPTransport(.patient)
    let url = RemoteURL(isEncrypted: false, host: "::1", port: 1)
    let result = await outcome(transport, HTTPRequest(url))
    #expect(throws: HTTPFailure(.unreachable, "connection refused by [::1]:1")) { try result.get() }
    await transport.shutdown()
  }
}
