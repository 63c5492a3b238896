import AsyncHTTPClient
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// What a failure of the connection is called: each error of the client and of the system in words, once.
///
/// Descriptions of errors are not passed on: some hold the headers that were to be sent.
struct ConnectionWords {
  var url: RemoteURL
  /// What the connection goes through; `nil` where it goes straight to the server.
  var proxy: ProxyServer?
  var connectTimeout: Duration

  /// The failure that an error in this phase amounts to; it names the proxy where there is one, which may be to blame.
  func failure(_ error: any Error, phase: IncomingResponse.Phase) -> HTTPFailure {
    var failure = ofTheConnection(error, phase: phase)
    guard let proxy, [.unreachable, .insecure].contains(failure.kind), !failure.cause.contains(proxy.display) else {
      return failure
    }
    failure.cause += " through \(proxy.display)"
    return failure
  }

  private func ofTheConnection(_ error: any Error, phase: IncomingResponse.Phase) -> HTTPFailure {
    switch error {
    case let failure as HTTPFailure: failure
    case let error as NIOConnectionError: connectionFailure(error)
    case let error as IOError: systemFailure(error.errnoCode, phase: phase)
    case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
      HTTPFailure(phase == .connecting ? .insecure : .unreachable, tlsCause(error, phase: phase))
    case let error as HTTPParserError: parserFailure(error)
    case let error as HTTPClientError: clientFailure(error, phase: phase)
    case ChannelError.connectTimeout: HTTPFailure(.unreachable, noConnection)
    case is ChannelError: HTTPFailure(.unreachable, closed("closed", phase: phase))
    default:
      HTTPFailure(
        .unreachable, phase == .connecting ? "no connection to \(url.hostAndPort)" : closed("broken", phase: phase))
    }
  }

  /// Whether the connection was ended by the other side.
  static func isClosing(_ error: any Error) -> Bool {
    switch error {
    case let error as HTTPClientError: error == .remoteConnectionClosed
    case let error as IOError: [ECONNRESET, EPIPE].contains(error.errnoCode)
    case let error as HTTPParserError: error == .invalidEOFState
    case let error as NIOSSLError: error == .uncleanShutdown
    case ChannelError.connectTimeout: false
    case is ChannelError: true
    default: false
    }
  }

  /// Whether the server did not take the request: its stream was refused, or begun after the connection's end was told.
  /// The errors of HTTP/2 are known by their text, since their types are not to be had here.
  static func isRefusal(_ error: any Error) -> Bool {
    let type = "\(type(of: error))"
    return type == "CreatedStreamAfterGoaway" || type == "StreamClosed" && "\(error)".contains("Refused Stream")
  }

  /// Whether a stream ended without an answer because the connection takes no more: the same as one that the server
  /// gave up, which is not to be told from it.
  static func isDropped(_ error: any Error) -> Bool {
    "\(type(of: error))" == "StreamClosed" && "\(error)".contains("0x8 Cancel>")
  }

  /// Whether the certificate was not accepted for a reason that the error does not tell.
  static func isDistrust(_ error: any Error) -> Bool {
    switch error {
    case NIOSSLError.unableToValidateCertificate, NIOSSLError.noCertificateToValidate: true
    case NIOSSLError.handshakeFailed(let reason): "\(reason)".contains("CERTIFICATE_VERIFY_FAILED")
    default: false
    }
  }

  /// Who is connected to.
  private var peer: String { proxy?.display ?? url.hostAndPort }
  private var noConnection: String { "no connection to \(peer) within \(connectTimeout.words)" }

  private func connectionFailure(_ error: NIOConnectionError) -> HTTPFailure {
    guard let first = error.connectionErrors.first?.error else {
      let wanted = proxy.map { "\($0.display): no host \"\($0.host)\"" } ?? "no host \"\(url.host)\""
      return HTTPFailure(.unreachable, "\(wanted) (DNS)")
    }
    return failure(first, phase: .connecting)
  }

  private func systemFailure(_ code: CInt, phase: IncomingResponse.Phase) -> HTTPFailure {
    let cause =
      switch (code, phase) {
      case (ECONNREFUSED, _): "connection refused by \(peer)"
      case (ENETUNREACH, .connecting), (EHOSTUNREACH, .connecting): "no route to \(peer)"
      case (ETIMEDOUT, .connecting): noConnection
      case (ECONNRESET, .connecting), (EPIPE, .connecting): "connection reset by \(peer)"
      case (ECONNRESET, _), (EPIPE, _): closed("reset", phase: phase)
      case (EMFILE, _), (ENFILE, _): "too many open files"
      case (_, .connecting): "no connection to \(peer) (\(String(cString: strerror(code))))"
      default: closed("broken", phase: phase)
      }
    return HTTPFailure(.unreachable, cause)
  }

  private func clientFailure(_ error: HTTPClientError, phase: IncomingResponse.Phase) -> HTTPFailure {
    switch error {
    case .connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout: HTTPFailure(.unreachable, noConnection)
    case .remoteConnectionClosed: HTTPFailure(.unreachable, closed("closed", phase: phase))
    // Nobody gave it up: the connection that it was given to was about to end. Later it is the client that ends.
    case .cancelled where phase == .connecting: HTTPFailure(.unreachable, closed("closed", phase: phase))
    case .cancelled, .alreadyShutdown: .cancelled
    case .proxyAuthenticationRequired: HTTPFailure(.unreachable, "\(peer) wants a user and a password, or others")
    case .invalidProxyResponse: HTTPFailure(.unreachable, "\(peer) does not connect to \(url.hostAndPort)")
    case .httpProxyHandshakeTimeout, .socksHandshakeTimeout: HTTPFailure(.unreachable, "no answer from \(peer) in time")
    default: HTTPFailure(.unreachable, "the request failed (\(error.shortDescription))")
    }
  }

  private func parserFailure(_ error: HTTPParserError) -> HTTPFailure {
    switch error {
    case .invalidEOFState: HTTPFailure(.unreachable, closed("closed", phase: .reading))
    case .headerOverflow: HTTPFailure(.refused, "the headers of the answer are too large")
    default: HTTPFailure(.unreachable, "the answer is no HTTP")
    }
  }

  private func closed(_ word: String, phase: IncomingResponse.Phase) -> String {
    switch phase {
    case .connecting: "connection \(word) by \(url.hostAndPort)"
    case .waiting: "connection \(word) without an answer"
    case .reading: "connection \(word) in the middle of the answer"
    }
  }

  private func tlsCause(_ error: any Error, phase: IncomingResponse.Phase) -> String {
    guard phase == .connecting else { return closed("closed", phase: phase) }
    let text = "\(error)"
    let causes = [
      ("CERTIFICATE_VERIFY_FAILED", "TLS: certificate not accepted"),
      ("failedToValidateHostname", "TLS: certificate is for another host"),
      ("WRONG_VERSION_NUMBER", "TLS: the server does not speak TLS"),
      ("HTTP_REQUEST", "TLS: the server does not speak TLS"),
      ("UNSUPPORTED_PROTOCOL", "TLS: the server has no version from 1.2 on"),
      ("PROTOCOL_VERSION", "TLS: the server has no version from 1.2 on"),
      ("CERTIFICATE_REQUIRED", "TLS: the server wants a certificate from us"),
      ("EOF during handshake", "TLS: connection closed during the handshake"),
      ("uncleanShutdown", "TLS: connection closed during the handshake"),
    ]
    return causes.first { text.contains($0.0) }?.1 ?? "TLS: the handshake failed"
  }
}
