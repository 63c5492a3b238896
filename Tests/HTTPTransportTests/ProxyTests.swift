import HTTPTransportTesting
import Testing

@testable import HTTPTransport

@Suite struct ProxyRuleTests {
  private func proxy(_ environment: [String: String], _ url: String) throws -> String? {
    try ProxyRule(environment: environment).proxy(for: RemoteURL(parsing: url))?.display
  }

  @Test(
    arguments: [
      (["https_proxy": "http://p:3128"], "https://a.example/", "proxy p:3128"),
      (["HTTPS_PROXY": "http://p:3128"], "https://a.example/", "proxy p:3128"),
      (["https_proxy": "http://low:1", "HTTPS_PROXY": "http://up:2"], "https://a.example/", "proxy low:1"),
      (["https_proxy": "", "HTTPS_PROXY": "http://up:2"], "https://a.example/", nil),
      (["https_proxy": "http://p:3128"], "http://a.example/", nil),
      (["http_proxy": "http://p:3128"], "http://a.example/", "proxy p:3128"),
      (["http_proxy": "http://p:3128"], "https://a.example/", nil),
      // What a web server calls a header of whoever asks.
      (["HTTP_PROXY": "http://p:3128"], "http://a.example/", nil),
      (["https_proxy": "p"], "https://a.example/", "proxy p:1080"),
      (["https_proxy": "p:0183"], "https://a.example/", "proxy p:183"),
      (["https_proxy": "p"], "https://127.1/", nil), (["https_proxy": "p"], "https://localhost./", nil),
      (["https_proxy": "p"], "https://[::ffff:127.0.0.1]/", nil), (["https_proxy": "p"], "https://[0:0::1]/", nil),
      (["https_proxy": "p"], "https://0.0.0.0/", nil), (["https_proxy": "p"], "https://128.1/", "proxy p:1080"),
      (["https_proxy": "p:80"], "https://a.example/", "proxy p:80"),
      (["https_proxy": "HTTP://u:s%40x@P.example:3128/"], "https://a.example/", "proxy p.example:3128"),
      (["https_proxy": "socks5h://[::1]:9"], "https://a.example/", "proxy [::1]:9"),
      (["https_proxy": "socks5h://[::1]"], "https://a.example/", "proxy [::1]:1080"),
      (["https_proxy": "http://p:3128"], "https://localhost/", nil),
      (["https_proxy": "http://p:3128"], "https://127.8.9.1/", nil),
      (["https_proxy": "http://p:3128"], "https://[::1]/", nil),
      ([:], "https://a.example/", nil),
    ] as [([String: String], String, String?)])
  func theEnvironmentChooses(environment: [String: String], url: String, wanted: String?) throws {
    #expect(try proxy(environment, url) == wanted)
  }

  @Test(
    arguments: [
      ("a.example", true), ("example", true), (".example", true), ("A.EXAMPLE", true), ("x, a.example", true),
      ("x a.example", true), ("*", true), ("b.example", false), ("ample", false), ("a.example.org", false), ("", false),
      (".", false),
    ])
  func someHostsAreAskedWithoutOne(exceptions: String, isOne: Bool) throws {
    for name in ["no_proxy", "NO_PROXY"] {
      let found = try proxy(["https_proxy": "http://p:1", name: exceptions], "https://a.example/")
      #expect((found == nil) == isOne)
    }
  }

  @Test(
    arguments: [
      ("10.1.2.3", "10.1.2.3", true), ("10.1.2.0/24", "10.1.2.3", true), ("10.1.2.0/30", "10.1.2.4", false),
      ("10.0.0.0/9", "10.127.255.255", true), ("10.0.0.0/9", "10.128.0.0", false), ("0.0.0.0/0", "9.9.9.9", true),
      ("10.1.2.0/33", "10.1.2.3", false), ("1.2.3", "4.1.2.3", false), ("2001:db8::/32", "[2001:db8::7]", true),
      ("[2001:db8::7]", "[2001:db8:0::7]", true), ("2001:db8::/32", "[2001:db9::7]", false),
      ("10.0.0.0/8", "[2001:db8::7]", false),
    ])
  func networksAreExceptionsToo(exceptions: String, host: String, isOne: Bool) throws {
    let found = try proxy(["https_proxy": "http://p:1", "no_proxy": exceptions], "https://\(host)/")
    #expect((found == nil) == isOne)
  }

  @Test(
    arguments: [
      ("https://u:canary@p:1", "HTTPS_PROXY: it is of a sort that is not known here; http:// and socks5:// are"),
      ("socks5://u:canary@p:1", "HTTPS_PROXY: it has a user for SOCKS, which is not supported"),
      ("http://u:canary%zz@p:1", "HTTPS_PROXY: it has a user that is wrongly escaped"),
      ("http://u:canary@p:99999", "HTTPS_PROXY: it has no valid port; ports are 1 to 65535"),
      ("http://", "HTTPS_PROXY: it has no host"),
    ])
  func oneThatCannotBeUsedIsNamedByItsVariableAlone(text: String, cause: String) throws {
    let rule = ProxyRule(environment: ["HTTPS_PROXY": text])
    let url = try RemoteURL(parsing: "https://a.example/")
    #expect(throws: HTTPFailure(.refused, cause)) { try rule.proxy(for: url) }
    #expect(try rule.proxy(for: RemoteURL(parsing: "https://localhost/")) == nil, "nobody needs it")
    #expect(!"\(rule)".contains("canary"))
  }

  @Test func whoWeAreIsNeverShown() throws {
    let rule = ProxyRule(environment: ["HTTPS_PROXY": "http://user%2D1:canary@p:1"])
    let proxy = try #require(try rule.proxy(for: RemoteURL(parsing: "https://a.example/")))
    #expect(proxy.login == ProxyServer.Login(user: Secret("user-1"), password: Secret("canary")))
    #expect(!"\(proxy)\(proxy.display)".contains("canary") && !"\(proxy)".contains("user-1"))
  }
}

/// Requests through a proxy that listens on loopback, to hosts that nobody can find.
@Suite struct ProxyTests {
  private func transport(_ port: Int, login: String = "") throws -> HTTPTransport {
    var settings = TransportSettings.patient
    settings.proxies = ProxyRule(environment: ["http_proxy": "http://\(login)127.0.0.1:\(port)"])
    return try HTTPTransport(settings)
  }

  private let url = RemoteURL(isEncrypted: false, host: "panel.invalid", port: 80, path: "/x")

  @Test func aRequestGoesThroughTheProxyThatIsNamed() async throws {
    let server = try await RawServer { request in
      request.text.hasPrefix("CONNECT ") ? [.text("HTTP/1.1 200 OK\r\n\r\n")] : [.text(http("200 OK", "found"))]
    }
    let transport = try transport(server.port, login: "me:canary@")
    #expect(await outcome(transport, HTTPRequest(url)) == .success("found"))
    #expect(server.requests.map(\.target) == ["panel.invalid:80", "/x"])
    #expect(server.requests.map { $0.header("Proxy-Authorization") } == ["Basic bWU6Y2FuYXJ5", nil])
    #expect(await outcome(transport, HTTPRequest(server.url("/y"))) == .success("found"))
    #expect(server.requests.last?.target == "/y", "this machine is asked without it")
    await transport.shutdown()
  }

  @Test(arguments: [
    ([RawServer.Step.text("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n")], "does not connect to panel.invalid:80"),
    (
      [.text("HTTP/1.1 407 Who\r\nContent-Length: 0\r\n\r\n")], "wants a user and a password, or others"
    ),
  ])
  func aProxyThatRefusesIsNamed(steps: [RawServer.Step], words: String) async throws {
    let server = try await RawServer { _ in steps }
    let transport = try transport(server.port, login: "me:canary@")
    let failure = await outcome(transport, HTTPRequest(url)).failure
    #expect(failure == HTTPFailure(.unreachable, "proxy 127.0.0.1:\(server.port) \(words)"))
    await transport.shutdown()
  }

  @Test func aProxyThatIsNotThereIsNamed() async throws {
    let server = try await RawServer { _ in [] }
    let port = server.port
    await server.close()
    let transport = try transport(port)
    let failure = await outcome(transport, HTTPRequest(url)).failure
    #expect(failure == HTTPFailure(.unreachable, "connection refused by proxy 127.0.0.1:\(port)"))
    await transport.shutdown()
  }

  @Test func aServerThatFailsBehindAProxyIsToldWithTheProxy() async throws {
    let server = try await RawServer { request in
      request.text.hasPrefix("CONNECT ") ? [.text("HTTP/1.1 200 OK\r\n\r\n")] : [.close]
    }
    let transport = try transport(server.port)
    let cause = "connection closed without an answer through proxy 127.0.0.1:\(server.port)"
    #expect(await outcome(transport, HTTPRequest(url)).failure == HTTPFailure(.unreachable, cause))
    await transport.shutdown()
  }
}
