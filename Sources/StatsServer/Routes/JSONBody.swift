import Hummingbird
import NIOCore

/// Why a request is refused, as it is answered.
struct RequestRefusal: Error {
  let answer: Response

  init(_ status: Response.Status, _ message: String) { answer = .error(status, message) }

  init(_ answer: Response) { self.answer = answer }
}

/// The JSON that a request brings along.
enum JSONBody {
  private static let otherType = {
    var answer = Response.error(.unsupportedType, "Send application/json.")
    answer.headers.append((.accept, "application/json"))
    return answer
  }()

  private static let otherCoding = {
    var answer = Response.error(.unsupportedType, "Send the body as it is, not coded.")
    answer.headers.append((.acceptEncoding, "identity"))
    return answer
  }()

  /// The body, which must say that it is JSON: without a type a page in a browser could send it unasked. `thing` is what
  /// has at most `limit` bytes, as a sentence begins with it.
  /// - Throws: ``RequestRefusal``.
  static func bytes(of request: Request, _ thing: String, upTo limit: Int) async throws -> [UInt8] {
    let type = request.headers[.contentType] ?? ""
    guard type.prefix(while: { $0 != ";" && $0 != " " }).lowercased() == Response.json else {
      throw RequestRefusal(otherType)
    }
    let coding = request.headers[.contentEncoding]?.lowercased() ?? ""
    guard coding.isEmpty || coding == "identity" else { throw RequestRefusal(otherCoding) }
    do {
      return Array(try await request.body.collect(upTo: limit).readableBytesView)
    } catch is NIOTooManyBytesError {
      throw RequestRefusal(.tooLarge, "\(thing) has at most \(limit) bytes.")
    }
  }
}
