import StatsFormats

/// What is answered to a request, before it is sent.
struct Response: Sendable {
  /// How a request ended.
  enum Status: Int, CaseIterable, Sendable {
    case ok = 200
    case notModified = 304
    case badRequest = 400
    case unauthorized = 401
    case forbidden = 403
    case notFound = 404
    case methodNotAllowed = 405
    case tooLarge = 413
    case targetTooLong = 414
    case unsupportedType = 415
    case headTooLarge = 431
    case internalError = 500
    case notImplemented = 501
    case unavailable = 503

    /// The code that a body of an error has.
    var code: String {
      switch self {
      case .ok, .notModified: "ok"
      case .badRequest: "bad_request"
      case .unauthorized: "unauthorized"
      case .forbidden: "forbidden"
      case .notFound: "not_found"
      case .methodNotAllowed: "method_not_allowed"
      case .tooLarge: "too_large"
      case .targetTooLong: "uri_too_long"
      case .unsupportedType: "unsupported_media_type"
      case .headTooLarge: "headers_too_large"
      case .internalError: "internal_error"
      case .notImplemented: "not_implemented"
      case .unavailable: "unavailable"
      }
    }

    /// The words of the status line.
    var words: String {
      switch self {
      case .ok: "OK"
      case .notModified: "Not Modified"
      case .badRequest: "Bad Request"
      case .unauthorized: "Unauthorized"
      case .forbidden: "Forbidden"
      case .notFound: "Not Found"
      case .methodNotAllowed: "Method Not Allowed"
      case .tooLarge: "Content Too Large"
      case .targetTooLong: "URI Too Long"
      case .unsupportedType: "Unsupported Media Type"
      case .headTooLarge: "Request Header Fields Too Large"
      case .internalError: "Internal Server Error"
      case .notImplemented: "Not Implemented"
      case .unavailable: "Service Unavailable"
      }
    }
  }

  /// The headers that answers have besides those of their body.
  enum Header: String, Sendable {
    case accept = "Accept"
    case acceptEncoding = "Accept-Encoding"
    case allow = "Allow"
    case buffering = "X-Accel-Buffering"
    case cacheControl = "Cache-Control"
    case etag = "ETag"
    case retryAfter = "Retry-After"
    case authenticate = "WWW-Authenticate"
  }

  /// What follows the head.
  enum Body: Sendable {
    case bytes([UInt8])
    /// Events of a stream, as they come, until the server stops.
    case changes
  }

  var status = Status.ok
  var type = Self.json
  /// How it may be kept. Where nothing is said a cache makes up a time of its own, and old figures look like new ones.
  var caching = "no-store"
  /// The other headers.
  var headers: [(name: Header, value: String)] = []
  var body = Body.bytes([])

  /// The headers as they are sent, but for those of the body.
  var sentHeaders: [(name: Header, value: String)] { headers + [(name: .cacheControl, value: caching)] }

  static let json = "application/json"
  static let retrySeconds = 1

  /// An object with what `write` writes.
  static func object(_ write: (inout JSONWriter) -> Void) -> Response {
    var writer = JSONWriter()
    writer.object(write)
    return Response(body: .bytes(writer.bytes))
  }

  /// An error with its body. One that will pass says when to come again.
  static func error(_ status: Status, _ message: String) -> Response {
    var answer = object { writer in
      writer.key("error")
      writer.object { writer in
        writer.member("code", status.code)
        writer.member("message", message)
      }
    }
    answer.status = status
    switch status {
    case .unauthorized: answer.headers.append((.authenticate, "Bearer"))
    case .unavailable: answer.headers.append((.retryAfter, String(retrySeconds)))
    default: break
    }
    return answer
  }

  /// A text.
  static func text(_ text: String, _ status: Status = .ok, type: String = "text/plain; charset=utf-8") -> Response {
    Response(status: status, type: type, body: .bytes(Array(text.utf8)))
  }
}
