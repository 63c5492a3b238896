import NIOSSL

/// Certificates of an authority that only these tests know, each for the same key; all but one end in 2119.
///
/// They were made with `openssl ca`; the authority's own key has been thrown away.
enum Certificates {
  /// The path of a certificate: `authority`, `good` (for localhost, 127.0.0.1 and ::1), `expired`, `future` (from 2100),
  /// `other-host` or `self-signed`.
  static func path(_ name: String, from file: String = #filePath) -> String {
    file.prefix(through: file.lastIndex(of: "/") ?? file.startIndex) + "Certificates/\(name).pem"
  }

  /// What a server needs to show this certificate.
  static func server(
    _ name: String, from version: TLSVersion = .tlsv12, to last: TLSVersion? = nil, protocols: [String] = ["http/1.1"]
  ) throws -> NIOSSLContext {
    let chain = try NIOSSLCertificate.fromPEMFile(path(name)).map(NIOSSLCertificateSource.certificate)
    let key = try NIOSSLPrivateKey(file: path("server-key"), format: .pem)
    var configuration = TLSConfiguration.makeServerConfiguration(certificateChain: chain, privateKey: .privateKey(key))
    configuration.minimumTLSVersion = version
    configuration.maximumTLSVersion = last
    configuration.applicationProtocols = protocols
    return try NIOSSLContext(configuration: configuration)
  }
}
