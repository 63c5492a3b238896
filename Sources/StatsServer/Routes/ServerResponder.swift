import Hummingbird
import HummingbirdCore
import NIOCore
import SlotStats
import StatsFormats

/// Answers every request but posts of events, which are taken before they come here.
struct ServerResponder: Sendable {
  let access: AccessRule
  let reading: ReadAPI
  let snapshot: SnapshotRoute
  let acks: AcksRoute
  let marks: MarksRoute
  let streams: ChangeStreams
  let queue: IntakeQueue
  let metrics: ServerMetrics
  let maxStreams: Int
  var alerts: (@Sendable () async -> AlertFigures)?

  /// The response to a request; never throws, since whoever asks has a right to a reason.
  func respond(to request: Request) async -> HummingbirdCore.Response {
    let target = RequestTarget(request.head.path ?? "/")
    let isHead = request.head.method == .head
    let method = isHead ? "GET" : request.head.method.rawValue
    let fitting = Route.all.lazy.compactMap { route in route.parameters(of: target.path).map { (route, $0) } }
    let found = fitting.first { $0.0.method == method }
    let path = found?.0.path ?? fitting.first?.0.path ?? ServerMetrics.otherRoute
    var answer: Response
    if let (route, parameters) = found {
      answer = await self.answer(route, parameters, target, request)
    } else {
      answer = refusal(of: request, allowed: fitting.map(\.0))
    }
    var place: StreamPlace?
    if case .changes = answer.body, !isHead {
      place = metrics.openStream(atMost: maxStreams)
      if place == nil { answer = .error(.unavailable, "There are too many listeners.") }
    }
    metrics.count(route: path, status: answer.status.rawValue)
    let response = response(answer, in: place)
    return isHead ? Self.head(of: response) : response
  }

  /// The response without its body. One of a stream has no length, and its head says none.
  private static func head(of response: HummingbirdCore.Response) -> HummingbirdCore.Response {
    var head = response.createHeadResponse()
    head.headers[.contentLength] = response.headers[.contentLength]
    return head
  }

  private func refusal(of request: Request, allowed: some Collection<Route>) -> Response {
    let needed = allowed.first?.needs ?? .read
    let authorization = request.headers[.authorization]
    if let refusal = access.refusal(of: needed, authorization: authorization, host: request.head.authority) {
      return refusal
    }
    if allowed.isEmpty { return .error(.notFound, "There is nothing at this path.") }
    var answer = Response.error(.methodNotAllowed, "This path has no such method.")
    // Several routes may fit, and each method is named once.
    let methods = Set(allowed.map(\.method)).sorted().flatMap { $0 == "GET" ? [$0, "HEAD"] : [$0] }
    answer.headers.append((.allow, methods.joined(separator: ", ")))
    return answer
  }

  private func answer(
    _ route: Route, _ parameters: [Substring], _ target: RequestTarget, _ request: Request
  ) async -> Response {
    let authorization = request.headers[.authorization]
    if let refusal = access.refusal(of: route.needs, authorization: authorization, host: request.head.authority) {
      return refusal
    }
    do {
      return try await content(of: route, parameters, target, request)
    } catch let refusal as StatsQuery.Refusal {
      return .error(.badRequest, refusal.reason)
    } catch let refusal as RequestRefusal {
      return refusal.answer
    } catch let error as StatsSourceError where error.kind == .noSuchSlot {
      return .error(.notFound, "There is no such slot.")
    } catch let error as StatsSourceError where error.kind == .notKept {
      return .error(.notFound, error.cause)
    } catch let error as StatsSourceError {
      return .error(.unavailable, "The store cannot be read: \(error.cause).")
    } catch {
      return .error(.internalError, "The request failed.")
    }
  }

  private func content(
    of route: Route, _ parameters: [Substring], _ target: RequestTarget, _ request: Request
  ) async throws -> Response {
    switch route.kind {
    case .slots: return try await reading.slots(target)
    case .global: return try await reading.global(target)
    case .slot: return try await reading.slot(try Self.slotID(parameters), target)
    case .recent: return try await reading.recent(nil, target)
    case .recentSlot: return try await reading.recent(try Self.slotID(parameters), target)
    case .snapshot:
      if let past = try StatsQuery.past(target, now: reading.wallClock()) {
        return try await snapshot.answer(at: past)
      }
      return try await snapshot.answer(ifNoneMatch: request.headers[.ifNoneMatch])
    case .stream:
      // Told unasked, since nginx holds back what has no length until it ends.
      return Response(type: "text/event-stream", headers: [(.buffering, "no")], body: .changes)
    case .acks: return try await acks.list()
    case .acknowledge:
      return try await acks.acknowledge(
        JSONBody.bytes(of: request, "An acknowledgement", upTo: AcknowledgementDocument.maxEntryBytes))
    case .withdraw: return try await acks.withdraw(target)
    case .describe:
      return try await reading.describe(
        try Self.slotID(parameters),
        JSONBody.bytes(of: request, "A description", upTo: SlotDescriptionDocument.maxBytes))
    case .messages: return try await reading.messages(try Self.slotID(parameters), target)
    case .marks: return try await marks.list(target)
    case .mark:
      return try await marks.add(JSONBody.bytes(of: request, "A mark", upTo: MarkDocument.maxEntryBytes))
    case .unmark: return try await marks.remove(target)
    case .metrics:
      let gaps = try? await reading.repository.gapCount()
      let figures = await alerts?()
      return .text(metrics.text(held: queue.held, gaps: gaps, alerts: figures), type: MetricsText.type)
    case .health: return .text("ok\n")
    case .readiness:
      _ = try await reading.repository.collectGlobalMetrics(window: .standard, since: reading.wallClock())
      return .text("ready\n")
    // Taken before it comes here; only another method comes this far.
    case .events: return .error(.internalError, "Events are taken elsewhere.")
    }
  }

  private static func slotID(_ parameters: [Substring]) throws(StatsQuery.Refusal) -> Slot.ID {
    guard let slotID = parameters.first.flatMap(RequestTarget.decoded) else {
      throw StatsQuery.Refusal(reason: "The slot in the path is not percent-encoded UTF-8.")
    }
    return slotID
  }

  private func response(_ answer: Response, in place: StreamPlace?) -> HummingbirdCore.Response {
    var headers = HTTPFields()
    for (name, value) in answer.sentHeaders {
      if let name = HTTPFields.Element.Name(name.rawValue) { headers[name] = value }
    }
    if answer.status != .notModified { headers[.contentType] = answer.type }
    return HummingbirdCore.Response(
      status: HTTPResponse.Status(code: answer.status.rawValue), headers: headers, body: body(of: answer, in: place))
  }

  private func body(of answer: Response, in place: StreamPlace?) -> ResponseBody {
    switch answer.body {
    case .bytes(let bytes): return bytes.isEmpty ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
    case .changes:
      // A client may be gone before the head is written, and then the body is never asked for: it only holds the place.
      return ResponseBody { [streams, place] writer in
        defer { withExtendedLifetime(place) {} }
        try await streams.listen { try await writer.write(ByteBuffer(bytes: $0)) }
        try await writer.finish(nil)
      }
    }
  }
}
