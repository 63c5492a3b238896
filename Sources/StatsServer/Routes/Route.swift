/// One thing that can be asked of the server. The OpenAPI document is checked against the table of them.
package struct Route: Sendable {
  /// What answers it.
  enum Kind: Sendable {
    case events, slots, global, slot, recent, recentSlot, snapshot, stream, acks, acknowledge, withdraw, metrics, health
    case readiness, describe, messages, marks, mark, unmark
  }

  /// The path of the events' intake.
  static let eventsPath = "/api/events"

  /// The path of acknowledgements.
  static let acksPath = "/api/acks"

  /// The path of marks.
  static let marksPath = "/api/marks"

  /// The method; what can be gotten can be asked for its head too.
  package let method: String
  /// The path; a part in braces is any text.
  package let path: String
  /// What its caller must be allowed to; `nil` where it is open.
  package let needs: AccessScope?
  /// Every status that it may be answered with. Another method at its path is answered with 405.
  package let statuses: [Int]
  let kind: Kind

  private init(_ method: String, _ path: String, _ needs: AccessScope?, _ kind: Kind, _ statuses: [Response.Status]) {
    self.method = method
    self.path = path
    self.needs = needs
    self.kind = kind
    // Whoever is not let in is told so on every route.
    let denied: [Response.Status] = needs == nil ? [.forbidden] : [.unauthorized, .forbidden]
    self.statuses = (statuses + denied).map(\.rawValue).sorted()
  }

  /// Every route. Of two that fit, the first one is it.
  package static let all = [
    Route(
      "POST", eventsPath, .write, .events,
      [.ok, .badRequest, .tooLarge, .unsupportedType, .unavailable]),
    Route("GET", "/api/slots", .read, .slots, [.ok, .badRequest, .internalError, .unavailable]),
    Route(
      "PUT", "/api/slots/{slot_id}", .write, .describe,
      [.ok, .badRequest, .notFound, .tooLarge, .unsupportedType, .internalError, .unavailable]),
    Route(
      "GET", "/api/slots/{slot_id}/messages", .read, .messages,
      [.ok, .badRequest, .notFound, .internalError, .unavailable]),
    Route("GET", "/api/stats/global", .read, .global, [.ok, .badRequest, .internalError, .unavailable]),
    Route("GET", "/api/stats/{slot_id}", .read, .slot, [.ok, .badRequest, .notFound, .internalError, .unavailable]),
    Route("GET", "/api/recent", .read, .recent, [.ok, .badRequest, .notFound, .internalError, .unavailable]),
    Route(
      "GET", "/api/recent/{slot_id}", .read, .recentSlot, [.ok, .badRequest, .notFound, .internalError, .unavailable]),
    Route(
      "GET", "/api/snapshot", .read, .snapshot,
      [.ok, .notModified, .badRequest, .notFound, .internalError, .unavailable]),
    Route("GET", "/api/stream", .read, .stream, [.ok, .unavailable]),
    Route("GET", acksPath, .read, .acks, [.ok, .internalError, .unavailable]),
    Route(
      "POST", acksPath, .write, .acknowledge,
      [.ok, .badRequest, .notFound, .tooLarge, .unsupportedType, .internalError, .unavailable]),
    Route("DELETE", acksPath, .write, .withdraw, [.ok, .badRequest, .internalError, .unavailable]),
    Route("GET", marksPath, .read, .marks, [.ok, .badRequest, .internalError, .unavailable]),
    Route(
      "POST", marksPath, .write, .mark,
      [.ok, .badRequest, .tooLarge, .unsupportedType, .internalError, .unavailable]),
    Route("DELETE", marksPath, .write, .unmark, [.ok, .badRequest, .internalError, .unavailable]),
    Route("GET", "/metrics", nil, .metrics, [.ok]),
    Route("GET", "/healthz", nil, .health, [.ok]),
    Route("GET", "/readyz", nil, .readiness, [.ok, .internalError, .unavailable]),
  ]

  /// The parts of a path of a request that fill the braces, percent escapes still in them; `nil` if it does not fit.
  func parameters(of path: some StringProtocol) -> [Substring]? {
    let parts = Substring(path).split(separator: "/", omittingEmptySubsequences: false)
    let pattern = self.path.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == pattern.count else { return nil }
    var parameters: [Substring] = []
    for (part, wanted) in zip(parts, pattern) {
      if wanted.hasPrefix("{") {
        guard !part.isEmpty else { return nil }
        parameters.append(part)
      } else if part != wanted {
        return nil
      }
    }
    return parameters
  }
}
