import HTTPTransport
import ReadingCommands
import SlotStats

/// Why a text is no address of a source that this build can read.
struct SourceAddressError: Error, Hashable {
  /// The text in quotes, without what may be a secret in it, and why it cannot be used.
  let line: String
  /// Whether it is the address of a source that another build may read.
  var isOfAnotherBuild = false

  /// The status of a command that was given the text by `origin`.
  func status(_ origin: OptionOrigin) -> ExitStatus { isOfAnotherBuild ? .configuration : origin.status }
}

/// Where statistics come from, as a person writes it.
struct SourceAddress: Sendable {
  /// Where that is.
  let place: any SourcePlace

  /// An address of this place.
  init(_ place: any SourcePlace) { self.place = place }

  /// The simulated fleet.
  static let demo = SourceAddress(DemoPlace())
  /// The sample that ships with the program.
  static let sample = SourceAddress(LocalSource.sample)

  /// Reads an address: a path, or what begins with a scheme of one of `kinds`.
  init(_ text: String, among kinds: [SourceKind] = SourceKind.all) throws(SourceAddressError) {
    guard let scheme = LocalSource.scheme(of: text)?.lowercased() else {
      self.init(LocalSource(withoutScheme: text))
      return
    }
    let text = SourceText(whole: text, scheme: scheme)
    guard let kind = kinds.first(where: { $0.schemes.contains(scheme) }) else {
      throw text.refusal("the scheme is unknown; a file is written file:PATH")
    }
    self.init(try kind.place(text))
  }

  /// The URL of a source behind one.
  var url: RemoteURL? { place.url }
  /// The address as a machine would give it again, without a query, which may hold a secret.
  var given: String { place.given }
  /// What headings call it.
  var label: String { place.label }
  /// Whether what it shows is made up.
  var isSynthetic: Bool { place.isSynthetic }

  /// The source, ready to be read.
  /// - Parameters:
  ///   - settings: how it is reached.
  ///   - windows: those that a reading of a source that is read slot by slot brings whole; `nil` for what is looked at.
  ///   - readsOnce: whether one reading is enough.
  ///   - clocks: the program's clocks.
  /// - Returns: the source with its names.
  /// - Throws: what cannot be used of the settings.
  func open(
    _ settings: Settings, windows: Set<StatsWindow>?, readsOnce: Bool, clocks: RootClocks
  ) throws(CommandFailure) -> OpenedSource {
    let label = settings.label(of: self)
    var source = try place.open(
      SourceOpening(settings: settings, label: label, windows: windows, readsOnce: readsOnce, clocks: clocks))
    (source.given, source.label, source.isSynthetic, source.isRemote) = (given, label, isSynthetic, url != nil)
    source.descriptions = settings.configuration.file?.slots.compactMapValues(\.description) ?? [:]
    source.runbookRules = settings.configuration.file?.rules.map(\.rule).filter { $0.runbook != nil } ?? []
    return source
  }

  /// The text without what may be a user's name, a password or a query in a URL.
  static func withoutSecrets(_ text: String) -> String {
    guard let slashes = text.firstRange(of: "://") else {
      guard let colon = text.firstIndex(of: ":"), let at = text.lastIndex(of: "@"), colon < at else { return text }
      return text[...colon] + "…" + text[at...]
    }
    let rest = text[slashes.upperBound...]
    let beforeQuery = rest.prefix { $0 != "?" && $0 != "#" }
    let authority = beforeQuery.prefix { $0 != "/" }
    // A password may hold a slash; what follows a colon is a port, or it is no longer a host.
    let port = authority.lastIndex(of: ":").map { authority[authority.index(after: $0)...] } ?? ""
    let isHost = port.utf8.allSatisfy { (0x30...0x39).contains($0) } || authority.hasPrefix("[")
    let user = authority.contains("@") || isHost ? authority : beforeQuery
    let place = user.lastIndex(of: "@").map { "…" + beforeQuery[$0...] } ?? (isHost ? String(beforeQuery) : "…")
    return text[..<slashes.upperBound] + place + (beforeQuery.endIndex == rest.endIndex ? "" : "?…")
  }
}

extension SourceAddress: Hashable {
  static func == (left: SourceAddress, right: SourceAddress) -> Bool {
    AnyHashable(left.place) == AnyHashable(right.place)
  }

  func hash(into hasher: inout Hasher) { place.hash(into: &hasher) }
}
