import FoundationEssentials
import HTTPTransport
import RemoteSources
import SlotStats
import StatsFormats

/// Asks a server of the Prometheus query API, and says what goes wrong in words that help.
package struct PrometheusClient: Sendable {
  /// Below which the API stands.
  let base: RemoteURL
  /// What a person calls the server.
  let name: String
  let access: AccessToken
  let transport: HTTPTransport
  /// Headers that are sent with each request.
  let headers: [String: String]

  package init(
    base: RemoteURL, name: String, access: AccessToken, transport: HTTPTransport, headers: [String: String] = [:]
  ) {
    self.base = base
    self.name = name
    self.access = access
    self.transport = transport
    self.headers = headers
  }

  /// What fails is called this.
  var action: String { "Cannot read \(JSONPlace.quoted(name))" }

  /// The answer to a query at an instant.
  func query(_ text: String, at instant: Date) async throws -> QueryAnswer {
    try await ask("/api/v1/query", ["query": text, "time": Self.seconds(instant)])
  }

  /// The answer to a query at the ends of the buckets of a span, in seconds since 1970.
  func query(_ text: String, _ window: StatsWindow, in span: Range<Int>) async throws -> QueryAnswer {
    let width = Int(window.length)
    return try await ask(
      "/api/v1/query_range",
      [
        "query": text, "start": "\(span.lowerBound + width)", "end": "\(span.upperBound)", "step": "\(width)",
      ])
  }

  /// The names of the metrics that there were in the two weeks before an instant.
  func names(before instant: Date) async throws -> Set<String> {
    let start = Self.seconds(instant.addingTimeInterval(-14 * 86_400))
    return Set(
      try await read(
        "/api/v1/label/__name__/values", [("start", start), ("end", Self.seconds(instant))]
      ) { bytes throws(SnapshotError) in try ServerAnswer.names(parsing: bytes) })
  }

  /// What a metric is, by those who expose it; empty where the server does not know.
  func types(of metric: String) async throws -> Set<String> {
    let types = try await known("/api/v1/metadata", [("metric", metric)]) { bytes throws(SnapshotError) in
      try ServerAnswer.types(parsing: bytes)
    }
    return types?[metric] ?? []
  }

  /// Whether it is VictoriaMetrics, which tells no version where Prometheus does.
  func isVictoriaMetrics() async throws -> Bool {
    let told = try await known("/api/v1/status/buildinfo", []) { bytes throws(SnapshotError) -> [String] in
      try ServerAnswer.version(parsing: bytes).map { [$0] } ?? []
    }
    return told?.isEmpty ?? false
  }

  /// VictoriaMetrics keeps what it was asked, hides the last 30 seconds, and moves the ends of ranges, unless it is told
  /// not to; others do not know the word.
  private func ask(_ path: String, _ form: [String: String]) async throws -> QueryAnswer {
    let items = form.sorted { $0.key < $1.key } + [(key: "nocache", value: "1")]
    let text = items.map { "\($0.key)=\(RemoteURL.escaped($0.value))" }.joined(separator: "&")
    var request = HTTPRequest(base.appending(path: path), json: Array(text.utf8))
    request.bodyType = "application/x-www-form-urlencoded"
    return try await answer(to: request, path) { bytes throws(SnapshotError) in try QueryAnswer(parsing: bytes) }
  }

  private func read<Value: Sendable>(
    _ path: String, _ query: [(name: String, value: String)], _ decode: ([UInt8]) throws(SnapshotError) -> Value
  ) async throws -> Value {
    try await answer(to: HTTPRequest(base.appending(path: path, query: query)), path, decode)
  }

  /// The same; `nil` of a server that does not know the path.
  private func known<Value: Sendable>(
    _ path: String, _ query: [(name: String, value: String)], _ decode: ([UInt8]) throws(SnapshotError) -> Value
  ) async throws -> Value? {
    do {
      return try await read(path, query, decode)
    } catch let error as StatsSourceError where error.isOfAPath {
      return nil
    }
  }

  private func answer<Value: Sendable>(
    to request: HTTPRequest, _ path: String, _ decode: ([UInt8]) throws(SnapshotError) -> Value
  ) async throws -> Value {
    var request = request
    request.headers = headers
    request.maxMessage = ServerRefusal.maxMessage
    let answer: RemoteResponse
    do {
      answer = try await access.answer(to: request, over: transport)
    } catch {
      if Task.isCancelled || error.kind == .cancelled { throw CancellationError() }
      var failure = error
      failure.cause = ServerRefusal.words(error)
      throw failure.sourceError(action: action)
    }
    do {
      return try decode(answer.body)
    } catch {
      let problem = answer.isPage ? "HTML instead of JSON; is it a log-in page?" : error.line
      throw StatsSourceError(.contentRefused, action: action, cause: "\(path): \(problem)")
    }
  }

  /// An instant as the API takes it.
  private static func seconds(_ instant: Date) -> String {
    let milliseconds = Int((instant.timeIntervalSince1970 * 1_000).rounded())
    return NumberText.decimal(milliseconds, places: 3)
  }
}

/// What servers refuse, in fewer words and with what to do.
enum ServerRefusal {
  private static let known: [(part: String, words: String)] = [
    ("too many samples", "too many samples; narrow match or raise --query.max-samples"),
    ("timed out", "the query took too long; narrow match or raise --query.timeout"),
    ("timeout", "the query took too long; narrow match or raise the server's limit of time"),
    ("maximum resolution", "more points than the server gives at once"),
    ("maxPointsPerTimeseries", "more points than -search.maxPointsPerTimeseries allows"),
    ("maxSamplesPerQuery", "too many samples; narrow match or raise -search.maxSamplesPerQuery"),
    ("memory", "too little memory for the query; narrow match"),
    ("no org id", "a tenant is needed; give headers = { X-Scope-OrgID = \"…\" }"),
  ]

  /// Servers repeat the query before they come to the reason.
  static let maxMessage = 16 << 10
  private static let maxShown = 160

  /// Why a server gave nothing; of a long message the end, which is the reason.
  static func words(_ failure: HTTPFailure) -> String {
    guard case .status(let status) = failure.kind else { return failure.cause }
    let found = known.first { failure.cause.contains($0.part) }
    if let found { return "prometheus: \(status) \(found.words)" }
    let isLong = failure.cause.count > maxShown
    return "prometheus: " + (isLong ? "\(status) …\(failure.cause.suffix(maxShown))" : failure.cause)
  }
}

extension StatsSourceError {
  /// Whether the server refused a question because of what it is, not of what was asked.
  fileprivate var isOfAPath: Bool { ["404", "400", "405", "501"].contains { cause.hasPrefix("prometheus: \($0) ") } }

  /// Whether less at once may be answered.
  var isOfSize: Bool {
    ["422", "503", "400", "413", "504"].contains { cause.hasPrefix("prometheus: \($0) ") } || cause.contains("MiB")
  }
}
