import Foundation
import HTTPTransport
import HTTPTransportTesting
import SlotStats
import Testing

@testable import Notifications

@Suite struct HTTPSinkTests {
  private func deliver(
    _ notices: [AlertNotice] = [firing()], to server: RawServer, token: Secret? = nil, isAlertmanager: Bool = false,
    _ change: (inout TransportSettings) -> Void = { _ in }
  ) async throws -> Result<String, SinkFailure> {
    var settings = TransportSettings.patient
    change(&settings)
    let transport = try HTTPTransport(settings)
    let target = HTTPTarget(server.url("/hook"), token: token, transport: transport)
    let sink: any AlertSink =
      if isAlertmanager { AlertmanagerSink(target) { instant(600) } } else { WebhookSink(target) }
    let result: Result<String, SinkFailure>
    do throws(SinkFailure) { result = .success(try await sink.deliver(notices)) } catch { result = .failure(error) }
    await transport.shutdown()
    return result
  }

  private func body(_ request: RawServer.Request) -> String {
    request.text.firstRange(of: "\r\n\r\n").map { String(request.text[$0.upperBound...]) } ?? ""
  }

  @Test func aWebhookIsPostedEachNotice() async throws {
    let server = try await RawServer { _ in [.text(http("204 No Content"))] }
    let answer = try await deliver([firing("a"), firing("b")], to: server, token: Secret("canary"))
    #expect(answer == .success("taken by http://127.0.0.1:\(server.port)"))
    #expect(
      server.requests.map(body) == ["a", "b"].map { String(decoding: NoticeDocument.bytes(firing($0)), as: UTF8.self) })
    for request in server.requests {
      #expect(request.text.hasPrefix("POST /hook HTTP/1.1\r\n"))
      #expect(request.header("Content-Type") == "application/json")
      #expect(request.header("Authorization") == "Bearer canary")
    }
  }

  @Test(arguments: [
    ("500 Internal Server Error", true), ("503 Service Unavailable", true), ("429 Too Many Requests", true),
    ("400 Bad Request", false), ("401 Unauthorized", false), ("404 Not Found", false), ("410 Gone", false),
    ("302 Found", false),
  ])
  func onlyAServerThatCannotNowIsToldAgain(status: String, isPassing: Bool) async throws {
    let server = try await RawServer { _ in [.text(http(status, headers: "Retry-After: 7"))] }
    let failure = try await deliver(to: server).failure
    #expect(failure?.isPassing == isPassing)
    #expect(failure?.cause.hasPrefix("\(status.prefix(3)) from /hook") == true, "\(String(describing: failure))")
    #expect(failure?.retryAfter == .seconds(7))
    #expect(server.requests.count == 1)
  }

  @Test(arguments: ["/services/canary", "/" + String(repeating: "canary", count: 40)])
  func aFailureNamesNoPathThatIsASecret(path: String) async throws {
    let server = try await RawServer { _ in [.text(http("404 Not Found", #"{"message":"no such hook"}"#))] }
    let transport = try HTTPTransport(.patient)
    let sink = WebhookSink(HTTPTarget(server.url(path), transport: transport, isPathSecret: true))
    let failure = await #expect(throws: SinkFailure.self) { try await sink.deliver([firing()]) }
    await transport.shutdown()
    #expect(failure?.cause.hasPrefix("404 from /…") == true && failure?.cause.hasSuffix(": no such hook") == true)
    #expect(failure?.cause.contains("canary") == false)
  }

  @Test func aServerThatNeverAnswersIsLeftAfterItsTime() async throws {
    let server = try await RawServer { _ in [] }
    let failure = try await deliver(to: server) { $0.firstByteTimeout = .milliseconds(100) }.failure
    #expect(failure == SinkFailure("no answer from 127.0.0.1 within 0.1 s", isPassing: true))
    let slow = try await RawServer { _ in [.drip(Array(http().utf8), every: .milliseconds(100))] }
    let late = try await deliver(to: slow) { $0.totalTimeout = .milliseconds(300) }.failure
    #expect(late?.isPassing == true)
  }

  @Test func aServerThatIsNotThereIsTriedAgain() async throws {
    let server = try await RawServer { _ in [] }
    await server.close()
    #expect(try await deliver(to: server).failure?.isPassing == true)
  }

  // MARK: Alertmanager

  private func alerts(_ notices: [AlertNotice], now: Date = instant(600)) throws -> [[String: Any]] {
    let document = AlertmanagerSink.document(notices, now: now)
    return try #require(try JSONSerialization.jsonObject(with: Data(document)) as? [[String: Any]])
  }

  @Test func anAlertHasItsLabelsAndAnEndThatLiesAhead() throws {
    let alert = try #require(try alerts([firing()]).first)
    #expect(Set(alert.keys) == ["labels", "annotations", "startsAt", "endsAt"])
    #expect(
      alert["labels"] as? [String: String] == [
        "alertname": "provider down", "rule": "provider down", "severity": "page", "slot": "slot-001", "source": "prod",
      ])
    #expect(
      alert["annotations"] as? [String: String] == [
        "summary": "last hour 39.1% (18/46)", "runbook": "https://wiki.example/provider",
      ])
    #expect(alert["startsAt"] as? String == "2026-11-18T11:06:40Z")
    #expect(alert["endsAt"] as? String == "2026-11-18T11:20:40Z", "four minutes after it is sent")
  }

  @Test func anAlertOfAllSlotsHasNoSlot() throws {
    #expect((try alerts([firing(nil)]).first?["labels"] as? [String: String])?["slot"] == nil)
  }

  @Test func aResolutionHasItsTrueEndButNeverOneAheadOrBeforeItsStart() throws {
    func end(_ notice: AlertNotice, now: Date = instant(600)) throws -> String? {
      try alerts([notice], now: now).first?["endsAt"] as? String
    }
    #expect(try end(firing().resolved(at: instant(60))) == "2026-11-18T11:07:40Z")
    #expect(try end(firing().resolved(at: instant(900))) == "2026-11-18T11:16:40Z")
    #expect(try end(firing().resolved(at: instant(60)), now: instant(-100)) == "2026-11-18T11:06:40Z")
    #expect(try end(firing(at: 900)) == "2026-11-18T11:25:40Z")
  }

  @Test func manyAlertsAreOneRequest() async throws {
    let server = try await RawServer { _ in [.text(http())] }
    let notices = (0..<50).map { firing("slot-\($0)") }
    #expect(try await deliver(notices, to: server, isAlertmanager: true).failure == nil)
    #expect(server.requests.map(\.target) == ["/hook/api/v2/alerts"])
    #expect(server.requests.map { body($0).components(separatedBy: "\"alertname\"").count } == [51])
  }

  @Test(arguments: [
    (#""start time must be before end time""#, "start time must be before end time"),
    (#"{"code":602,"message":"0.labels in body is required"}"#, "0.labels in body is required"),
    (#"{"error":{"code":"x","message":"as a panel says it"}}"#, "as a panel says it"),
  ])
  func whatItSaysOfARefusalIsTold(body: String, words: String) async throws {
    let server = try await RawServer { _ in [.text(http("400 Bad Request", body))] }
    let failure = try await deliver(to: server, isAlertmanager: true).failure
    #expect(failure == SinkFailure("400 from /hook/api/v2/alerts: \(words)"))
  }
}
