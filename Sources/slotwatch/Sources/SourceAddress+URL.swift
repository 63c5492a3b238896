import RemoteSources

extension SourceAddress {
  /// The URL of an address with or without `panel+` before it.
  static func url(_ text: String) throws(SourceAddressError) -> RemoteURL {
    let bare = text.lowercased().hasPrefix("panel+") ? String(text.dropFirst("panel+".count)) : text
    guard let url = parsed(bare) else {
      throw SourceAddressError(
        line: "source \"\(withoutSecrets(text))\": write https://host[:port]/path, without a user, password or #")
    }
    return url
  }

  private static func parsed(_ text: String) -> RemoteURL? {
    let parts = text.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count > 2, parts[1].isEmpty, !text.contains("#"), !parts[2].contains("@") else { return nil }
    let isEncrypted = parts[0].lowercased() == "https:"
    let pair = parts[2].split(separator: ":", omittingEmptySubsequences: false)
    guard let host = pair.first, !host.isEmpty, pair.count < 3 else { return nil }
    guard let port = pair.count == 2 ? Int(pair[1]) : isEncrypted ? 443 : 80, (1...65535).contains(port) else {
      return nil
    }
    let rest = (parts.count > 3 ? "/" + parts[3] : "/").split(separator: "?", maxSplits: 1)
    return RemoteURL(
      isEncrypted: isEncrypted, host: host.lowercased(), port: port, path: String(rest[0]),
      query: rest.count > 1 ? String(rest[1]) : nil)
  }
}

extension RemoteURL {
  /// Whether the host is this machine.
  var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }
}
