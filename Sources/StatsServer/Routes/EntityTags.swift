/// The tags that a request knows an answer by.
enum EntityTags {
  /// What proxies append to a tag within its quotes where they compress the answer, and send back as it is: Apache's
  /// mod_deflate and mod_brotli, and Caddy, which takes its own off where there is one tag alone.
  private static let suffixes = ["-gzip", "-br", "-zstd"]

  /// Whether a value of `If-None-Match` names a tag. Weak and strong ones are compared alike, since nothing is added to
  /// what is kept (RFC 9110, 13.1.2).
  static func match(_ value: String, _ tag: String) -> Bool {
    let value = trimmed(value[...].utf8)
    if value.elementsEqual("*".utf8) { return true }
    let wanted = [tag] + suffixes.map { String(tag.dropLast()) + $0 + "\"" }
    return tags(in: value).contains { found in wanted.contains { $0.utf8.elementsEqual(found) } }
  }

  /// The opaque tags of a list, in their quotes; what follows something malformed is none.
  private static func tags(in list: Substring.UTF8View) -> [Substring.UTF8View] {
    var (rest, tags) = (list, [Substring.UTF8View]())
    while true {
      rest = rest.drop { $0 == 0x2C || isBlank($0) }
      if rest.starts(with: "W/".utf8) { rest = rest.dropFirst(2) }
      // A comma may stand within the quotes, a quote may not.
      guard rest.first == 0x22, let end = rest.dropFirst().firstIndex(of: 0x22) else { return tags }
      let tag = rest[...end]
      rest = rest[rest.index(after: end)...].drop(while: isBlank)
      guard rest.isEmpty || rest.first == 0x2C else { return tags }
      tags.append(tag)
    }
  }

  private static func trimmed(_ text: Substring.UTF8View) -> Substring.UTF8View {
    let start = text.drop(while: isBlank)
    return start.lastIndex { !isBlank($0) }.map { start[...$0] } ?? start
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
