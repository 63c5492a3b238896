import Gzip
import NIOCore
import NIOHTTP1
import StatsFormats

/// The body of a post of events while it comes in.
struct IntakeBody {
  /// Why a post is refused, as it is answered.
  struct Refusal: Error {
    let answer: Response
  }

  /// The form of its events.
  let form: EventBodyForm
  private let isGzip: Bool
  private var bytes = ByteBuffer()

  private init(form: EventBodyForm, isGzip: Bool) {
    self.form = form
    self.isGzip = isGzip
  }

  /// Looks at the head of a post: who sends it, what, and how much of it.
  static func open(
    _ head: HTTPRequestHead, _ access: AccessRule, _ limits: ServerLimits
  ) -> Result<IntakeBody, Refusal> {
    func refuse(_ answer: Response) -> Result<IntakeBody, Refusal> { .failure(Refusal(answer: answer)) }
    let headers = head.headers
    let (authorization, host) = (headers.first(name: "authorization"), headers.first(name: "host"))
    if let refusal = access.refusal(of: .write, authorization: authorization, host: host) { return refuse(refusal) }
    // Without a type a page in a browser could send it unasked.
    let types = headers["content-type"]
    guard types.count == 1, let form = EventBodyForm(contentType: types[0]) else { return refuse(otherType) }
    let codings = codings(of: headers)
    guard codings.isEmpty || Self.gzipNames.contains(codings) else { return refuse(otherCoding(codings)) }
    if let length = headers.first(name: "content-length").flatMap({ Int($0) }), length > limits.maxBodyBytes {
      return refuse(tooLarge(limits))
    }
    return .success(IntakeBody(form: form, isGzip: !codings.isEmpty))
  }

  /// How gzip is named, alone in the list of codings (RFC 9110, 8.4.1.3).
  private static let gzipNames = [["gzip"], ["x-gzip"]]

  /// The codings that a body has, in the order in which they were applied.
  private static func codings(of headers: HTTPHeaders) -> [String] {
    headers[canonicalForm: "content-encoding"].map { $0.lowercased() }.filter { !$0.isEmpty && $0 != "identity" }
  }

  private static let otherType = {
    var answer = Response.error(.unsupportedType, "Send application/json or application/x-ndjson.")
    answer.headers.append((.accept, "application/json, application/x-ndjson"))
    return answer
  }()

  private static func otherCoding(_ codings: [String]) -> Response {
    let name = JSONPlace.quoted(codings.joined(separator: ", "))
    var answer = Response.error(.unsupportedType, "The body is coded with \(name); send it as it is, or with gzip.")
    answer.headers.append((.acceptEncoding, "gzip"))
    return answer
  }

  /// The answer to a body that is too large.
  static func tooLarge(_ limits: ServerLimits) -> Response {
    .error(.tooLarge, "A body has at most \(limits.maxBodyBytes) bytes; send the events in several.")
  }

  /// Takes a piece.
  /// - Returns: whether the body is still within its limit.
  mutating func append(_ piece: ByteBuffer, atMost limit: Int) -> Bool {
    guard bytes.readableBytes + piece.readableBytes <= limit else { return false }
    if bytes.readableBytes == 0 {
      bytes = piece
    } else {
      var piece = piece
      bytes.writeBuffer(&piece)
    }
    return true
  }

  /// Hands out the body, inflated.
  /// - Throws: what is answered to one that cannot be inflated.
  func withBytes<Value>(
    within limits: ServerLimits, _ body: (UnsafeRawBufferPointer) -> Value
  ) throws(Refusal) -> Value {
    guard isGzip else { return bytes.withUnsafeReadableBytes(body) }
    var inflated: [UInt8] = []
    var fits = true
    do {
      let inflater = try GzipInflater()
      fits = try bytes.withUnsafeReadableBytes { bytes in
        try inflater.inflate(bytes) { piece in
          guard inflated.count + piece.count <= limits.maxBodyBytes else { return false }
          inflated.append(contentsOf: piece)
          return true
        }
      }
      if fits { try inflater.finish() }
    } catch {
      throw Refusal(answer: .error(.badRequest, "The body is no gzip, or it is damaged or cut off."))
    }
    guard fits else { throw Refusal(answer: Self.tooLarge(limits)) }
    return inflated.withUnsafeBytes(body)
  }
}
