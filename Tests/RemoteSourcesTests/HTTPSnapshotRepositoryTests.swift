import Foundation
import HTTPTransport
import HTTPTransportTesting
import SlotStats
import SlotStatsTesting
import StatsFormats
import Testing

@testable import RemoteSources

@Suite struct HTTPSnapshotRepositoryTests {
  private static let now = Date(timeIntervalSince1970: 1_795_500_000)

  private let transport: HTTPTransport

  init() throws { transport = try HTTPTransport(.patient) }

  private func repository(
    _ server: RawServer, clock: @escaping @Sendable () -> Date = { now }
  ) -> HTTPSnapshotRepository {
    let access = AccessToken(.none, transport: transport, login: server.url())
    return HTTPSnapshotRepository(
      url: server.url("/stats.json?key=canary"), access: access, transport: transport,
      timing: RetryTiming(interval: .seconds(5), random: { 0.5 }), wallClock: clock)
  }

  private static func snapshot(success: Int) -> String {
    """
    {"schema":"slotwatch.snapshot/1","generated_at":"2026-11-23T14:32:05Z","windows":{"day":{"slots":{"a":[\
    {"period_start":"2026-11-23","period_end":"2026-11-23","success":\(success)}]}}}}
    """
  }

  private func success(_ version: SourceVersion) async throws -> Int? {
    try await version.contents.collectGlobalMetrics(window: .day, since: nil).first?.counters.success
  }

  private func failure(_ repository: HTTPSnapshotRepository) async -> StatsSourceError? {
    do {
      _ = try await repository.currentVersion()
      return nil
    } catch {
      return error as? StatsSourceError
    }
  }

  @Test func keepsTheContractOfRepositories() async throws {
    let contents = Box<[String]>([])
    let server = try await RawServer { request in
      let index = Int(request.target.dropFirst()) ?? 0
      return [.text(http("200 OK", contents.value[index]))]
    }
    let contract = StatsRepositoryContract { [transport] made in
      let series = StatsWindow.allCases.map { window in
        (window, SnapshotDocument.Series(global: made.global[window] ?? [], bySlot: made.bySlot[window] ?? [:]))
      }
      let document = SnapshotDocument(
        generatedAt: StatsRepositoryContract.lastDay, slots: made.slots, series: .init(uniqueKeysWithValues: series))
      contents.set(contents.value + [String(decoding: SnapshotWriter.bytes(of: document), as: UTF8.self)])
      let access = AccessToken(.none, transport: transport, login: server.url())
      return HTTPSnapshotRepository(
        url: server.url("/\(contents.value.count - 1)"), access: access, transport: transport, wallClock: { Self.now })
    }
    #expect(try await contract.broken() == [])
    await transport.shutdown()
  }

  @Test func anUnchangedAnswerIsTheSameVersionReadAnew() async throws {
    let text = Box(Self.snapshot(success: 1))
    let server = try await RawServer { request in
      let etag = "\"\(text.value.hashValue)\""
      return request.header("If-None-Match") == etag
        ? [.text("HTTP/1.1 304 Not Modified\r\n\r\n")] : [.text(http("200 OK", text.value, headers: "ETag: \(etag)"))]
    }
    let time = Box(Self.now)
    let repository = repository(server) { time.value }
    let first = try await repository.currentVersion()
    time.set(Self.now + 5)
    let second = try await repository.currentVersion()
    #expect(second.id == first.id)
    #expect(second.readAt == Self.now + 5)
    #expect(await repository.contentReads == 1)
    text.set(Self.snapshot(success: 2))
    let third = try await repository.currentVersion()
    #expect(third.id == first.id + 1)
    #expect(try await success(third) == 2)
    #expect(try await success(first) == 1)
    #expect(server.requests.count == 3)
    await transport.shutdown()
  }

  @Test func equalBytesAreNotDecodedAgain() async throws {
    let server = try await RawServer { _ in [.text(http("200 OK", Self.snapshot(success: 1)))] }
    let repository = repository(server)
    let first = try await repository.currentVersion()
    #expect(try await repository.currentVersion().id == first.id)
    #expect(await repository.contentReads == 1)
    await transport.shutdown()
  }

  @Test func itsWindowsAreThoseOfTheSnapshot() async throws {
    let text = Box(Self.snapshot(success: 1))
    let server = try await RawServer { _ in [.text(http("200 OK", text.value))] }
    let repository = repository(server)
    #expect(repository.windows == StatsWindow.usual)
    text.set(text.value.replacing("\"windows\":{", with: "\"windows\":{\"hour\":{\"slots\":{\"a\":[]}},"))
    _ = try await repository.currentVersion()
    #expect(repository.windows == [.hour, .day, .week])
    text.set("{}")
    _ = await failure(repository)
    #expect(repository.windows == [.hour, .day, .week], "what was good stays")
    await transport.shutdown()
  }

  @Test func whoeverAsksMeanwhileSharesTheAnswer() async throws {
    let server = try await RawServer { _ in [.text(http("200 OK", Self.snapshot(success: 1)))] }
    let repository = repository(server)
    try await withThrowingTaskGroup(of: UInt64.self) { group in
      for _ in 0..<8 { group.addTask { try await repository.currentVersion().id } }
      for try await id in group { #expect(id == 1) }
    }
    #expect(server.requests.count < 8)
    #expect(await repository.contentReads == 1)
    await transport.shutdown()
  }

  @Test(arguments: [
    (
      "200 OK", "{}", "", StatsSourceError.Kind.contentRefused,
      "$.schema is missing; a version 1 snapshot has it"
    ),
    ("200 OK", "<html>", "Content-Type: text/html", .contentRefused, "HTML instead of a snapshot"),
    ("204 No Content", "", "", .contentRefused, "byte 0 is the end; the document is empty"),
    ("401 No", "", "", .notPermitted, "401 from /stats.json: a token is needed"),
    ("403 No", "", "", .notPermitted, "403 from /stats.json: not permitted"),
    ("404 No", "", "", .unreachable, "404 from /stats.json"),
    ("503 No", "", "", .unreachable, "503 from /stats.json"),
  ])
  func everyRefusalIsToldOnceInWords(
    _ status: String, _ body: String, _ header: String, _ kind: StatsSourceError.Kind, _ cause: String
  ) async throws {
    let headers = header.isEmpty ? "X: y" : header
    let server = try await RawServer { _ in [.text(http(status, body, headers: headers))] }
    let error = await failure(repository(server))
    #expect(error?.kind == kind)
    #expect(error?.action == "Cannot read \"http://127.0.0.1:\(server.port)/stats.json\"")
    #expect(error?.cause == cause)
    #expect(error?.retryAfter == .seconds(5))
    await transport.shutdown()
  }

  @Test func goodDataStaysKnownThroughAFailure() async throws {
    let isGood = Box(true)
    let server = try await RawServer { request in
      guard isGood.value else { return [.text(http("503 No", headers: "Retry-After: 120"))] }
      return request.header("If-None-Match") == "\"a\""
        ? [.text("HTTP/1.1 304 Not Modified\r\n\r\n")]
        : [.text(http("200 OK", Self.snapshot(success: 1), headers: "ETag: \"a\""))]
    }
    let repository = repository(server)
    let first = try await repository.currentVersion()
    isGood.set(false)
    #expect(await failure(repository)?.retryAfter == .seconds(120))
    #expect(await failure(repository)?.retryAfter == .seconds(120))
    isGood.set(true)
    #expect(try await repository.currentVersion().id == first.id)
    #expect(await repository.contentReads == 1)
    await transport.shutdown()
  }
}
