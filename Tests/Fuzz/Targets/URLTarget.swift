import HTTPTransport

/// Addresses, also those that a server sends people on to.
let urlTarget = FuzzTarget(
  name: "urls",
  words: ["://", "http://", "HTTPS://", "[::1]", "localhost", "127.0.0.1", ":443", "@", "%2E", "?a=b", "#"],
  maxBytes: 3_000,
  seeds: {
    ["https://panel.example/base?x=1", "http://[::1]:8400/a/../b", "HTTP://127.0.0.1/%2e/;x[0]", "https://h"].map {
      Array($0.utf8)
    }
  }
) { bytes in
  do {
    let url = try RemoteURL(parsing: String(decoding: bytes, as: UTF8.self))
    let text = url.display + (url.query.map { "?" + $0 } ?? "")
    try expect(text.utf8.allSatisfy { (0x21...0x7E).contains($0) }, "the address \(text.debugDescription) has blanks")
    try expect(!url.display.contains("@") && !text.contains("#"), "the address \(text) may hold a secret")
    // Escapes are longer than what was written.
    if text.utf8.count > 2_048 { return "long" }
    guard let again = try? RemoteURL(parsing: text) else { throw Broken("\(text) was read and is refused") }
    try expect(again == url, "\(text) is read otherwise the second time")
    let below = url.appending(path: "/" + RemoteURL.escaped(text), query: [("q", text)])
    let belowText = below.display + "?" + (below.query ?? "")
    let belowAgain = try? RemoteURL(parsing: belowText)
    try expect(belowText.utf8.count > 2_048 || belowAgain == below, "\(belowText) is built and not read")
    return "\(url.isEncrypted) \(url.isLoopback) \(url.port == 443) \(url.query == nil) \(url.host.contains(":"))"
  } catch let error as RemoteURL.Failure {
    return try expectRefusal(error.problem)
  }
}
