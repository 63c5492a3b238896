import HTTPTransport

/// A whole answer with this body, with a right length.
package func http(_ status: String = "200 OK", _ body: String = "", headers: String...) -> String {
  let lines = ["HTTP/1.1 \(status)"] + headers + ["Content-Length: \(body.utf8.count)", "", body]
  return lines.joined(separator: "\r\n")
}

/// What becomes of a request: its body as text, or why there is none.
package func outcome(
  _ transport: HTTPTransport, _ request: HTTPRequest
) async -> Result<String, HTTPFailure> {
  do throws(HTTPFailure) {
    let answer = try await transport.answer(to: request)
    return .success(answer.isUnchanged ? "unchanged" : String(decoding: answer.body, as: UTF8.self))
  } catch {
    return .failure(error)
  }
}

extension Result {
  /// The failure; `nil` where it is none.
  package var failure: Failure? {
    guard case .failure(let failure) = self else { return nil }
    return failure
  }
}

extension TransportSettings {
  /// Limits that a loaded machine does not reach; a test sets those that it is about.
  package static var patient: TransportSettings {
    var settings = TransportSettings()
    settings.connectTimeout = .seconds(20)
    settings.firstByteTimeout = .seconds(20)
    settings.totalTimeout = .seconds(30)
    return settings
  }
}

/// Why there is no good answer from this server; `nil` where there is one.
package func failure(
  from server: RawServer, path: String = "/x", _ change: (inout TransportSettings) -> Void = { _ in }
) async throws -> HTTPFailure? {
  var settings = TransportSettings.patient
  change(&settings)
  let transport = try HTTPTransport(settings)
  let result = await outcome(transport, HTTPRequest(server.url(path)))
  await transport.shutdown()
  return result.failure
}
