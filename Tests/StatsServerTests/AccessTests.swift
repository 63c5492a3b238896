import Testing

@testable import StatsServer

@Suite struct AccessTests {
  private let read = String(repeating: "r", count: 16)
  private let write = String(repeating: "w", count: 20)

  private func rule() throws -> AccessRule {
    AccessRule(try AccessTokens(lines: "# readers\n\nread:\(read)\r\n  write:\(write)\n"))
  }

  @Test func eachTokenAllowsWhatItSays() throws {
    let rule = try rule()
    func status(_ needed: AccessScope?, _ authorization: String?) -> Int? {
      rule.refusal(of: needed, authorization: authorization, host: "elsewhere")?.status.rawValue
    }
    #expect(status(.read, "Bearer \(read)") == nil)
    #expect(status(.read, "bearer  \(write)") == nil)
    #expect(status(.write, "Bearer \(write)") == nil)
    #expect(status(.write, "Bearer \(read)") == 403)
    #expect(status(.read, nil) == 401)
    #expect(status(nil, nil) == nil)
    for wrong in [
      "Bearer", "Bearer ", "Basic \(read)", "Bearer \(read)r", "Bearer \(read.dropLast())", read,
      "Bearer \(read)\(read)", "Bearer\0\(read)", "Bearer\t\(read)",
    ] {
      #expect(status(.read, wrong) == 401)
    }
  }

  @Test(arguments: [
    ("", 0), ("# none\n", 0), ("nonsense", 1), ("read:short", 1), ("\nadmin:0123456789abcdef", 2),
    ("read:0123456789 abcdef", 1), ("read:0123456789abcdé", 1),
  ])
  func refusesALineThatIsNoToken(text: String, line: Int) {
    let failure = #expect(throws: AccessTokens.Failure.self) { try AccessTokens(lines: text) }
    #expect(failure?.line == line)
  }

  @Test func withoutTokensOnlyLoopbackNamesAreAnswered() {
    let rule = AccessRule(.none)
    for host in ["localhost", "LOCALHOST:80", "127.0.0.1:8321", "127.9.9.9", "[::1]:1", "[::1]", "localhost."] {
      #expect(rule.refusal(of: .write, authorization: nil, host: host) == nil)
    }
    for host in ["example.org", "127.0.0.1.example.org", "localhost.example.org", "10.0.0.1", "[::2]:1", "", "0.0.0.0"]
    {
      #expect(rule.refusal(of: nil, authorization: nil, host: host)?.status == .forbidden)
    }
    #expect(rule.refusal(of: .write, authorization: nil, host: nil) == nil)
  }
}
