import FoundationEssentials
import HTTPTransport
import SlotStats
import StatsFormats
import Synchronization

/// Listens to a panel's live changes, where it tells them.
struct PanelListener: Sendable {
  /// How long a stream may be silent: a server gives a sign of life three times as often.
  static let silence = Duration.seconds(45)
  /// When a panel that has no stream is asked again whether it has.
  static let absence = Duration.seconds(3_600)
  /// How soon a stream that ended is opened anew, at first.
  private static let interval = Duration.seconds(1)

  let client: PanelClient
  let random: @Sendable () -> Double
  let wallClock: @Sendable () -> Date
  /// Told of every change.
  let tell: @Sendable (StatsChange) -> Void

  /// Listens until the task is cancelled.
  func run() async {
    var backoff = Backoff()
    let wasOpen = Mutex(false)
    while !Task.isCancelled {
      let end = await follow {
        // What changed while nobody listened was not told.
        let isAgain = wasOpen.withLock { wasOpen in
          defer { wasOpen = true }
          return wasOpen
        }
        if isAgain { tell(StatsChange(slots: nil, at: wallClock())) }
      }
      let wait: Duration
      switch end {
      case .absent: wait = Self.absence
      case .ended:
        backoff.succeed()
        wait = backoff.fail(interval: Self.interval, random: random())
      case .failed(let failure):
        wait = backoff.fail(interval: Self.interval, retryAfter: failure.retryAfter, random: random())
      }
      do {
        try await Task.sleep(for: wait)
      } catch {
        return
      }
    }
  }

  private func follow(_ onOpen: @escaping @Sendable () -> Void) async -> LineStreamEnd {
    var url = client.base
    url.path = (url.path.hasSuffix("/") ? String(url.path.dropLast()) : url.path) + "/api/stream"
    url.query = nil
    let events = Mutex(EventLine())
    do {
      return try await client.token.send(HTTPRequest(url)) { [client] request throws(HTTPFailure) in
        try await client.transport.follow(request, silence: Self.silence, onOpen: onOpen) { line in
          guard let data = events.withLock({ $0.take(line) }) else { return }
          tell(StatsChange(slots: Self.slots(in: data), at: wallClock()))
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

/// The lines of one server-sent event, as far as changes need them.
struct EventLine: Sendable {
  /// The longest data that is kept, in bytes: an event with more may be of any slot.
  static let maxDataBytes = 1 << 20

  private var name = ""
  private var data = ""
  private var isTooLong = false

  /// Takes a line; gives the data of a change that it ends, none of it where that was too long.
  mutating func take(_ line: String) -> String? {
    if line.isEmpty {
      defer { self = EventLine() }
      return name == "changed" ? data : nil
    }
    if let value = Self.value(of: "event", in: line) { name = value }
    if !isTooLong, let value = Self.value(of: "data", in: line) {
      data += data.isEmpty ? value : "\n" + value
      isTooLong = data.utf8.count > Self.maxDataBytes
      if isTooLong { data = "" }
    }
    return nil
  }

  private static func value(of field: String, in line: String) -> String? {
    guard line.hasPrefix(field + ":") else { return nil }
    let value = line.dropFirst(field.count + 1)
    return String(value.first == " " ? value.dropFirst() : value)
  }
}
