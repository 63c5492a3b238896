import NIOCore
import SlotStats
import SlotStatsTesting
import Testing

@testable import StatsServer

/// How long a client may keep the server waiting. The limit that a test is about is short, the others are long.
@Suite(.timeLimit(.minutes(1))) struct TimeLimitTests {
  private static let short = TimeAmount.milliseconds(200)
  private static let head = "Host: localhost\r\n"

  /// How long it takes until the server ends a connection on which this was sent; nothing is answered to it.
  private func timeToEnd(_ text: String, _ change: (inout ServerLimits) -> Void) async throws -> Duration {
    var time = Duration.zero
    try await serving(MemoryLedger(), change) { port in
      var client = try await RawClient(port: port)
      let start = ContinuousClock.now
      if !text.isEmpty { try await client.send(text) }
      #expect(await client.readToEnd().isEmpty)
      time = ContinuousClock.now - start
    }
    return time
  }

  @Test(arguments: [
    "G", "GET /healthz HTTP/1.1\r\nHo",
    "POST /api/events HTTP/1.1\r\n\(head)Content-Type: application/json\r\nContent-Length: 9\r\n\r\n{",
  ])
  func aRequestThatDoesNotComeEndsTheConnection(text: String) async throws {
    #expect(try await timeToEnd(text) { $0.requestTime = Self.short } >= .milliseconds(190))
  }

  @Test(arguments: ["", "\r\n"]) func aConnectionWithoutARequestEnds(text: String) async throws {
    #expect(try await timeToEnd(text) { $0.idleTime = Self.short } >= .milliseconds(190))
  }

  @Test func aRequestThatComesByDripsHasNoMoreTime() async throws {
    try await serving(MemoryLedger(), { $0.requestTime = Self.short }) { port in
      var client = try await RawClient(port: port)
      let mouth = client.mouth
      let drips = Task {
        try await mouth.send("POST /api/events HTTP/1.1\r\n\(Self.head)Content-Type: application/json\r\n")
        try await mouth.send("Content-Length: 1000000\r\n\r\n")
        while true { try await mouth.send(" ") }
      }
      #expect(await client.readToEnd().isEmpty)
      drips.cancel()
      _ = await drips.result
    }
  }

  @Test func aKeptConnectionIsIdleFromItsAnswerOn() async throws {
    try await serving(MemoryLedger(), { $0.idleTime = Self.short }) { port in
      var client = try await RawClient(port: port)
      try await client.send("GET /healthz HTTP/1.1\r\n\(Self.head)\r\n")
      let answer = await client.read(until: "ok\n")
      let start = ContinuousClock.now
      #expect(await client.readToEnd() == answer)
      #expect(ContinuousClock.now - start >= .milliseconds(150))
    }
  }

  @Test func aNextRequestHasItsOwnTimeHoweverLongTheConnectionWasIdle() async throws {
    try await serving(MemoryLedger(), { ($0.idleTime, $0.requestTime) = (Self.short, .seconds(30)) }) { port in
      var client = try await RawClient(port: port)
      try await client.send("GET /healthz HTTP/1.1\r\nHo")
      // Another one that comes later is over before.
      var idle = try await RawClient(port: port)
      #expect(await idle.readToEnd().isEmpty)
      try await client.send("st: localhost\r\nConnection: close\r\n\r\n")
      #expect(await client.readToEnd().hasSuffix("ok\n"))
    }
  }

  /// A server with an answer that no buffer of the system holds.
  private static func ledger() -> MemoryLedger {
    let slots = (0..<1_000).map { Slot(id: "slot-\($0)", name: String(repeating: "n", count: 7_000)) }
    return MemoryLedger(InMemoryStatsRepository(.init(slots: slots)))
  }

  private static let contentBytes = 7_000_000

  @Test func anAnswerThatIsNotReadEndsTheConnection() async throws {
    try await serving(Self.ledger(), { $0.unreadTime = Self.short }) { port in
      let silent = try await RawClient(port: port, isEager: false, buffer: 4 << 10)
      try await silent.send("GET /api/slots HTTP/1.1\r\n\(Self.head)\r\n")
      var (begun, ended) = (false, false)
      while !ended {
        var watcher = try await RawClient(port: port)
        try await watcher.send("GET /metrics HTTP/1.0\r\n\r\n")
        let metrics = await watcher.readToEnd()
        begun = begun || metrics.contains("{route=\"/api/slots\",status=\"200\"} 1\n")
        ended = begun && metrics.contains("slotwatch_http_connections 1\n")
      }
      try await silent.close()
    }
  }

  @Test(arguments: ["", "Connection: close\r\n"])
  func anAnswerThatIsReadSlowlyIsSentToItsEnd(fields: String) async throws {
    try await serving(
      Self.ledger(), { ($0.unreadTime, $0.closingTime, $0.idleTime) = (Self.short * 2, Self.short, .milliseconds(40)) }
    ) { port in
      var slow = try await RawClient(port: port, isEager: false, buffer: 256 << 10)
      try await slow.send("GET /api/slots HTTP/1.1\r\n\(Self.head)\(fields)\r\n")
      let start = ContinuousClock.now
      while ContinuousClock.now - start < .milliseconds(900) {
        // The time that an idle connection has is all the waiting there is.
        var idle = try await RawClient(port: port)
        _ = await idle.readToEnd()
        slow.sip()
      }
      try await slow.listen()
      #expect(await slow.readToEnd().utf8.count > Self.contentBytes)
    }
  }
}
