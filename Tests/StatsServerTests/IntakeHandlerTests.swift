import Foundation
import NIOCore
import NIOEmbedded
import NIOHTTP1
import SlotStats
import SlotStatsTesting
import Testing

@testable import StatsServer

/// What becomes of the parts of requests on one connection.
@Suite struct IntakeHandlerTests {
  private static let token = String(repeating: "w", count: 16)

  private let store = MemoryLedger()
  private let queue = IntakeQueue(limits: .init(maxEvents: 100, maxBytes: 100_000), accepted: Sample.accepted)
  private let metrics = ServerMetrics()

  /// An answer as it was sent.
  private struct Answer {
    var status: Int
    var headers: HTTPHeaders
    var body: String
  }

  /// Runs `body` with a connection on which nothing has come yet, and ends that.
  private func connected(
    _ limits: ServerLimits = ServerLimits(), _ body: (NIOAsyncTestingChannel) async throws -> Void
  ) async throws {
    let intake = Intake(
      queue: queue, access: AccessRule(try AccessTokens(lines: "write:\(Self.token)")), metrics: metrics)
    let channel = try await NIOAsyncTestingChannel { channel in
      try channel.pipeline.syncOperations.addHandler(IntakeHandler(intake, limits: limits))
    }
    let result: Result<Void, any Error>
    do {
      try await channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).get()
      result = .success(try await body(channel))
    } catch {
      result = .failure(error)
    }
    _ = try await channel.finish(acceptAlreadyClosed: true)
    try result.get()
  }

  private func head(
    _ uri: String = "/api/events", _ method: HTTPMethod = .POST, length: Int?, _ more: HTTPHeaders = [:],
    token: String? = token
  ) -> HTTPServerRequestPart {
    var head = HTTPRequestHead(version: .http1_1, method: method, uri: uri)
    head.headers = ["Host": "localhost", "Content-Type": "application/json"]
    if let token { head.headers.add(name: "Authorization", value: "Bearer \(token)") }
    if let length { head.headers.add(name: "Content-Length", value: String(length)) }
    head.headers.add(contentsOf: more)
    return .head(head)
  }

  private func body(_ text: String) -> HTTPServerRequestPart { .body(ByteBuffer(string: text)) }

  private func post(_ text: String, _ more: HTTPHeaders = [:], to channel: NIOAsyncTestingChannel) async throws {
    for part in [head(length: text.utf8.count, more), body(text), .end(nil)] { try await channel.writeInbound(part) }
  }

  /// The next answer, once it has been sent.
  private func answer(on channel: NIOAsyncTestingChannel) async throws -> Answer {
    var answer = Answer(status: 0, headers: [:], body: "")
    while true {
      switch try await channel.waitForOutboundWrite(as: HTTPServerResponsePart.self) {
      case .head(let head): (answer.status, answer.headers) = (Int(head.status.code), head.headers)
      case .body(.byteBuffer(let bytes)): answer.body += String(buffer: bytes)
      case .body(.fileRegion): break
      case .end: return answer
      }
    }
  }

  /// Runs `body` beside the committer of the queue, and ends that.
  private func committing(_ body: () async throws -> Void) async throws {
    let service = try CachedStatsService(repository: store.repository, clock: ManualClock())
    let committer = EventCommitter(
      queue: queue, ledger: store, foreign: try await ForeignChanges(of: store), service: service, metrics: metrics,
      clock: ManualClock())
    let task = Task { await committer.run() }
    let result: Result<Void, any Error>
    do { result = .success(try await body()) } catch { result = .failure(error) }
    queue.finish()
    await task.value
    try result.get()
  }

  @Test func aPostIsAnsweredOnceItIsStoredAndTheConnectionGoesOn() async throws {
    try await connected { channel in
      let gate = Gate()
      store.wait(at: gate)
      try await committing {
        let event = Sample.event()
        try await post(event, to: channel)
        await gate.waitForArrivals(1)
        #expect(try await channel.readOutbound(as: HTTPServerResponsePart.self) == nil)
        gate.open()
        let first = try await answer(on: channel)
        #expect(first.status == 200)
        #expect(first.body == #"{"accepted":1,"duplicate":0,"refused":[]}"#)
        #expect(first.headers["Content-Length"] == ["\(first.body.utf8.count)"])
        #expect(!first.headers.contains(name: "Connection"))
        try await post(event, to: channel)
        #expect(try await answer(on: channel).body == #"{"accepted":0,"duplicate":1,"refused":[]}"#)
      }
      #expect(channel.isActive)
    }
  }

  @Test func whatIsNotForItPassesAsItIs() async throws {
    try await connected { channel in
      for part in [head("/api/eventsx", length: 1), body("x"), .end(nil), head("/api/events", .GET, length: nil)] {
        try await channel.writeInbound(part)
        #expect(try await channel.readInbound(as: HTTPServerRequestPart.self) == part)
      }
      #expect(try await channel.readOutbound(as: HTTPServerResponsePart.self) == nil)
    }
  }

  @Test(arguments: ["gzip", "x-gzip", "X-GZIP", "identity, x-gzip"])
  func whatIsCodedWithGzipIsInflatedWhateverItIsCalled(coding: String) async throws {
    try await connected { channel in
      // An empty list in gzip, as gzip has it.
      let bytes: [UInt8] = [31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 139, 142, 5, 0, 41, 187, 76, 13, 2, 0, 0, 0]
      try await channel.writeInbound(head(length: bytes.count, ["Content-Encoding": coding]))
      try await channel.writeInbound(HTTPServerRequestPart.body(ByteBuffer(bytes: bytes)))
      try await channel.writeInbound(HTTPServerRequestPart.end(nil))
      let taken = try await answer(on: channel)
      #expect(taken.status == 200, "\(taken.body)")
    }
  }

  @Test(arguments: ["zstd", "br", "deflate", "compress", "gzip, gzip", "gzip, br", "\u{1B}[2j"])
  func whatIsCodedOtherwiseIsRefusedByName(coding: String) async throws {
    try await connected { channel in
      try await post("{}", ["Content-Encoding": coding], to: channel)
      let refusal = try await answer(on: channel)
      #expect(refusal.status == 415)
      #expect(refusal.headers["Accept-Encoding"] == ["gzip"])
      #expect(!refusal.headers.contains(name: "Accept"))
      if coding.first != "\u{1B}" {
        #expect(refusal.body.contains(#"\"\#(coding)\"; send it as it is, or with gzip."#))
      }
      #expect(!refusal.body.unicodeScalars.contains("\u{1B}"))
      #expect(refusal.headers["Cache-Control"] == ["no-store"])
    }
  }

  @Test func codingsAreOneListHoweverManyHeadersHoldThem() async throws {
    try await connected { channel in
      try await post("{}", HTTPHeaders([("Content-Encoding", "identity"), ("Content-Encoding", "br")]), to: channel)
      #expect(try await answer(on: channel).status == 415)
    }
  }

  @Test func aBodyHasOneType() async throws {
    try await connected { channel in
      try await post("{}", ["Content-Type": "text/plain"], to: channel)
      let refusal = try await answer(on: channel)
      #expect(refusal.status == 415)
      #expect(refusal.headers["Accept"] == ["application/json, application/x-ndjson"])
      #expect(!refusal.headers.contains(name: "Accept-Encoding"))
    }
  }

  @Test func aShortPostThatIsRefusedIsPassedAndTheConnectionGoesOn() async throws {
    try await connected { channel in
      try await channel.writeInbound(head("/api/events?x=1", length: 2, token: nil))
      try await channel.writeInbound(body("{}"))
      #expect(try await channel.readOutbound(as: HTTPServerResponsePart.self) == nil)
      try await channel.writeInbound(HTTPServerRequestPart.end(nil))
      let refusal = try await answer(on: channel)
      #expect(refusal.status == 401)
      #expect(refusal.headers["WWW-Authenticate"] == ["Bearer"])
      try await post("{", to: channel)
      let unreadable = try await answer(on: channel)
      #expect(unreadable.status == 400)
      #expect(unreadable.body.contains("The body cannot be read"))
      #expect(channel.isActive)
    }
  }

  @Test func aLongPostThatIsRefusedIsAnsweredAtOnceAndEndsTheConnection() async throws {
    try await connected { channel in
      try await channel.writeInbound(head(length: 1 << 20, token: nil))
      let refusal = try await answer(on: channel)
      #expect(refusal.status == 401)
      #expect(refusal.headers["Connection"] == ["close"])
      try await channel.writeInbound(body("never read"))
      #expect(channel.isActive)
      await channel.testingEventLoop.advanceTime(by: .seconds(2))
      #expect(!channel.isActive)
    }
  }

  @Test func aBodyThatGrowsTooLargeIsRefusedWhileItComes() async throws {
    var limits = ServerLimits()
    limits.maxBodyBytes = 10
    try await connected(limits) { channel in
      try await channel.writeInbound(head(length: nil, ["Transfer-Encoding": "chunked"]))
      try await channel.writeInbound(body("123456"))
      #expect(queue.held.bytes == 6)
      try await channel.writeInbound(body("123456"))
      #expect(try await answer(on: channel).status == 413)
      #expect(queue.held.bytes == 0)
      try await channel.writeInbound(HTTPServerRequestPart.end(nil))
      #expect(!channel.isActive)
    }
  }

  @Test func whoAsksWhetherToSendIsToldToGoOn() async throws {
    try await connected { channel in
      try await channel.writeInbound(head(length: 2, ["Expect": "100-continue"]))
      guard case .head(let head) = try await channel.waitForOutboundWrite(as: HTTPServerResponsePart.self) else {
        Issue.record("no head was sent")
        return
      }
      #expect(head.status == .continue)
    }
  }

  @Test func nobodyElseIsToldToGoOn() async throws {
    try await connected { channel in
      var old = HTTPRequestHead(version: .http1_0, method: .POST, uri: "/api/events")
      old.headers = ["Content-Type": "application/json", "Content-Length": "2", "Expect": "100-continue"]
      old.headers.add(name: "Authorization", value: "Bearer \(Self.token)")
      try await channel.writeInbound(HTTPServerRequestPart.head(old))
      #expect(try await channel.readOutbound(as: HTTPServerResponsePart.self) == nil)
    }
    try await connected { channel in
      try await channel.writeInbound(head(length: 2, ["Expect": "tea"]))
      #expect(try await channel.readOutbound(as: HTTPServerResponsePart.self) == nil)
    }
  }

  @Test func whatFindsNoRoomIsToldToComeAgain() async throws {
    try await connected { channel in
      try await channel.writeInbound(head(length: 100_001))
      let full = try await answer(on: channel)
      #expect(full.status == 503)
      #expect(full.headers["Retry-After"] == ["1"])
    }
  }

  @Test func whoStopsTakesNothingAndSaysSo() async throws {
    queue.finish()
    try await connected { channel in
      try await post(Sample.event(), to: channel)
      let stopped = try await answer(on: channel)
      #expect(stopped.status == 503)
      #expect(stopped.headers["Connection"] == ["close"])
      #expect(!channel.isActive)
    }
  }

  @Test func whoHasNothingMoreToSendStillGetsItsAnswer() async throws {
    try await connected { channel in
      let gate = Gate()
      store.wait(at: gate)
      try await committing {
        try await post(Sample.event(), to: channel)
        await gate.waitForArrivals(1)
        try await channel.testingEventLoop.executeInContext {
          channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        }
        gate.open()
        let last = try await answer(on: channel)
        #expect(last.status == 200)
        #expect(last.headers["Connection"] == ["close"])
      }
      #expect(!channel.isActive)
    }
  }

  @Test func theRoomOfABodyThatNeverEndsIsGivenBack() async throws {
    try await connected { channel in
      try await channel.writeInbound(head(length: 100))
      try await channel.writeInbound(body("half of it"))
      #expect(queue.held.bytes == 10)
      try await channel.close().get()
      await channel.testingEventLoop.run()
      #expect(queue.held.bytes == 0)
    }
  }
}
