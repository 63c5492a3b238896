import FoundationEssentials
import HTTPTransport
import SlotStats
import StatsFormats
import Synchronization

/// The acknowledgements that a server keeps, `/api/acks`: its whole team sees the same.
///
/// A panel that does not know them is found out with the first request, and not asked again.
package final class RemoteAcknowledgements: AcknowledgementStore {
  /// What a server that keeps none may answer with; one that does lets whoever may read the statistics read them.
  private static let statuses: Set<Int> = [400, 403, 404, 405, 410, 501]
  private static let path = "/api/acks"

  package let place: String
  private let url: RemoteURL
  private let access: AccessToken
  private let transport: HTTPTransport
  /// Whether the server keeps some; `nil` before it was asked.
  private let isKept = Mutex<Bool?>(nil)

  /// Those of the server below `base`, which errors call `name`; nothing is connected yet. To change them, `access` must
  /// be a token that may write.
  package init(base: RemoteURL, name: String, access: AccessToken, transport: HTTPTransport) {
    url = base.appending(path: Self.path)
    place = name
    self.access = access
    self.transport = transport
  }

  package func acknowledgements() async throws -> AcknowledgementBook? {
    if isKept.withLock({ $0 }) == false { return nil }
    do {
      let answer = try await send(
        HTTPRequest(url, maxBodyBytes: AcknowledgementDocument.maxBytes), "read", mayBeUnknown: true)
      guard let answer, !answer.isPage, Self.isOurs(answer.body) else {
        isKept.withLock { $0 = false }
        return nil
      }
      isKept.withLock { $0 = true }
      return try AcknowledgementDocument.book(parsing: answer.body)
    } catch let error as SnapshotError {
      throw StatsSourceError(.contentRefused, action: action("read"), cause: "\(Self.path): \(error.line)")
    }
  }

  package func acknowledge(_ acknowledgement: Acknowledgement) async throws {
    var writer = JSONWriter()
    writer.object { AcknowledgementDocument.write(acknowledgement, to: &$0) }
    _ = try await send(
      HTTPRequest(url, json: writer.bytes, maxBodyBytes: AcknowledgementDocument.maxEntryBytes), "write")
  }

  package func withdraw(_ slotID: Slot.ID?) async throws -> Bool {
    var target = url
    target.query = slotID.map { "slot=\(RemoteURL.escaped($0))" } ?? "all=1"
    var request = HTTPRequest(target, maxBodyBytes: AcknowledgementDocument.maxEntryBytes)
    request.isDeletion = true
    let answer = try await send(request, "write")
    guard let body = answer?.body, let told = try? JSONDecoder().decode(Withdrawal.self, from: Data(body)) else {
      throw StatsSourceError(.contentRefused, action: action("write"), cause: "the answer from \(Self.path) is none")
    }
    return told.withdrawn
  }

  /// Passes them over: the server looks for itself.
  package func note(_ sightings: [AcknowledgementSighting]) async throws {}

  private struct Withdrawal: Decodable {
    var withdrawn: Bool
  }

  /// Whether an answer is a document of acknowledgements, of whichever version: others answer any path with something.
  private static func isOurs(_ body: [UInt8]) -> Bool {
    let name = AcknowledgementDocument.schema.prefix { $0 != "/" }
    return body.prefix(256).firstRange(of: Array("\"\(name)/".utf8)) != nil
  }

  private func action(_ verb: String) -> String { "Cannot \(verb) acknowledgements at \(JSONPlace.quoted(place))" }

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
