import HTTPTransportTesting
import Testing

@testable import HTTPTransport

/// Servers that never stop sending; nothing that they send may pile up.
@Suite(.serialized) struct FloodTests {
  /// What this flood comes to, and how many bytes of it were taken.
  private func flood(
    _ steps: [RawServer.Step], totalTimeout: Duration = .seconds(10)
  ) async throws -> (failure: HTTPFailure?, sent: Int) {
    let server = try await RawServer { _ in steps }
    let failure = try await failure(from: server) { $0.totalTimeout = totalTimeout }
    return (failure, server.sentBytes)
  }

  /// What the system holds between two sockets comes on top of what is read.
  private static let socketBuffers = 8 << 20

  @Test func endlessHeadersEndSoon() async throws {
    let line = Array("X-Header: \(String(repeating: "x", count: 4000))\r\n".utf8)
    let flood = try await flood([.text("HTTP/1.1 200 OK\r\n"), .forever(line)])
    #expect(flood.failure == HTTPFailure(.refused, "the headers of the answer are too large"))
    #expect(flood.sent < 2 << 20 + Self.socketBuffers)
  }

  @Test func anEndlessHeaderEndsSoon() async throws {
    let flood = try await flood([.text("HTTP/1.1 200 OK\r\nX: "), .forever(Array(repeating: 0x78, count: 4000))])
    #expect(flood.failure == HTTPFailure(.refused, "the headers of the answer are too large"))
    #expect(flood.sent < 1 << 20 + Self.socketBuffers)
  }

  @Test(arguments: ["HTTP/1.1 200 ", "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"])
  func whatSaysNothingEndsInTime(_ part: String) async throws {
    // The first is a status line that never ends, the second an interim answer again and again.
    let isLine = !part.hasSuffix("\r\n")
    let more = isLine ? String(repeating: "x", count: 64 << 10) : String(repeating: part, count: 100)
    let flood = try await flood([.text(part), .forever(Array(more.utf8))], totalTimeout: .milliseconds(500))
    #expect(flood.failure == HTTPFailure(.unreachable, "no answer from 127.0.0.1 within 0.5 s"))
  }

  @Test func aGzipBombIsRefused() async throws {
    let bomb = gzip([UInt8](repeating: 0, count: 64 << 20))
    let flood = try await flood([
      .text("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(bomb.count)\r\n\r\n"), .send(bomb),
    ])
    #expect(flood.failure == HTTPFailure(.refused, "gzip of more than 100 to 1"))
  }

  @Test func emptyGzipWithoutEndIsRefused() async throws {
    let flood = try await flood([
      .text("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"),
      .forever(Array((0..<2000).flatMap { _ in gzip([]) })),
    ])
    #expect(flood.failure == HTTPFailure(.refused, "the answer has more than 8 MiB"))
    #expect(flood.sent < 8 << 20 + Self.socketBuffers)
  }
}

@Suite struct BodyCollectorTests {
  /// The failure of a collector that gets these bytes, and how much it holds then.
  private func failure(_ bytes: [UInt8], isGzip: Bool, maxBytes: Int) throws -> (HTTPFailure?, held: Int) {
    var collector = try BodyCollector(maxBytes: maxBytes, isGzip: isGzip)
    let result = bytes.withUnsafeBytes { bytes in
      Result { () throws(HTTPFailure) in try collector.add(bytes) }
    }
    return (result.failure, collector.bytes.count)
  }

  @Test func holdsNoMoreThanIsAllowed() throws {
    let bytes = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 7919 >> 3) }
    for isGzip in [false, true] {
      let sent = isGzip ? gzip(bytes) : bytes
      let (none, held) = try failure(sent, isGzip: isGzip, maxBytes: 5000)
      #expect(none == nil)
      #expect(held == 5000)
      let (tooLarge, less) = try failure(sent, isGzip: isGzip, maxBytes: 4999)
      #expect(tooLarge == HTTPFailure(.refused, "the answer has more than 4999 bytes"))
      #expect(less < 5000)
    }
  }

  @Test func theRatioCountsFromAMebibyteOn() throws {
    let (none, held) = try failure(gzip([UInt8](repeating: 0, count: 1 << 20)), isGzip: true, maxBytes: 8 << 20)
    #expect(none == nil)
    #expect(held == 1 << 20)
    let (bomb, some) = try failure(gzip([UInt8](repeating: 0, count: 8 << 20)), isGzip: true, maxBytes: 8 << 20)
    #expect(bomb == HTTPFailure(.refused, "gzip of more than 100 to 1"))
    #expect(some < 2 << 20)
  }
}
