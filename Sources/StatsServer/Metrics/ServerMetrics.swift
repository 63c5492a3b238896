import SlotStats
import Synchronization

/// What the server counts of itself since it started. Names no slot.
final class ServerMetrics: Sendable {
  /// What requests are counted by.
  private struct RequestKey: Hashable {
    var route: String
    var status: Int
  }

  /// Every route with what it is usually answered: a counter that first appears with its first count looks to a monitor
  /// as if it had never grown.
  private static let known: [RequestKey: Int] = {
    let keys =
      Route.all.flatMap { route in
        (route.statuses + [Response.Status.methodNotAllowed.rawValue]).map { RequestKey(route: route.path, status: $0) }
      } + elsewhere.map { RequestKey(route: otherRoute, status: $0.rawValue) }
    return Dictionary(keys.map { ($0, 0) }) { first, _ in first }
  }()

  /// What stands for a route where a request has none.
  static let otherRoute = "other"
  /// What is answered there.
  private static let elsewhere: [Response.Status] = [
    .badRequest, .unauthorized, .forbidden, .notFound, .targetTooLong, .headTooLarge, .notImplemented,
  ]

  private struct State {
    var accepted = 0
    var duplicate = 0
    var refused = 0
    var failedCommits = 0
    var commits = CommitHistogram()
    var requests = ServerMetrics.known
    /// Posts of events by status: counted often, so without hashing.
    var posts = [Int](repeating: 0, count: 600)
    var connections = 0
    var refusedConnections = 0
    var streams = 0
  }

  private let state = Mutex(State())

  /// Nothing counted yet.
  init() {}

  /// Counts what became of a body of events.
  func count(_ outcome: IntakeOutcome) {
    guard case .stored(let accepted, let duplicate, _, let refused) = outcome else { return }
    state.withLock { state in
      state.accepted += accepted
      state.duplicate += duplicate
      state.refused += refused
    }
  }

  /// Counts a commit that took this long.
  func countCommit(_ duration: Duration) { state.withLock { $0.commits.add(duration / .seconds(1)) } }

  /// Counts a commit that failed.
  func countFailedCommit() { state.withLock { $0.failedCommits += 1 } }

  /// Counts an answer to a post of events.
  func countPost(_ status: Int) { state.withLock { $0.posts[status] += 1 } }

  /// Counts an answer.
  func count(route: String, status: Int) {
    state.withLock { $0.requests[RequestKey(route: route, status: status), default: 0] += 1 }
  }

  /// Counts a connection that was opened, unless there are too many.
  /// - Returns: whether it may stay.
  func openConnection(atMost limit: Int) -> Bool {
    state.withLock { state in
      if state.connections >= limit {
        state.refusedConnections += 1
        return false
      }
      state.connections += 1
      return true
    }
  }

  /// Counts a connection that was closed.
  func closeConnection() { state.withLock { $0.connections -= 1 } }

  /// Counts somebody who listens to changes, unless there are too many.
  /// - Returns: their place, which is counted for as long as it is held; `nil` where they may not stay.
  func openStream(atMost limit: Int) -> StreamPlace? {
    let isWelcome = state.withLock { state in
      if state.streams >= limit { return false }
      state.streams += 1
      return true
    }
    return isWelcome ? StreamPlace(in: self) : nil
  }

  fileprivate func closeStream() { state.withLock { $0.streams -= 1 } }

  /// Everything in the text format of Prometheus, version 0.0.4; `gaps` is what the store says of those, if it answers, and `alerts`
  /// what the rules find, if there are any.
  func text(held: (events: Int, bytes: Int), gaps: Int? = nil, alerts: AlertFigures? = nil) -> String {
    var text = MetricsText()
    state.withLock { state in
      text.family("slotwatch_events_total", "counter", "Events received, by what became of them.")
      let outcomes = [("accepted", state.accepted), ("duplicate", state.duplicate), ("refused", state.refused)]
      for (name, count) in outcomes { text.sample("slotwatch_events_total", [("outcome", name)], Double(count)) }
      text.family("slotwatch_commits_failed_total", "counter", "Batches that the store did not take.")
      text.sample("slotwatch_commits_failed_total", [], Double(state.failedCommits))
      text.family("slotwatch_commit_seconds", "histogram", "How long it took to make batches of events durable.")
      for (bound, count) in state.commits.cumulative {
        text.sample("slotwatch_commit_seconds_bucket", [("le", bound)], Double(count))
      }
      text.sample("slotwatch_commit_seconds_sum", [], state.commits.sum)
      text.sample("slotwatch_commit_seconds_count", [], Double(state.commits.count))
      text.family("slotwatch_queue_events", "gauge", "Events that wait to become durable.")
      text.sample("slotwatch_queue_events", [], Double(held.events))
      text.family("slotwatch_queue_bytes", "gauge", "Bytes of bodies that come in, or wait to become durable.")
      text.sample("slotwatch_queue_bytes", [], Double(held.bytes))
      if let gaps {
        text.family("slotwatch_ingest_gaps_total", "counter", "Gaps that ingest found in what it follows.")
        text.sample("slotwatch_ingest_gaps_total", [], Double(gaps))
      }
      text.family("slotwatch_http_requests_total", "counter", "Requests answered, by route and status.")
      var requests = state.requests
      // Other methods at that path are counted with the others, and a value stands here once.
      for (status, count) in state.posts.enumerated() where count > 0 {
        requests[RequestKey(route: Route.eventsPath, status: status), default: 0] += count
      }
      for (key, count) in requests.sorted(by: { ($0.key.route, $0.key.status) < ($1.key.route, $1.key.status) }) {
        text.sample(
          "slotwatch_http_requests_total", [("route", key.route), ("status", String(key.status))], Double(count))
      }
      text.family("slotwatch_http_connections", "gauge", "Open connections.")
      text.sample("slotwatch_http_connections", [], Double(state.connections))
      text.family("slotwatch_http_connections_refused_total", "counter", "Connections past the limit.")
      text.sample("slotwatch_http_connections_refused_total", [], Double(state.refusedConnections))
      text.family("slotwatch_stream_subscribers", "gauge", "Listeners to live changes.")
      text.sample("slotwatch_stream_subscribers", [], Double(state.streams))
      alerts?.write(to: &text)
    }
    return text.text
  }
}

/// The place of somebody who listens to changes. It is free again once nobody holds it, whether or not there ever was
/// anything to write to.
final class StreamPlace: Sendable {
  private let metrics: ServerMetrics

  fileprivate init(in metrics: ServerMetrics) { self.metrics = metrics }

  deinit { metrics.closeStream() }
}

/// How long commits took: counts by upper bounds in seconds.
struct CommitHistogram: Sendable {
  private static let bounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]
  private var counts = [Int](repeating: 0, count: bounds.count + 1)
  /// All seconds together.
  private(set) var sum = 0.0
  /// How many commits.
  var count: Int { counts.reduce(0, +) }

  /// Counts one.
  mutating func add(_ seconds: Double) {
    counts[Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count] += 1
    sum += seconds
  }

  /// For each bound, how many took at most as long.
  var cumulative: [(bound: String, count: Int)] {
    var total = 0
    return zip(Self.bounds.map { "\($0)" } + ["+Inf"], counts).map { bound, count in
      total += count
      return (bound, total)
    }
  }
}

/// Lines of the text format of Prometheus.
struct MetricsText {
  /// The media type.
  static let type = "text/plain; version=0.0.4; charset=utf-8"

  private(set) var text = ""

  /// Begins a metric.
  mutating func family(_ name: String, _ type: String, _ help: String) {
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
  }

  /// A value. Labels are names and values that need no escapes.
  mutating func sample(_ name: String, _ labels: [(name: String, value: String)], _ value: Double) {
    let list = labels.map { "\($0.name)=\"\($0.value)\"" }.joined(separator: ",")
    let whole = value.rounded() == value && abs(value) < 1e15 ? String(Int(value)) : "\(value)"
    text += name + (list.isEmpty ? "" : "{\(list)}") + " \(whole)\n"
  }
}
