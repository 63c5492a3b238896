import FoundationEssentials
import HTTPTransport
import SlotStats
import StatsFormats
import Synchronization

/// A document that a server keeps for its whole team at one path, and that may be changed there.
///
/// A panel that does not know it is found out with the first request, and not asked again for ``respite``: it may have been
/// a server that was just starting, or what stands before one.
final class RemoteNotes: Sendable {
  /// What a server that keeps none may answer with; one that does lets whoever may read the statistics read them.
  private static let statuses: Set<Int> = [400, 403, 404, 405, 410, 501]

  /// What the server is called.
  let place: String
  /// Where the document is.
  let url: RemoteURL
  /// What is kept there, in errors: `marks`.
  private let things: String
  private let path: String
  private let schema: String
  private let access: AccessToken
  private let transport: HTTPTransport
  private let uptime: @Sendable () -> Duration
  /// Until when the server is taken to keep none, by ``uptime``; `nil` where it never was.
  private let refusedUntil = Mutex<Duration?>(nil)

  /// For how long a server that keeps none is not asked.
  static let respite = Duration.seconds(60)

  /// The document of `schema` at `path` below `base`; `uptime` is a clock that only goes on.
  init(
    _ things: String, at path: String, below base: RemoteURL, schema: String, name: String, access: AccessToken,
    transport: HTTPTransport, uptime: @escaping @Sendable () -> Duration
  ) {
    url = base.appending(path: path)
    place = name
    self.path = path
    self.things = things
    self.schema = schema
    self.access = access
    self.transport = transport
    self.uptime = uptime
  }

  /// What `parse` makes of the document; `nil` where the server keeps none.
  func read<Value>(
    upTo maxBytes: Int, _ parse: ([UInt8]) throws(SnapshotError) -> Value
  ) async throws -> Value? {
    if let end = refusedUntil.withLock({ $0 }), uptime() < end { return nil }
    let answer = try await send(HTTPRequest(url, maxBodyBytes: maxBytes), "read", mayBeUnknown: true)
    guard let answer, !answer.isPage, isOurs(answer.body) else {
      let end = uptime() + Self.respite
      refusedUntil.withLock { $0 = end }
      return nil
    }
    do {
      return try parse(answer.body)
    } catch {
      throw refusal("read", error.line)
    }
  }

  /// Sends a request that changes something there.
  func change(_ request: HTTPRequest) async throws -> [UInt8] { try await send(request, "write")?.body ?? [] }

  /// Deletes what `query` names.
  /// - Returns: whether it was there, as the member `key` of the answer tells.
  func delete(_ query: String, upTo maxBytes: Int, told key: String) async throws -> Bool {
    var target = url
    target.query = query
    var request = HTTPRequest(target, maxBodyBytes: maxBytes)
    request.isDeletion = true
    let body = try await change(request)
    guard let wasThere = try? JSONDecoder().decode([String: Bool].self, from: Data(body))[key] else {
      throw refusal("write", "the answer is none")
    }
    return wasThere
  }

  /// The failure of an answer that cannot be read.
  func refusal(_ verb: String, _ cause: String) -> StatsSourceError {
    StatsSourceError(.contentRefused, action: action(verb), cause: "\(path): \(cause)")
  }

  /// Whether an answer is such a document, of whichever version: others answer any path with something.
  private func isOurs(_ body: [UInt8]) -> Bool {
    let name = schema.prefix { $0 != "/" }
    return body.prefix(256).firstRange(of: Array("\"\(name)/".utf8)) != nil
  }

  private func action(_ verb: String) -> String { "Cannot \(verb) \(things) at \(JSONPlace.quoted(place))" }

  /// The answer to a request; `nil` where the server does not know its path and `mayBeUnknown`.
  private func send(
    _ request: HTTPRequest, _ verb: String, mayBeUnknown: Bool = false
  ) async throws -> RemoteResponse? {
    do {
      return try await access.answer(to: request, over: transport)
    } catch {
      if mayBeUnknown, case .status(let status) = error.kind, Self.statuses.contains(status) { return nil }
      if Task.isCancelled || error.kind == .cancelled { throw CancellationError() }
      throw error.sourceError(action: action(verb))
    }
  }
}
