import FoundationEssentials
import HTTPTransport
import NIOSSL
import ReadingCommands
import StatsServer

/// What a server is to do, all of it valid and every file of it read.
struct ServeSettings: Sendable {
  /// Where its events are kept.
  let store: StoreAddress
  /// Where it listens.
  let listen: ListenAddress
  /// Who may do what.
  let tokens: AccessTokens
  /// How connections are encrypted; `nil` where they are not.
  let tls: TLSConfiguration?
  /// The days for which each job is remembered.
  let keptDays: Int
  /// By which rules it is looked at, and who is told.
  let alerts: AlertSettings

  /// Reads the options of a command.
  /// - Throws: the first one that cannot be used.
  init(_ command: ServeCommand, _ context: RunContext) throws(CommandFailure) {
    let reader = context.reader
    let standard = StoreAddress.standard(environment: context.environment)
    guard let store = try reader.value(Options.store, flag: command.store) ?? standard else {
      throw CommandFailure(.configuration, "There is no home for the event store: give --store sqlite:PATH.")
    }
    self.store = store
    listen = try reader.value(Options.listen, flag: command.listen) ?? .standard
    tokens = try Self.tokens(try reader.value(Options.tokenFile, flag: command.tokenFile))
    tls = try Self.tls(
      certificate: try reader.value(Options.tlsCertificate, flag: command.tlsCertificate),
      key: try reader.value(Options.tlsKey, flag: command.tlsKey))
    keptDays = try reader.value(Options.keep, flag: command.keep) ?? 400
    alerts = try AlertSettings(configNamed: command.config, environment: context.environment)
    if tokens.isEmpty, !listen.isLoopback {
      throw CommandFailure(
        .usage, "Cannot listen on \"\(listen.text())\" for other machines without tokens: give --token-file.")
    }
  }

  private static func tokens(_ path: String?) throws(CommandFailure) -> AccessTokens {
    guard let path else { return .none }
    let text: String
    do {
      text = try SecretFile.text(path)
    } catch {
      let status: ExitStatus =
        switch error.kind {
        case .missing: .inputMissing
        case .permission: .notPermitted
        case .content: .contentRefused
        }
      throw CommandFailure(status, error.line + ".")
    }
    do {
      return try AccessTokens(lines: text)
    } catch {
      let place = error.line > 0 ? "line \(error.line) " : ""
      throw CommandFailure(.contentRefused, "Token file \"\(path)\": \(place)\(error.problem).")
    }
  }

  private static func tls(certificate: String?, key: String?) throws(CommandFailure) -> TLSConfiguration? {
    guard let certificate, let key else {
      if certificate == nil, key == nil { return nil }
      let (given, missing) =
        certificate == nil
        ? (Options.tlsKey, Options.tlsCertificate)
        : (
          Options.tlsCertificate, Options.tlsKey
        )
      throw CommandFailure(.usage, "Cannot use \(given.flag) alone: give \(missing.flag) too.")
    }
    for path in [certificate, key] where !FileManager.default.isReadableFile(atPath: path) {
      let isThere = FileManager.default.fileExists(atPath: path)
      throw CommandFailure(
        isThere ? .notPermitted : .inputMissing,
        "Cannot read \"\(path)\": it \(isThere ? "may not be read" : "does not exist").")
    }
    var path = certificate
    do {
      let chain = try NIOSSLCertificate.fromPEMFile(path).map { NIOSSLCertificateSource.certificate($0) }
      guard !chain.isEmpty else { throw CommandFailure(.contentRefused, "\"\(path)\" holds no certificate.") }
      path = key
      var configuration = TLSConfiguration.makeServerConfiguration(
        certificateChain: chain, privateKey: .privateKey(try NIOSSLPrivateKey(file: path, format: .pem)))
      configuration.applicationProtocols = ["http/1.1"]
      configuration.minimumTLSVersion = .tlsv12
      // Found out now, whether they belong together.
      _ = try NIOSSLContext(configuration: configuration)
      return configuration
    } catch let failure as CommandFailure {
      throw failure
    } catch {
      throw CommandFailure(
        .contentRefused, "Cannot use \"\(path)\": a PEM file of the certificate's chain, or of its key, is expected.")
    }
  }
}
