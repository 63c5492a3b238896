#if DEBUG
  import NIOHTTP1
  @testable import StatsServer

  private let methods: [HTTPMethod] = [.GET, .POST, .HEAD, .CONNECT, .OPTIONS, .RAW(value: "BREW")]

  /// A head of these lines: method, target and version, then the headers; nothing in it is refused here.
  private func head(_ bytes: [UInt8]) -> HTTPRequestHead {
    var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self)
    }
    let words = lines.removeFirst().split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false).map(
      String.init)
    var headers = HTTPHeaders()
    for line in lines {
      let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      let value = parts.count > 1 ? parts[1].drop { $0 == " " } : ""
      // Others are refused by the parser, and never made.
      guard let name = parts.first, !name.isEmpty, name.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
        continue
      }
      headers.add(name: String(name), value: String(value))
    }
    return HTTPRequestHead(
      version: words.last == "HTTP/1.0" ? .http1_0 : .http1_1,
      method: methods.first { $0.rawValue == words[0] } ?? .GET, uri: words.count > 1 ? words[1] : "/", headers: headers
    )
  }

  /// Heads of requests: the rule for all of them, the access rules, and what a post of events says of its body.
  let headTarget = FuzzTarget(
    name: "heads",
    words: [
      "Host: ", "host:", "localhost", "127.0.0.1:80", "[::1]:9", "Transfer-Encoding: chunked", "Content-Length: 9",
      "Content-Encoding: gzip", "Content-Type: application/json", "application/x-ndjson; charset=utf-8", "HTTP/1.0",
      "Connection: close", "Upgrade: h2c", "http://evil/", "CONNECT", "POST", "Authorization: Bearer ", "W/\"a\"",
      "\nHost: a",
    ],
    maxBytes: 4_000,
    seeds: {
      [
        "GET /api/slots HTTP/1.1\nHost: localhost:8080\nIf-None-Match: W/\"a\", \"b\"",
        "POST /api/events HTTP/1.1\nHost: h\nContent-Type: application/json\nContent-Encoding: gzip\nContent-Length: 12",
        "GET http://h/x?y HTTP/1.0\nHost: other\nTransfer-Encoding: chunked",
        "POST / HTTP/1.1\nHost: [::1]\nAuthorization: Bearer 0123456789abcdef\nContent-Type: application/x-ndjson",
      ].map { Array($0.utf8) }
    }
  ) { bytes in
    let given = head(bytes)
    let checked: HTTPRequestHead
    do throws(HeadRule.Refusal) {
      checked = try HeadRule.checked(given)
    } catch {
      return "refused " + (try expectAnswer(error.answer))
    }
    let hosts = checked.headers["host"]
    try expect(hosts.count <= 1, "there are \(hosts.count) hosts")
    try expect(
      hosts.allSatisfy { $0.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x2F } }, "the host is \(hosts)")
    try expect(hosts.count == 1 || given.version.minor == 0, "there is no host")
    try expect(checked.uri.hasPrefix("/") || checked.uri == given.uri, "the target is \(checked.uri)")
    try expectAgain(checked)
    return try expectIntake(checked)
  }

  /// Holds that what was let through is let through as it is.
  private func expectAgain(_ checked: HTTPRequestHead) throws(Broken) {
    guard let again = try? HeadRule.checked(checked) else { throw Broken("what was let through is refused") }
    try expect(again.uri == checked.uri && again.headers["host"] == checked.headers["host"], "it is another head then")
  }

  private let tokens = try? AccessTokens(lines: "write:0123456789abcdef\nread:fedcba9876543210\n")

  private func expectIntake(_ head: HTTPRequestHead) throws -> String {
    for value in head.headers["if-none-match"] { _ = EntityTags.match(value, "\"a\"") }
    var outcome = ""
    for known in [AccessTokens.none, tokens ?? .none] {
      switch IntakeBody.open(head, AccessRule(known), ServerLimits()) {
      case .success(let body):
        let word = head.headers.first(name: "authorization")?.lowercased() ?? ""
        try expect(known.isEmpty || word.hasPrefix("bearer "), "a post without a token is taken")
        outcome += "\(body.form)"
      case .failure(let refusal): outcome += try expectAnswer(refusal.answer)
      }
    }
    return outcome
  }

  private func expectAnswer(_ answer: Response) throws -> String {
    let lines = answer.head(isLast: true).headers.map { $0.name + $0.value }
    try expect(lines.allSatisfy { $0.utf8.allSatisfy { (0x20...0x7E).contains($0) } }, "an answer's head is \(lines)")
    return try expectRefusal(String(decoding: answer.bytes, as: UTF8.self).replacing("\n", with: " "))
  }
#endif
