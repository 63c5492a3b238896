import Foundation
import SlotStats
import Testing

@Suite struct MessagePatternTests {
  @Test(arguments: [
    ("timed out after 30 s", "timed out after <n> s"),
    ("timed out after 1,250.5ms", "timed out after <n>ms"),
    ("502 from api.meridian.example", "502 from api.meridian.example"),
    ("HTTP 503 after 2 tries", "HTTP 503 after <n> tries"),
    ("503 is what 503 jobs got", "503 is what <n> jobs got"),
    ("job 6fa459ea-ee8a-3ca4-894e-db77e160355e gone", "job <id> gone"),
    ("commit deadbeef0 at 0xFF12", "commit <hex> at <hex>"),
    ("at 2026-11-28T20:42:05.123+01:00, not 20:42:05", "at <time>, not <time>"),
    ("on 2026-11-28 20:42:05 and 2026-11-28", "on <time> and <time>"),
    ("no host 192.0.2.17:8080, [2001:db8::1] or ann@mail.example", "no host <address>, [<address>] or <address>"),
    ("cannot open \"a b.png\" or 'x'", "cannot open <text> or <text>"),
    ("can't read the user's file", "can't read the user's file"),
    ("worker-12 of s3 in order123456", "worker-<n> of s3 in order<n>"),
    ("line\r\n  two\u{1B}[31m", "line two [<n>m"),
    ("Превышено время 15 с", "Превышено время <n> с"),
    ("an open \"quote", "an open <text>"),
    ("", ""), ("  \n ", ""),
  ])
  func leavesWhatMessagesHaveInCommon(_ message: String, _ pattern: String) {
    #expect(MessagePattern.text(of: message) == pattern)
    #expect(MessagePattern.text(of: pattern) == pattern)
  }

  @Test(
    arguments: [
      ("token=s3cr3tvalue refused", "token=<secret> refused"),
      ("access_token: s3cr3tvalue", "access_token: <secret>"),
      ("GET /x?api_key=s3cr3tvalue&n=5", "GET /x?api_key=<secret>&n=<n>"),
      ("Authorization: Bearer s3cr3tvalue and more", "Authorization: <secret>"),
      ("sent Bearer s3cr3t-value", "sent Bearer <secret>"),
      ("password = 's3cr3t value' is wrong", "password = <secret> is wrong"),
      ("Set-Cookie: id=s3cr3tvalue; path=/", "Set-Cookie: <secret>"),
      ("{\"password\":\"s3cr3tvalue", "{<text>:<text>"),
      ("https://ann:s3cr3tvalue@host.example/a", "https://<secret>@host.example/a"),
      ("key AKs3cr3tvalueQ9xZ7LmP2vB8 is known", "key <secret> is known"),
      ("0123456789abcdefs3cr3tvalue0123456789abcdef", nil),
      ("jwt eyJhbGciOiJIUzI1NiIsInR5cCI6s3cr3tvalue.eyJzdWIiOiIx.SflKx", nil),
      ("digest d41d8cd98f00b204e9800998ecf8427e0", "digest <secret>"),
      ("basic check failed, token expired", "basic check failed, token expired"),
    ] as [(String, String?)])
  func masksWhatLooksLikeASecret(_ message: String, _ pattern: String?) {
    let text = MessagePattern.text(of: message)
    if let pattern {
      #expect(text == pattern)
      #expect(!text.contains("s3cr3t"))
    } else {
      #expect(text.contains("<"))
    }
    #expect(MessagePattern.text(of: text) == text)
  }

  @Test func isBounded() {
    #expect(MessagePattern.text(of: String(repeating: "word ", count: 5_000)).unicodeScalars.count == 161)
    #expect(MessagePattern.text(of: String(repeating: "'", count: 100_000)).unicodeScalars.count <= 161)
  }

  private static let start = Date(timeIntervalSince1970: 1_795_000_000)

  private func message(_ text: String, _ second: Double) -> FailureMessages.Message {
    FailureMessages.Message(text, at: Self.start + second)
  }

  @Test func theMostFrequentComesFirstAndOfThoseTheNewest() {
    let messages = [
      message("timed out after 30 s", 5), message("b", 1), message("502 from x", 2), message("a", 1),
      message("timed out after 4 s", 3), message("502 from x", 9), message("", 4),
    ]
    for order in [messages, messages.reversed()] {
      let folded = FailureMessages(folding: order, since: Self.start)
      #expect(folded.patterns.map(\.text) == ["502 from x", "timed out after <n> s", "a", "b"])
      #expect(folded.patterns.map(\.count) == [2, 2, 1, 1])
      #expect(folded.patterns[0].newest == Self.start + 9)
      #expect(folded.examined == 6)
    }
    #expect(FailureMessages(folding: messages, since: nil, limit: 1).patterns.count == 1)
  }
}
