@testable import RemoteSources

/// A whole answer with this body, with a right length.
func http(_ status: String = "200 OK", _ body: String = "", headers: String...) -> String {
  let lines = ["HTTP/1.1 \(status)"] + headers + ["Content-Length: \(body.utf8.count)", "", body]
  return lines.joined(separator: "\r\n")
}

/// What becomes of a request: its body as text, or why there is none.
func outcome(
  _ transport: HTTPTransport, _ request: HTTPRequest
) async -> Result<String, HTTPFailure> {
  do throws(HTTPFailure) {
    let answer = try await transport.answer(to: request)
    return .success(answer.isUnchanged ? "unchanged" : String(decoding: answer.body, as: UTF8.self))
  } catch {
    return .failure(error)
  }
}

/// Why there is no good answer from this server; `nil` where there is one.
func failure(
  from server: RawServer, path: String = "/x", _ change: (inout TransportSettings) -> Void = { _ in }
) async throws -> HTTPFailure? {
  var settings = TransportSettings()
  change(&settings)
  let transport = try HTTPTransport(settings)
  defer { _ = transport }
  let result = await outcome(transport, HTTPRequest(server.url(path)))
  await transport.shutdown()
  return switch result {
  case .success: nil
  case .failure(let failure): failure
  }
}
