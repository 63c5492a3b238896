import FoundationEssentials

/// The bearer token of one source: got when it is needed, kept until it ends, got anew once when it is refused.
///
/// Whoever needs it while it is being got shares that.
package actor AccessToken {
  /// How long before its end a token is renewed, unless a tenth of its life is less.
  private static let margin = Duration.seconds(30)
  /// How long a refused log-in is not tried again: an account that is tried too often is locked.
  private static let refusalHolds = Duration.seconds(2)
  private static let maxResponseBytes = 64 << 10

  private struct Held: Sendable {
    var token: Secret
    /// Grows with every token, so that one that was refused is not thrown away twice.
    var number: Int
    var renewAt: Duration?
  }

  private let credentials: Credentials
  private let transport: HTTPTransport
  private let login: RemoteURL
  private let now: @Sendable () -> Duration
  private var held: Held?
  private var lastNumber = 0
  private var refused: (failure: HTTPFailure, until: Duration)?
  private var getting: Task<Result<Held, HTTPFailure>, Never>?

  /// Nothing got yet. `transport` and `login` are needed for `.login` alone.
  ///
  /// - Parameters:
  ///   - credentials: how the token is got.
  ///   - transport: what a log-in is sent over.
  ///   - login: where it is sent, such as `https://panel.example/api/login`.
  ///   - now: a time that only goes on, from wherever it begins.
  package init(
    _ credentials: Credentials, transport: HTTPTransport, login: RemoteURL,
    now: @escaping @Sendable () -> Duration = AccessToken.monotonicTime
  ) {
    self.credentials = credentials
    self.transport = transport
    self.login = login
    self.now = now
  }

  /// The time since the program's first look at it.
  package static let monotonicTime: @Sendable () -> Duration = {
    let origin = ContinuousClock.now
    return { origin.duration(to: .now) }
  }()

  /// The answer to `request`, sent with the token; on a 401 once more with a new token where one can be got.
  /// - Throws: `HTTPFailure`.
  package func answer(
    to request: HTTPRequest, over transport: HTTPTransport
  ) async throws(HTTPFailure) -> RemoteResponse {
    try await send(request) { request throws(HTTPFailure) in try await transport.answer(to: request) }
  }

  /// What `body` gives when it sends `request` with the token; on a 401 once more with a new token where one can be got.
  /// - Throws: `HTTPFailure`.
  package func send<Value: Sendable>(
    _ request: HTTPRequest, _ body: @Sendable (HTTPRequest) async throws(HTTPFailure) -> Value
  ) async throws(HTTPFailure) -> Value {
    var request = request
    switch credentials {
    case .none: return try await body(request)
    case .token(let token):
      request.token = token
      return try await body(request)
    case .basic(let basic):
      request.basic = basic
      return try await body(request)
    case .command, .login: break
    }
    let first = try await current(until: request.deadline)
    request.token = first.token
    do {
      return try await body(request)
    } catch {
      guard error.kind == .status(401) else { throw error }
      if held?.number == first.number { held = nil }
    }
    request.token = try await current(until: request.deadline).token
    return try await body(request)
  }

  /// The token that holds now.
  private func current(until deadline: ContinuousClock.Instant?) async throws(HTTPFailure) -> Held {
    if let held, held.renewAt.map({ now() < $0 }) ?? true { return held }
    guard !Task.isCancelled else { throw .cancelled }
    return try await (getting ?? begin(until: deadline)).value.get()
  }

  private func begin(until deadline: ContinuousClock.Instant?) -> Task<Result<Held, HTTPFailure>, Never> {
    lastNumber += 1
    let number = lastNumber
    if let refused, now() < refused.until { return Task { .failure(refused.failure) } }
    let task = Task {
      let result = await got(number, until: deadline)
      if case .failure(let failure) = result, failure.kind == .status(401) {
        refused = (failure, now() + Self.refusalHolds)
      }
      held = try? result.get()
      getting = nil
      return result
    }
    getting = task
    return task
  }

  private func got(_ number: Int, until deadline: ContinuousClock.Instant?) async -> Result<Held, HTTPFailure> {
    do throws(HTTPFailure) {
      switch credentials {
      case .command(let arguments):
        return .success(
          Held(
            token: try await TokenCommand(arguments: arguments, timeout: min(.seconds(10), transport.totalTimeout))
              .token(), number: number))
      case .login(let user, let password):
        let answer = try await loggedIn(user, password, until: deadline)
        let life = answer.life
        return .success(
          Held(token: answer.token, number: number, renewAt: life.map { now() + $0 - min(Self.margin, $0 / 10) }))
      case .none, .token, .basic: throw .cancelled
      }
    } catch {
      return .failure(error)
    }
  }

  private func loggedIn(
    _ user: String, _ password: Secret, until deadline: ContinuousClock.Instant?
  ) async throws(HTTPFailure) -> LoginResponse {
    guard let body = try? JSONEncoder().encode(["username": user, "password": password.unredacted]) else {
      throw HTTPFailure(.refused, "user and password cannot be written as JSON")
    }
    var request = HTTPRequest(
      login, json: Array(body), deadline: deadline, maxBodyBytes: Self.maxResponseBytes)
    request.isSecret = true
    do {
      return try LoginResponse(try await transport.answer(to: request), from: login.path)
    } catch {
      guard error.kind == .status(401) else { throw error }
      throw HTTPFailure(
        .status(401), "401 from \(login.path): user or password refused", retryAfter: error.retryAfter)
    }
  }
}
