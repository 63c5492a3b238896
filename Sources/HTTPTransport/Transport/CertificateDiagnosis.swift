import Glibc
import NIOCore
import NIOPosix
import NIOSSL

/// Finds what is wrong with a certificate that was not accepted.
///
/// The refusal itself does not say. So the server is asked for its certificates once more, over a connection that is
/// closed as soon as they are there: nothing is ever sent over it.
struct CertificateDiagnosis {
  var url: RemoteURL
  var configuration: TLSConfiguration?

  /// What is wrong, in words; `nil` where the server does not show its certificates again.
  func cause(over group: MultiThreadedEventLoopGroup, until end: NIODeadline) async -> String? {
    let found = group.any().makePromise(of: String?.self)
    do {
      let context = try NIOSSLContext(configuration: configuration ?? .makeClientConfiguration())
      let name = url.host.contains(":") || url.host.last?.isNumber == true ? nil : url.host
      let timer = found.futureResult.eventLoop.scheduleTask(deadline: end) { found.succeed(nil) }
      ClientBootstrap(group: group)
        .connectTimeout(max(end - .now(), .nanoseconds(1)))
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            let tls = try NIOSSLClientHandler(context: context, serverHostname: name) { certificates, verified in
              found.succeed(Self.cause(of: certificates, at: time(nil)))
              verified.succeed(NIOSSLVerificationResult.failed)
            }
            try channel.pipeline.syncOperations.addHandler(tls)
          }
        }
        .connect(host: url.host, port: url.port)
        .whenComplete { result in
          switch result {
          case .failure: found.succeed(nil)
          case .success(let channel):
            found.futureResult.whenComplete { _ in channel.close(promise: nil) }
            channel.closeFuture.whenComplete { _ in found.succeed(nil) }
          }
        }
      let cause = try await found.futureResult.get()
      timer.cancel()
      return cause
    } catch {
      found.succeed(nil)
      return nil
    }
  }

  /// The likeliest reason for refusing this chain, its own certificate first.
  private static func cause(of chain: [NIOSSLCertificate], at now: time_t) -> String {
    if chain.contains(where: { $0.notValidAfter < now }) { return "TLS: certificate expired" }
    if chain.contains(where: { $0.notValidBefore > now }) { return "TLS: certificate is not valid yet" }
    return "TLS: certificate signed by an unknown authority; --ca-file names one"
  }
}
