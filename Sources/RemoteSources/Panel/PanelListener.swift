import FoundationEssentials
import HTTPTransport
import SlotStats
import StatsFormats
import Synchronization

/// Listens to a panel's live changes, where it tells them.
struct PanelListener: Sendable {
  /// How long a stream may be silent: a server gives a sign of life three times as often.
  static let silence = Duration.seconds(45)

  let client: PanelClient
  let random: @Sendable () -> Double
  let wallClock: @Sendable () -> Date
  /// What the passes tell, and what is told of every change.
  let changes: PanelChanges.Link
  /// Whether anything may have changed since the last pass, by one request.
  let mayHaveChanged: @Sendable () async -> Bool

  /// Listens until the task is cancelled.
  func run() async {
    let pauses = Mutex(ListeningPauses())
    let check = Mutex<Task<Void, Never>?>(nil)
    defer { check.withLock { $0?.cancel() } }
    while !Task.isCancelled {
      let opened = Mutex<ContinuousClock.Instant?>(nil)
      let end = await follow {
        opened.withLock { $0 = .now }
        // What changed while nobody listened was not told.
        guard pauses.withLock({ $0.open() }) else { return }
        let next = Task {
          guard await mayHaveChanged(), !Task.isCancelled else { return }
          changes.tell(StatsChange(slots: nil, at: wallClock(), isReturn: true))
        }
        check.withLock { last in
          last?.cancel()
          last = next
        }
      } onRetry: { milliseconds in
        pauses.withLock { $0.hear(milliseconds: milliseconds) }
      }
      let age = opened.withLock { $0 }.map { $0.duration(to: .now) } ?? .zero
      let (time, wake) = pauses.withLock { $0.pause(after: end, age: age, random: random()) }
      guard await rest(for: time, until: wake) else { return }
    }
  }

  /// Waits.
  /// - Returns: whether there is somebody left to listen for.
  private func rest(for time: Duration, until wake: ListeningPauses.Wake) async -> Bool {
    switch wake {
    case .none: await Self.wait(time, or: nil)
    case .recovery: await Self.wait(time, or: changes.recoveries())
    case .nextRead:
      // From now on, so that a read that succeeds within the pause counts.
      let reads = changes.reads()
      await Self.wait(time, or: nil)
      await Self.wait(ListeningPauses.absence, or: reads)
    }
    return !Task.isCancelled
  }

  /// Waits for as long as `time`, or until one of `changes` comes.
  private static func wait(_ time: Duration, or changes: StatsChanges?) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { try? await Task.sleep(for: time) }
      if let changes {
        group.addTask {
          var changes = changes.makeAsyncIterator()
          _ = await changes.next()
        }
      }
      await group.next()
      group.cancelAll()
    }
  }

  private func follow(
    onOpen: @escaping @Sendable () -> Void, onRetry: @escaping @Sendable (Int) -> Void
  ) async -> LineStreamEnd {
    var url = client.base
    url.path = (url.path.hasSuffix("/") ? String(url.path.dropLast()) : url.path) + "/api/stream"
    url.query = nil
    let events = Mutex(EventLine())
    do {
      return try await client.token.send(HTTPRequest(url)) { [client] request throws(HTTPFailure) in
        try await client.transport.follow(request, silence: Self.silence, onOpen: onOpen) { line in
          switch events.withLock({ $0.take(line) }) {
          case .changed(let data): changes.tell(StatsChange(slots: Self.slots(in: data), at: wallClock()))
          case .retry(let milliseconds): onRetry(milliseconds)
          case nil: break
          }
        }
      }
    } catch {
      return .failed(error)
    }
  }

  private struct Payload: Decodable {
    var slots: [Slot.ID]?
  }

  /// The slots that the data of an event names; `nil` where it may be any, or it cannot be read.
  private static func slots(in data: String) -> Set<Slot.ID>? {
    let payload = try? JSONDecoder().decode(Payload.self, from: Data(data.utf8))
    return payload?.slots.map(Set.init)
  }
}
