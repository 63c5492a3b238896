import Foundation
import HTTPTransport
import HTTPTransportTesting
import SlotStats
import Synchronization
import Testing

@testable import RemoteSources

/// A panel's stream over a real socket, and what reads it.
@Suite struct PanelListenerTests {
  private static let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"

  /// Runs `body` with what listens to `server`, and with how often it asked whether anything changed.
  private func run(
    _ server: RawServer, mayHaveChanged: Bool = false,
    _ body: (PanelChanges, _ told: inout StatsChanges.Iterator, _ asked: Box<Int>) async throws -> Void
  ) async throws {
    let transport = try HTTPTransport(.patient)
    let url = server.url("/")
    let client = PanelClient(
      base: url, name: "panel", transport: transport, token: AccessToken(.none, transport: transport, login: url))
    let (changes, asked) = (PanelChanges(), Box(0))
    var told = changes.feed.changes().makeAsyncIterator()
    changes.listen { link in
      await PanelListener(
        client: client, random: { 0.5 }, wallClock: { tuesday }, changes: link,
        mayHaveChanged: {
          asked.set(asked.value + 1)
          return mayHaveChanged
        }
      ).run()
    }
    try await body(changes, &told, asked)
    changes.end()
    await transport.shutdown()
  }

  @Test(arguments: ["\n", "\r", "\r\n"])
  func eventsAreUnderstoodWhateverEndsTheirLinesAndCutsThem(end: String) async throws {
    let text = ["\u{FEFF}: hi", "", "event: changed", "data: {\"slots\":[\"a\",", "data: \"b\"]}", "", ""]
      .joined(separator: end)
    let server = try await RawServer { _ in [.text(Self.head), .drip(Array(text.utf8), every: .milliseconds(1))] }
    try await run(server) { _, told, _ in
      #expect(await told.next()?.slots == ["a", "b"])
    }
  }

  @Test(arguments: [false, true])
  func aStreamThatIsBackIsBelievedUnlessSomethingMayHaveChanged(mayHaveChanged: Bool) async throws {
    let server = try await RawServer { request in
      let event = "event: changed\ndata: {\"slots\":[\"a\"]}\n\n"
      return [.text(Self.head), request.connection == 0 ? .close : .text(mayHaveChanged ? ": hi\n\n" : event)]
    }
    try await run(server, mayHaveChanged: mayHaveChanged) { _, told, asked in
      let change = await told.next()
      #expect(change != nil && change?.slots == (mayHaveChanged ? nil : ["a"]))
      // Then nobody leaves the panel alone any more.
      #expect(change?.isReturn == mayHaveChanged)
      if mayHaveChanged { #expect(asked.value == 1) }
    }
  }

  @Test func aStreamThatEndsAtOnceIsNotAskedForAtOnce() async throws {
    let server = try await RawServer { _ in [.text(Self.head + "retry: 1\n\n"), .close] }
    try await run(server) { _, _, _ in
      let began = ContinuousClock.now
      await server.waitForRequests(3)
      #expect(began.duration(to: .now) >= .seconds(2.9), "a second, then two")
    }
  }

  @Test func aStreamThatWasThereIsAskedForAsSoonAsAReadSucceeds() async throws {
    let server = try await RawServer { request in
      switch request.connection {
      case 0: [.text(Self.head), .close]
      case 1: [.text(http("200 OK", "<html>", headers: "Content-Type: text/html", "Connection: close")), .close]
      default: [.text(Self.head + "event: changed\ndata: {\"slots\":[\"back\"]}\n\n")]
      }
    }
    try await run(server) { changes, told, _ in
      await server.waitForRequests(2)
      await server.waitForClosedConnections(2)
      let reading = Task {
        while !Task.isCancelled {
          changes.noteRead(afterFailure: false, at: tuesday)
          try await Task.sleep(for: .milliseconds(20))
        }
      }
      #expect(await told.next()?.slots == ["back"])
      reading.cancel()
    }
  }

  @Test func aRecoveryEndsAPause() async throws {
    let server = try await RawServer { request in
      request.connection < 3
        ? [.text(Self.head), .close] : [.text(Self.head + "event: changed\ndata: {\"slots\":[\"back\"]}\n\n")]
    }
    try await run(server) { changes, told, _ in
      await server.waitForClosedConnections(1)
      let began = ContinuousClock.now
      let reading = Task {
        while !Task.isCancelled {
          changes.noteRead(afterFailure: true, at: tuesday)
          try await Task.sleep(for: .milliseconds(20))
        }
      }
      #expect(await told.next()?.slots == ["back"])
      #expect(began.duration(to: .now) < .seconds(6), "without it there are seven seconds of pauses")
      reading.cancel()
    }
  }
}
