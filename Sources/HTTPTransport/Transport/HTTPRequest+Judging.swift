import FoundationEssentials
import NIOHTTP1

extension HTTPRequest {
  /// The longest that a server may ask to be left alone.
  private static let maxRetryAfter = Duration.seconds(3600)
  private static let maxShown = 120

  /// What a last answer to this request means.
  /// - Throws: `HTTPFailure` for every status but 2xx, and 304 where it was asked for.
  func judge(_ raw: RawResponse) throws(HTTPFailure) -> RemoteResponse {
    let headers = raw.headers
    switch raw.status {
    case 304:
      guard let validators else {
        throw HTTPFailure(.refused, "304 from \(shownPath), although nothing was known")
      }
      return RemoteResponse(
        body: [], isUnchanged: true, validators: Self.validators(in: headers) ?? validators,
        date: Self.date(in: headers), age: Self.age(in: headers))
    case 200...205, 207..<300:
      return RemoteResponse(
        body: raw.body, validators: Self.validators(in: headers), date: Self.date(in: headers),
        age: Self.age(in: headers), contentType: headers.first(name: "Content-Type").map(Self.mediaType))
    default:
      throw HTTPFailure(
        .status(raw.status), "\(raw.status) from \(shownPath)" + (reason(raw).map { ": \($0)" } ?? ""),
        retryAfter: Self.retryAfter(in: headers))
    }
  }

  private var shownPath: String { url.path.shortened(to: Self.maxShown) }

  private func reason(_ raw: RawResponse) -> String? {
    switch raw.status {
    case 401:
      let ours = token == nil ? "a token is needed" : "the token is refused"
      return message(raw).map { "\(ours): \($0)" } ?? ours
    case 403: return message(raw) ?? "not permitted"
    case 206: return "a part was not asked for"
    case 300..<400:
      let target = raw.headers.first(name: "Location").flatMap(url.resolving)
      return target.map { "it redirects to \($0.display.shortened(to: Self.maxShown))" }
    default: return message(raw)
    }
  }

  /// What the server says of the reason, in one line; nothing that repeats a secret.
  private func message(_ raw: RawResponse) -> String? {
    if isSecret { return nil }
    let text = try? JSONDecoder().decode(ErrorBody.self, from: Data(raw.body)).message
    let secrets = [token, basic].compactMap { $0?.unredacted }
    guard let text, !secrets.contains(where: text.contains) else { return nil }
    let line = text.shortened(to: maxMessage)
    return line.isEmpty ? nil : line
  }

  /// The body of an error: as the panel sends it, an object with a message alone, an object with the message as its
  /// error, or nothing but the message, as Alertmanager and Prometheus send them.
  private struct ErrorBody: Decodable {
    var message: String

    private enum Keys: CodingKey {
      case error, message
    }

    init(from decoder: any Decoder) throws {
      if let text = try? decoder.singleValueContainer().decode(String.self) {
        message = text
        return
      }
      let body = try decoder.container(keyedBy: Keys.self)
      // Servers of the Prometheus query API send the message in its place.
      if let text = try? body.decode(String.self, forKey: .error) {
        message = text
        return
      }
      let inner = try? body.nestedContainer(keyedBy: Keys.self, forKey: .error)
      message = try (inner ?? body).decode(String.self, forKey: .message)
    }
  }

  /// What can be sent back as it is; a server that sends anything else is not asked by it.
  private static func validators(in headers: HTTPHeaders) -> HTTPValidators? {
    func value(_ name: String) -> String? {
      guard let value = headers.first(name: name), (1...1024).contains(value.utf8.count),
        value.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
      else { return nil }
      return value
    }
    let validators = HTTPValidators(etag: value("ETag"), lastModified: value("Last-Modified"))
    return validators.etag == nil && validators.lastModified == nil ? nil : validators
  }

  private static func date(in headers: HTTPHeaders) -> Date? {
    headers.first(name: "Date").flatMap(HTTPDate.parse)
  }

  /// What caches say; it is never taken off `Date`, which tells the same once more (RFC 9111, 4.2.3).
  private static func age(in headers: HTTPHeaders) -> TimeInterval {
    TimeInterval(headers.first(name: "Age").flatMap(seconds) ?? 0)
  }

  /// An instant counts from the server's own clock: ours may be wrong.
  private static func retryAfter(in headers: HTTPHeaders) -> Duration? {
    guard let text = headers.first(name: "Retry-After") else { return nil }
    if let seconds = seconds(text) { return min(.seconds(seconds), maxRetryAfter) }
    guard let until = HTTPDate.parse(text), let now = headers.first(name: "Date").flatMap(HTTPDate.parse) else {
      return nil
    }
    return min(max(.seconds(until.timeIntervalSince(now)), .zero), maxRetryAfter)
  }

  /// Whole seconds; more than anybody can mean is as much as counts.
  private static func seconds(_ text: String) -> Int? {
    let digits = text.utf8.drop { $0 == 0x20 }
    guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return digits.count > 9 ? 999_999_999 : Int(String(Substring(digits)))
  }

  private static func mediaType(_ value: String) -> String {
    value.prefix { $0 != ";" && $0 != " " }.lowercased().shortened(to: maxShown)
  }
}

extension String {
  /// One line of at most `count` characters: controls become blanks, and what is too much ends in `…`.
  func shortened(to count: Int) -> String {
    let line = String(
      String.UnicodeScalarView(prefix(count + 1).unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }))
    return line.count <= count ? line : line.prefix(count - 1) + "…"
  }
}
