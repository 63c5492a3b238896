import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix

/// Sends requests and brings their answers, within limits. Shared by every remote source.
package final class HTTPTransport: Sendable {
  private let client: HTTPClient
  private let settings: TransportSettings

  /// A transport with nothing connected yet.
  package init(_ settings: TransportSettings) throws(HTTPFailure) {
    self.settings = settings
    client = HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton)
  }

  /// The answer to `request`.
  /// - Throws: `HTTPFailure`.
  package func answer(to request: HTTPRequest) async throws(HTTPFailure) -> HTTPAnswer {
    do {
      let url = request.url
      var outgoing = HTTPClientRequest(
        url: "\(url.isEncrypted ? "https" : "http")://\(url.host):\(url.port)\(url.path)"
          + (url.query.map { "?" + $0 } ?? ""))
      if let token = request.token { outgoing.headers.add(name: "Authorization", value: "Bearer \(token.unredacted)") }
      if let json = request.json {
        outgoing.method = .POST
        outgoing.headers.add(name: "Content-Type", value: "application/json")
        outgoing.body = .bytes(json)
      }
      if let etag = request.validators?.etag { outgoing.headers.add(name: "If-None-Match", value: etag) }
      let answer = try await client.execute(outgoing, timeout: .seconds(10))
      if answer.status == .notModified {
        return HTTPAnswer(body: [], isUnchanged: true, validators: request.validators, date: nil)
      }
      let body = try await answer.body.collect(upTo: settings.maxBodyBytes)
      guard (200..<300).contains(Int(answer.status.code)) else {
        throw HTTPFailure(.status(Int(answer.status.code)), "\(answer.status.code) from \(request.url.path)")
      }
      let validators = HTTPValidators(etag: answer.headers.first(name: "ETag"))
      return HTTPAnswer(body: Array(body.readableBytesView), isUnchanged: false, validators: validators, date: nil)
    } catch let failure as HTTPFailure {
      throw failure
    } catch {
      throw HTTPFailure(.unreachable, "\(error)")
    }
  }

  /// Ends every connection.
  package func shutdown() async { try? await client.shutdown() }
}
