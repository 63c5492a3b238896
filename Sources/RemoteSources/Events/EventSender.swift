import FoundationEssentials
import HTTPTransport
import SlotStats
import StatsFormats

/// Sends events to a server's intake, `POST /api/events`.
package struct EventSender: Sendable {
  /// What became of the events of one request.
  package struct Receipt: Hashable, Sendable {
    /// How many were stored.
    package var accepted: Int
    /// How many were there before.
    package var duplicate: Int
    /// How many were refused for good.
    package var refused: Int
    /// Why the first of those was; may hold text from outside.
    package var firstReason: String?

    /// A receipt; by default for nothing.
    package init(accepted: Int = 0, duplicate: Int = 0, refused: Int = 0, firstReason: String? = nil) {
      self.accepted = accepted
      self.duplicate = duplicate
      self.refused = refused
      self.firstReason = firstReason
    }
  }

  private let url: RemoteURL
  private let access: AccessToken
  private let transport: HTTPTransport

  /// The intake of the server below `base`; nothing is connected yet.
  package init(base: RemoteURL, access: AccessToken, transport: HTTPTransport) {
    url = base.appending(path: "/api/events")
    self.access = access
    self.transport = transport
  }

  /// Sends events, whose ids tell the server those that it has already: after a failure they may be sent again.
  /// - Throws: `HTTPFailure`; the server may have taken any of them unless it answered.
  package func send(_ logs: [ProcessingLog]) async throws(HTTPFailure) -> Receipt {
    var request = HTTPRequest(url, json: EventDocuments.lines(logs), maxBodyBytes: Self.maxResponseBytes)
    request.bodyType = EventDocuments.linesType
    let answer = try await access.answer(to: request, over: transport)
    guard let receipt = Self.receipt(in: answer.body) else {
      throw HTTPFailure(.refused, "the answer from \(url.path) is no receipt")
    }
    return receipt
  }

  /// The receipt that the body of an answer is.
  static func receipt(in body: [UInt8]) -> Receipt? {
    guard let body = try? JSONDecoder().decode(Answer.self, from: Data(body)) else { return nil }
    return Receipt(
      accepted: body.accepted, duplicate: body.duplicate, refused: body.refusedTotal ?? body.refused.count,
      firstReason: body.refused.first?.reason)
  }

  private static let maxResponseBytes = 8 << 20

  private struct Answer: Decodable {
    struct Refusal: Decodable {
      var reason: String
    }

    var accepted: Int
    var duplicate: Int
    /// Those that are named.
    var refused: [Refusal]
    /// How many there are, where not all are named.
    var refusedTotal: Int?

    enum CodingKeys: String, CodingKey {
      case accepted, duplicate, refused
      case refusedTotal = "refused_total"
    }
  }
}
