import Gzip

/// Gathers the body of one answer, decoded, and never more of it than is allowed.
struct BodyCollector {
  /// From how many decoded bytes on the ratio counts: short texts may well be one character.
  private static let ratioFloor = 1 << 20
  /// How many decoded bytes may come from one.
  private static let maxRatio = 100
  /// From here on room for all that is allowed is set aside at once: what is not written to costs nothing, and growing
  /// step by step would hold the body twice.
  private static let growingLimit = 4 << 20

  private let maxBytes: Int
  private let inflater: GzipInflater?
  private var receivedBytes = 0
  /// What has come so far.
  private(set) var bytes: [UInt8] = []

  /// A collector of a body that is sent plainly, or with gzip.
  init(maxBytes: Int, isGzip: Bool) throws(HTTPFailure) {
    self.maxBytes = maxBytes
    do {
      inflater = isGzip ? try GzipInflater() : nil
    } catch {
      throw Self.failure(error)
    }
  }

  /// Takes what has come next.
  mutating func add(_ part: UnsafeRawBufferPointer) throws(HTTPFailure) {
    receivedBytes += part.count
    guard receivedBytes <= maxBytes else { throw tooLarge }
    guard let inflater else {
      guard append(part) else { throw tooLarge }
      return
    }
    var isTaken = true
    do {
      isTaken = try inflater.inflate(part) { append($0) && isPlausible }
    } catch {
      throw Self.failure(error)
    }
    guard isTaken else {
      throw isPlausible ? tooLarge : HTTPFailure(.refused, "gzip of more than \(Self.maxRatio) to 1")
    }
  }

  /// The whole body.
  consuming func finish() throws(HTTPFailure) -> [UInt8] {
    do {
      // An answer without a body has no gzip either.
      if receivedBytes > 0 { try inflater?.finish() }
    } catch {
      throw Self.failure(error)
    }
    return bytes
  }

  private var isPlausible: Bool {
    bytes.count <= Self.ratioFloor || bytes.count / Self.maxRatio <= receivedBytes
  }

  private var tooLarge: HTTPFailure { Self.tooLarge(maxBytes) }

  private mutating func append(_ part: UnsafeRawBufferPointer) -> Bool {
    guard part.count <= maxBytes - bytes.count else { return false }
    if bytes.count + part.count > Self.growingLimit, bytes.capacity < maxBytes { bytes.reserveCapacity(maxBytes) }
    bytes.append(contentsOf: part)
    return true
  }

  /// That an answer has more bytes than are read.
  static func tooLarge(_ maxBytes: Int) -> HTTPFailure {
    let words = maxBytes % (1 << 20) == 0 ? "\(maxBytes >> 20) MiB" : "\(maxBytes) bytes"
    return HTTPFailure(.refused, "the answer has more than \(words)")
  }

  private static func failure(_ failure: GzipInflater.Failure) -> HTTPFailure {
    switch failure {
    case .damaged: HTTPFailure(.refused, "the answer is damaged gzip")
    case .truncated: HTTPFailure(.unreachable, "connection closed in the middle of the answer")
    case .followed: HTTPFailure(.refused, "the answer has something after its gzip")
    case .noMemory: HTTPFailure(.refused, "no memory to decode the answer")
    }
  }
}
