import HTTPTransportTesting
import NIOSSL
import Testing

@testable import HTTPTransport

@Suite struct TLSTests {
  private func failure(
    _ name: String, host: String = "localhost", caFile: String? = Certificates.path("authority"),
    from version: TLSVersion = .tlsv12, to last: TLSVersion? = nil
  ) async throws -> (HTTPFailure?, RawServer) {
    let server = try await RawServer(tls: try Certificates.server(name, from: version, to: last)) { _ in
      [.text(http("200 OK", "{}"))]
    }
    var settings = TransportSettings.patient
    settings.caFile = caFile
    let transport = try HTTPTransport(settings)
    let request = HTTPRequest(server.url(host: host), token: Secret("canary"))
    let result = await outcome(transport, request)
    await transport.shutdown()
    return (result.failure, server)
  }

  @Test(arguments: ["localhost", "127.0.0.1"])
  func anOwnAuthorityIsTrustedWhereItIsNamed(_ host: String) async throws {
    let (failure, server) = try await failure("good", host: host)
    #expect(failure == nil)
    #expect(server.requests.map { $0.header("Authorization") } == ["Bearer canary"])
  }

  private static let unknown = "TLS: certificate signed by an unknown authority; --ca-file names one"

  @Test(arguments: [
    ("expired", "TLS: certificate expired"), ("future", "TLS: certificate is not valid yet"),
    ("other-host", "TLS: certificate is for another host"), ("self-signed", unknown),
  ])
  func aCertificateThatIsNotAcceptedIsExplained(_ name: String, _ cause: String) async throws {
    let (failure, server) = try await failure(name)
    #expect(failure == HTTPFailure(.insecure, cause))
    #expect(server.requests.isEmpty)
  }

  @Test func withoutTheAuthorityNothingIsTrusted() async throws {
    let (failure, server) = try await failure("good", caFile: nil)
    #expect(failure == HTTPFailure(.insecure, Self.unknown))
    #expect(server.requests.isEmpty)
  }

  @Test func anOldVersionIsRefused() async throws {
    let (failure, server) = try await failure("good", from: .tlsv1, to: .tlsv11)
    #expect(failure == HTTPFailure(.insecure, "TLS: the server has no version from 1.2 on"))
    #expect(server.requests.isEmpty)
  }

  @Test(arguments: [
    ([RawServer.Step.text(http("400 Bad Request"))], "TLS: the server does not speak TLS"),
    ([.close], "TLS: connection closed during the handshake"),
  ])
  func aServerWithoutTLSIsNamed(_ steps: [RawServer.Step], _ cause: String) async throws {
    let server = try await RawServer(isEager: true) { _ in steps }
    var url = server.url()
    url.isEncrypted = true
    let transport = try HTTPTransport(.patient)
    #expect(await outcome(transport, HTTPRequest(url)).failure == HTTPFailure(.insecure, cause))
    await transport.shutdown()
  }

  @Test func aHandshakeThatHangsEndsInTime() async throws {
    let server = try await RawServer(isEager: true) { _ in [] }
    var url = server.url()
    url.isEncrypted = true
    var settings = TransportSettings.patient
    settings.connectTimeout = .milliseconds(300)
    let transport = try HTTPTransport(settings)
    let cause = "no connection to 127.0.0.1:\(server.port) within 0.3 s"
    #expect(await outcome(transport, HTTPRequest(url)).failure == HTTPFailure(.unreachable, cause))
    await transport.shutdown()
  }

  @Test func aFileOfCertificatesThatCannotBeUsedIsToldBeforeAnyRequest() throws {
    let key = Certificates.path("server-key")
    for (path, cause) in [
      ("/nothing/here.pem", "CA file \"/nothing/here.pem\" does not exist"),
      ("/dev/null", "CA file \"/dev/null\" is no regular file"),
      (key, "CA file \"\(key)\" holds no certificate; PEM text is expected"),
    ] {
      var settings = TransportSettings.patient
      settings.caFile = path
      #expect(throws: HTTPFailure(.insecure, cause)) { try HTTPTransport(settings) }
    }
  }
}
