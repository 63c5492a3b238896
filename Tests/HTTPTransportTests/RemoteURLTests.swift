import Foundation
import Testing

@testable import HTTPTransport

@Suite struct RemoteURLTests {
  @Test(arguments: [
    ("https://panel.example", "https://panel.example/"), ("HTTPS://Panel.Example:443/", "https://panel.example/"),
    ("http://127.0.0.1:8080/base/", "http://127.0.0.1:8080/base/"), ("http://h:443/a%2fb", "http://h:443/a%2fb"),
    ("https://[::1]:9090/x?y=z&q", "https://[::1]:9090/x?y=z&q"), ("https://h?x=1", "https://h/?x=1"),
    ("https://xn--bcher-kva.example/", "https://xn--bcher-kva.example/"), ("http://h:/", "http://h/"),
    ("https://h/a|b?[c]", "https://h/a%7Cb?%5Bc%5D"),
  ])
  func readsWhatIsAURL(_ text: String, _ normal: String) throws {
    #expect(try RemoteURL(parsing: text).text == normal)
  }

  @Test(arguments: [
    "", "h", "https:h", "ftp://h/", "panel+https://h/", "https://", "https:///x", "https://:80/", "https://h:0/",
    "https://h:65536/", "https://h:x/", "https://h:+1/", "https://[::1/", "https://[h]/", "https://[::1]x/",
    "https://user@h/", "https://user:canary@h/", "https://canary@h:80/x", "https://h/#canary", "https://h/a b",
    "https://h/\u{9}", "https://b\u{FC}cher.example/", "https://h/%", "https://h/%4", "https://h/%zz", "https://h\\x/",
    "https://h..x/", "https://h%41/", "https://h/\(String(repeating: "x", count: 2048))",
  ])
  func refusesWhatIsNoneWithoutRepeatingIt(_ text: String) {
    do {
      let url = try RemoteURL(parsing: text)
      Issue.record("\(url)")
    } catch {
      #expect(!error.problem.isEmpty)
      #expect(!error.problem.contains("canary"))
    }
  }

  @Test func knowsItsOwnMachine() throws {
    for host in ["localhost", "LOCALHOST", "127.0.0.1", "127.9.8.7", "[::1]"] {
      #expect(try RemoteURL(parsing: "http://\(host)/").isLoopback, "\(host)")
    }
    for host in ["127.0.0.1.example", "128.0.0.1", "127.0.1", "localhost.example", "[::2]", "0.0.0.0", "127.0.0.x"]
      + ["0127.0.0.1", "127.0.0.010", "127.0.0.1."]
    {
      #expect(try !RemoteURL(parsing: "http://\(host)/").isLoopback, "\(host)")
    }
  }

  @Test func showsEverythingButTheQuery() throws {
    let url = try RemoteURL(parsing: "https://h:8443/a?key=canary")
    #expect(url.display == "https://h:8443/a")
    #expect(url.origin == "https://h:8443")
    #expect(url.text == "https://h:8443/a?key=canary")
  }

  @Test func pathsAndQueriesAreAppendedWithEscapes() throws {
    for base in ["https://h/base", "https://h/base/", "https://h/base?old=1"] {
      let url = try RemoteURL(parsing: base).appending(
        path: "/api/stats/\(RemoteURL.escaped("a/b c?ü"))",
        query: [("from", "2026-11-23T00:00:00+01:00"), ("a&b", "=")])
      let wanted = "https://h/base/api/stats/a%2Fb%20c%3F%C3%BC?from=2026-11-23T00%3A00%3A00%2B01%3A00&a%26b=%3D"
      #expect(url.text == wanted)
      #expect(try RemoteURL(parsing: url.text) == url)
    }
    #expect(try RemoteURL(parsing: "https://h").appending(path: "/x").text == "https://h/x")
    #expect(RemoteURL.escaped("..") == "%2E%2E")
    #expect(RemoteURL.escaped("\u{1}") == "%01")
  }

  @Test func whatPrintsASecretPrintsDots() {
    let secret = Secret("canary")
    var dumped = ""
    dump(secret, to: &dumped)
    let request = HTTPRequest(RemoteURL(isEncrypted: true, host: "h", port: 443), token: secret)
    let credentials = Credentials.login(user: "u", password: secret)
    for text in ["\(secret)", String(reflecting: secret), dumped, "\(request)", "\(credentials)"] {
      #expect(!text.contains("canary"))
    }
  }
}

@Suite struct HTTPDateTests {
  @Test(arguments: [
    ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777), ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777),
    ("Sun Nov  6 08:49:37 1994", 784_111_777), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
    ("Thu, 29 Feb 2024 23:59:60 GMT", 1_709_251_200), ("Mon, 23 Nov 2026 14:32:05 GMT", 1_795_444_325),
  ])
  func readsEveryForm(_ text: String, _ seconds: Int) {
    #expect(HTTPDate.parse(text) == Date(timeIntervalSince1970: TimeInterval(seconds)))
  }

  @Test(arguments: [
    "", "now", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 32 Nov 1994 08:49:37 GMT",
    "Sun, 06 Abc 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 08:49 GMT",
    "Sun, 06 Nov 99999 08:49:37 GMT",
  ])
  func refusesWhatIsNoDate(_ text: String) {
    #expect(HTTPDate.parse(text) == nil)
  }
}
