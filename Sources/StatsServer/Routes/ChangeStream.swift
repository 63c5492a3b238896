import FoundationEssentials
import SlotStats
import StatsFormats
import Synchronization

/// Everybody who listens to live changes.
final class ChangeStreams: Sendable {
  /// How often a silent stream says that it is there.
  static let heartbeat = Duration.seconds(15)
  /// How long changes are gathered before they are told.
  static let gathering = Duration.milliseconds(50)
  /// When a listener that lost its stream is to come again, in milliseconds.
  private static let retryMilliseconds = 1_000

  private let changes: StatsChangeFeed
  private let open = Mutex<(feeds: [UInt64: StatsChangeFeed], last: UInt64, hasEnded: Bool)>(([:], 0, false))
  private let clock: any Clock<Duration>
  private let wallClock: @Sendable () -> Date

  init(of changes: StatsChangeFeed, clock: any Clock<Duration>, wallClock: @escaping @Sendable () -> Date) {
    self.changes = changes
    self.clock = clock
    self.wallClock = wallClock
  }

  /// What a stream begins with.
  static let opening = Array("retry: \(retryMilliseconds)\n\n: listening\n\n".utf8)

  /// Hands one listener its events, one piece after another, until it leaves or the server stops.
  func listen(_ write: (sending [UInt8]) async throws -> Void) async throws {
    // Heartbeats are changes of nothing: they join whatever waits, and never queue up behind a slow listener.
    let own = StatsChangeFeed()
    let incoming = changes.changes()
    let outgoing = own.changes()
    guard let number = enter(own) else { return }
    defer { leave(number) }
    try await write(Self.opening)
    let (clock, wallClock) = (clock, wallClock)
    let beats = Task {
      while !Task.isCancelled {
        try await clock.sleep(for: Self.heartbeat, tolerance: nil)
        own.publish(StatsChange(slots: [], at: wallClock()))
      }
    }
    let relay = Task { for await change in incoming { own.publish(change) } }
    defer {
      beats.cancel()
      relay.cancel()
    }
    for await change in outgoing {
      try await write(Self.text(change))
      try await clock.sleep(for: Self.gathering, tolerance: nil)
    }
  }

  /// Ends every stream, now and from now on.
  func finish() {
    let feeds = open.withLock { open in
      open.hasEnded = true
      return Array(open.feeds.values)
    }
    for feed in feeds { feed.finish() }
  }

  private func enter(_ feed: StatsChangeFeed) -> UInt64? {
    open.withLock { open in
      guard !open.hasEnded else { return nil }
      open.last += 1
      open.feeds[open.last] = feed
      return open.last
    }
  }

  private func leave(_ number: UInt64) { _ = open.withLock { $0.feeds.removeValue(forKey: number) } }

  /// An event as it is sent; a change of no slot is a sign of life.
  static func text(_ change: StatsChange) -> [UInt8] {
    if change.slots?.isEmpty == true { return Array(": alive\n\n".utf8) }
    var writer = JSONWriter()
    writer.object { writer in
      writer.key("slots")
      if let slots = change.slots {
        writer.array { writer in for slot in slots.sorted() { writer.value(slot) } }
      } else {
        writer.null()
      }
      writer.member("at", change.at)
    }
    return Array("event: changed\ndata: ".utf8) + writer.bytes + Array("\n\n".utf8)
  }
}
