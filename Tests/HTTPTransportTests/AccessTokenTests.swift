import Foundation
import HTTPTransportTesting
import SlotStatsTesting
import Testing

@testable import HTTPTransport

@Suite struct AccessTokenTests {
  private let transport: HTTPTransport

  init() throws { transport = try HTTPTransport(.patient) }

  private func access(
    _ server: RawServer, _ credentials: Credentials = .login(user: "ann", password: Secret("canary")),
    now: @escaping @Sendable () -> Duration = { .zero }
  ) -> AccessToken {
    AccessToken(credentials, transport: transport, login: server.url("/base/api/login"), now: now)
  }

  private func body(_ access: AccessToken, _ server: RawServer) async -> Result<String, HTTPFailure> {
    do throws(HTTPFailure) {
      let answer = try await access.answer(to: HTTPRequest(server.url()), over: transport)
      return .success(String(decoding: answer.body, as: UTF8.self))
    } catch {
      return .failure(error)
    }
  }

  /// A panel that gives the tokens t1, t2 … and takes those that `takes` says.
  private func panel(
    life: String = #""expires_in_sec":100"#, takes: @escaping @Sendable (String) -> Bool = { _ in true }
  ) async throws -> RawServer {
    let count = Box(0)
    return try await RawServer { request in
      if request.target == "/base/api/login" {
        count.set(count.value + 1)
        return [.text(http("200 OK", #"{"access_token":"t\#(count.value)","token_type":"bearer",\#(life)}"#))]
      }
      let token = request.header("Authorization") ?? "none"
      return [.text(takes(token) ? http("200 OK", token) : http("401 Unauthorized"))]
    }
  }

  private func logins(_ server: RawServer) -> Int { server.requests.count { $0.target == "/base/api/login" } }

  @Test func logsInOnceForAllWhoNeedIt() async throws {
    let server = try await panel()
    let access = access(server)
    let bodies = await withTaskGroup(of: Result<String, HTTPFailure>.self) { group in
      for _ in 0..<8 { group.addTask { await body(access, server) } }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(bodies == Array(repeating: .success("Bearer t1"), count: 8))
    #expect(logins(server) == 1)
    let login = try #require(server.requests.first { $0.target == "/base/api/login" })
    let sent = login.text.split(separator: "\r\n").last ?? ""
    #expect(
      try JSONDecoder().decode([String: String].self, from: Data(sent.utf8)) == [
        "username": "ann", "password": "canary",
      ])
    await transport.shutdown()
  }

  @Test(arguments: [
    (#""expires_in_sec":1000"#, 969, 970), (#""expires_in":100"#, 89, 90), (#""expires_in_sec":100.5"#, 90, 91),
  ])
  func renewsShortlyBeforeTheEnd(_ life: String, _ still: Int, _ renewed: Int) async throws {
    let server = try await panel(life: life)
    let time = Box(Duration.zero)
    let access = access(server) { time.value }
    #expect(await body(access, server) == .success("Bearer t1"))
    time.set(.seconds(still))
    #expect(await body(access, server) == .success("Bearer t1"))
    time.set(.seconds(renewed))
    #expect(await body(access, server) == .success("Bearer t2"))
    await transport.shutdown()
  }

  @Test func aRefusedTokenIsRenewedOnce() async throws {
    let server = try await panel { $0 == "Bearer t2" }
    #expect(await body(access(server), server) == .success("Bearer t2"))
    let strict = try await panel { _ in false }
    let refused = await body(access(strict), strict).failure
    #expect(refused == HTTPFailure(.status(401), "401 from /x: the token is refused"))
    #expect(logins(strict) == 2)
    await transport.shutdown()
  }

  @Test func aRefusedLogInIsToldAndNotRepeated() async throws {
    let server = try await RawServer { _ in [.text(http("401 Unauthorized"))] }
    let failure = await body(access(server), server).failure
    #expect(failure == HTTPFailure(.status(401), "401 from /base/api/login: user or password refused"))
    #expect(server.requests.count == 1)
    await transport.shutdown()
  }

  @Test(arguments: ["", "{}", #"{"access_token":""}"#, #"{"access_token":3}"#, "<html>"])
  func anAnswerWithoutATokenIsToldWithoutItsContent(_ content: String) async throws {
    let server = try await RawServer { _ in [.text(http("200 OK", content))] }
    let failure = await body(access(server), server).failure
    #expect(failure == HTTPFailure(.refused, "no access_token in the answer from /base/api/login"))
    await transport.shutdown()
  }

  @Test(arguments: ["400 Bad Request", "403 Forbidden", "500 Internal Server Error"])
  func noRefusalOfALogInIsRepeatedSinceItMayHoldThePassword(status: String) async throws {
    let echo = #"{"error":{"code":"x","message":"refused: hunter2"}}"#
    let server = try await RawServer { _ in [.text(http(status, echo))] }
    let cause = try #require(await body(access(server), server).failure).cause
    #expect(cause.hasPrefix("\(status.prefix(3)) from /base/api/login") && !cause.contains("hunter2"))
    await transport.shutdown()
  }

  @Test func aTokenThatIsGivenIsNotRenewed() async throws {
    let server = try await panel { _ in false }
    let failure = await body(access(server, .token(Secret("canary"))), server).failure
    #expect(failure == HTTPFailure(.status(401), "401 from /x: the token is refused"))
    #expect(server.requests.count == 1)
    let none = await body(access(server, .none), server).failure
    #expect(none == HTTPFailure(.status(401), "401 from /x: a token is needed"))
    await transport.shutdown()
  }

  @Test func aTokenThatCannotBeSentIsToldWithoutItsContent() async throws {
    let server = try await panel()
    for token in ["", "can\nary", "can ary", "canáry"] {
      let failure = await body(access(server, .token(Secret(token))), server).failure
      #expect(failure == HTTPFailure(.refused, "the token is empty or holds characters that cannot be sent"))
    }
    #expect(server.requests.isEmpty)
    await transport.shutdown()
  }

  @Test func aCommandIsAskedAgainOnceWhenItsTokenIsRefused() async throws {
    let folder = try TemporaryFolder()
    let script = "echo x >> \(folder.path)/count; echo \" t$(wc -l < \(folder.path)/count) \""
    let server = try await panel { $0 == "Bearer t2" }
    let access = access(server, .command(["/bin/sh", "-c", script]))
    #expect(await body(access, server) == .success("Bearer t2"))
    #expect(await body(access, server) == .success("Bearer t2"))
    #expect(try String(contentsOfFile: "\(folder.path)/count", encoding: .utf8) == "x\nx\n")
    await transport.shutdown()
  }
}

@Suite struct TokenCommandTests {
  private func failure(_ arguments: String..., timeout: Duration = .seconds(20)) async -> String? {
    do throws(HTTPFailure) {
      _ = try await TokenCommand(arguments: arguments, timeout: timeout).token()
      return nil
    } catch {
      return error.kind == .refused ? error.cause : "\(error)"
    }
  }

  @Test func givesWhatItPrints() async throws {
    #expect(try await TokenCommand(arguments: ["echo", "canary"]).token() == Secret("canary"))
    #expect(try await TokenCommand(arguments: ["printf", "  canary"]).token() == Secret("canary"))
    #expect(try await TokenCommand(arguments: ["/bin/sh", "-c", "cat; echo a >&2; echo b"]).token() == Secret("b"))
  }

  @Test func whatItLeavesRunningIsNotWaitedFor() async throws {
    let script = "echo canary; sleep 3 &"
    #expect(try await TokenCommand(arguments: ["/bin/sh", "-c", script]).token() == Secret("canary"))
  }

  @Test func everyFailureIsToldWithoutWhatWasPrinted() async {
    #expect(await failure("/bin/sh", "-c", "echo canary; exit 3") == "token command failed (exit 3)")
    #expect(await failure("/bin/sh", "-c", "kill -9 $$") == "token command failed (signal 9)")
    #expect(await failure("/nothing/here") == "token command cannot be started (No such file or directory)")
    #expect(await failure("true") == "token command prints nothing")
    #expect(await failure("printf", "a\\nb") == "token command prints more than one line")
    #expect(await failure("printf", "\\377") == "token command prints no UTF-8")
    #expect(await failure("/bin/sh", "-c", "yes | head -c 70000") == "token command prints more than 64 KiB")
    #expect(
      await failure("/bin/sh", "-c", "read x < /dev/zero & cat /dev/zero >&2; wait", timeout: .milliseconds(200))
        == "token command did not end within 0.2 s")
  }
}
