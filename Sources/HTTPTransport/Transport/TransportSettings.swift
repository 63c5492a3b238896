import AsyncHTTPClient
import NIOCore
import NIOSSL

/// How far a request may go, and whom it trusts.
package struct TransportSettings: Hashable, Sendable {
  /// Until the connection stands: finding the name, connecting and TLS.
  package var connectTimeout: Duration = .seconds(2)
  /// From the sent request to the first byte of the answer.
  package var firstByteTimeout: Duration = .seconds(5)
  /// The whole request with its answer, and with the redirects that are followed.
  package var totalTimeout: Duration = .seconds(10)
  /// The most bytes of a body, decoded.
  package var maxBodyBytes = 8 << 20
  /// How many redirects are followed, 0…3.
  package var maxRedirects = 0
  /// A PEM file of certificates that are trusted instead of the system's.
  package var caFile: String?
  /// Which requests go through which proxy.
  package var proxies = ProxyRule()

  /// The defaults.
  package init() {}
}

extension TransportSettings {
  /// How many connections one origin may have; more than anybody asks at once, so that none waits for another.
  private static let maxConnections = 16
  /// All authorities of the world fit well into it.
  private static let maxCABytes = 4 << 20
  /// Longer than the longest interval, so that a connection serves more than once.
  private static let idleTimeout = TimeAmount.seconds(330)

  /// The same for the client.
  /// - Throws: `HTTPFailure` where the file of certificates cannot be used.
  func clientConfiguration() throws(HTTPFailure) -> HTTPClient.Configuration {
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.minimumTLSVersion = .tlsv12
    tls.certificateVerification = .fullVerification
    if let caFile { tls.trustRoots = .certificates(try Self.certificates(in: caFile)) }
    var configuration = HTTPClient.Configuration(
      tlsConfiguration: tls, redirectConfiguration: .disallow, timeout: .init(connect: connectTimeout.timeAmount),
      decompression: .disabled)
    configuration.connectionPool.idleTimeout = Self.idleTimeout
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = Self.maxConnections
    // A refusal is told at once; whoever asks decides when to ask again.
    configuration.connectionPool.retryConnectionEstablishment = false
    return configuration
  }

  private static func certificates(in path: String) throws(HTTPFailure) -> [NIOSSLCertificate] {
    let file: SmallFile
    do {
      file = try SmallFile(path: path, maxBytes: maxCABytes)
    } catch {
      throw HTTPFailure(.insecure, "CA file \"\(path)\" \(error.words)")
    }
    guard let certificates = try? NIOSSLCertificate.fromPEMBytes(file.bytes), !certificates.isEmpty else {
      throw HTTPFailure(.insecure, "CA file \"\(path)\" holds no certificate; PEM text is expected")
    }
    return certificates
  }
}
