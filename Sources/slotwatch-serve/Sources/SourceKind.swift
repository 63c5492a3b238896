import HTTPTransport
import ReadingCommands
import SlotStats

/// A kind of source: how its addresses are written. Adding a kind is a ``SourcePlace`` and a row in ``all``.
struct SourceKind: Sendable {
  /// What its addresses begin with, in lower case, without the colon.
  let schemes: Set<String>
  /// Makes a place of an address with one of the schemes.
  let place: @Sendable (SourceText) throws(SourceAddressError) -> any SourcePlace

  /// Every kind of this build; a text without a scheme is a file.
  static let all = [
    SourceKind(schemes: [LocalSource.schemes.file]) { text throws(SourceAddressError) in
      guard let file = LocalSource(text.whole) else {
        throw text.refusal("write file:PATH or file:///absolute/path")
      }
      return file
    },
    SourceKind(schemes: ["sqlite"]) { text throws(SourceAddressError) in
      guard let store = StoreAddress(text.whole) else { throw text.refusal("write sqlite:PATH") }
      return store
    },
    SourceKind(schemes: ["demo"]) { text throws(SourceAddressError) in
      try text.standsAlone()
      return DemoPlace()
    },
    SourceKind(schemes: [LocalSource.schemes.sample]) { text throws(SourceAddressError) in
      try text.standsAlone()
      return LocalSource.sample
    },
    SourceKind(schemes: ["http", "https"]) { text throws(SourceAddressError) in
      SnapshotURLPlace(url: try text.url())
    },
    SourceKind(schemes: ["panel+http", "panel+https"]) { text throws(SourceAddressError) in
      let base = try text.url(after: "panel+")
      guard base.query == nil else {
        throw text.refusal("a panel's URL has no query; write panel+https://host[/base]")
      }
      return PanelPlace(base: base)
    },
    SourceKind(schemes: ["prometheus+http", "prometheus+https"]) { text throws(SourceAddressError) in
      let base = try text.url(after: "prometheus+")
      guard base.query == nil else {
        throw text.refusal("a server's URL has no query; write prometheus+https://host[:port][/base]")
      }
      return PrometheusPlace(base: base)
    },
    SourceKind(schemes: ["clickhouse+http", "clickhouse+https"]) { text throws(SourceAddressError) in
      var refusal = text.refusal(
        "\(text.scheme): is not supported by this build; give a snapshot, a panel, prometheus+https:, sqlite: or demo:")
      refusal.isOfAnotherBuild = true
      throw refusal
    },
  ]
}

/// An address with a scheme, on its way to a place.
struct SourceText: Hashable, Sendable {
  /// All of it.
  let whole: String
  /// The scheme in lower case.
  let scheme: String

  /// What follows the scheme and its colon.
  var rest: Substring { whole.dropFirst(scheme.count + 1) }

  /// Why it is no address; secrets in it are left out.
  func refusal(_ reason: String) -> SourceAddressError {
    SourceAddressError(line: "source \"\(SourceAddress.withoutSecrets(whole))\": \(reason)")
  }

  /// The URL that it is, after a part that only tells the kind.
  func url(after prefix: String = "") throws(SourceAddressError) -> RemoteURL {
    do {
      return try RemoteURL(parsing: String(whole.dropFirst(prefix.count)))
    } catch {
      throw refusal("the URL \(error.problem)")
    }
  }

  /// Refuses anything after the colon.
  func standsAlone() throws(SourceAddressError) {
    guard rest.isEmpty else { throw refusal("nothing follows \(scheme): itself") }
  }
}
