import ReadingCommands
import SlotStats

/// A key of the configuration file: where it may stand and what it takes.
struct ConfigurationKey: Sendable {
  /// The parts of the file in which keys stand.
  enum Section: Hashable, Sendable {
    case general, source, slot
    /// The sinks of notifications.
    case hook, webhook, alertmanager
  }

  /// What becomes of a text that names a place.
  enum Meaning: Sendable {
    /// It is taken as it is.
    case plain
    /// A path, which may be relative to the file's folder.
    case path
    /// A source's address, which may be such a path.
    case address
    /// A program with its arguments.
    case command
    /// One of the values of a list.
    case member
    /// A table of names and texts.
    case pairs
  }

  /// The key.
  let name: String
  /// Where it may stand.
  let sections: Set<Section>
  /// What it takes, to be read after "give".
  let expected: String
  /// The sorts of values that it takes.
  let kinds: Set<ConfigurationKind>
  /// What a text means.
  var meaning = Meaning.plain
  /// Whether a text of the right sort can be used.
  let accepts: @Sendable (String) -> Bool

  /// The key of an option.
  init<Value>(_ rule: OptionRule<Value>, in sections: Set<Section>, _ meaning: Meaning = .plain) {
    name = rule.key
    self.sections = sections
    expected = rule.expected
    kinds = rule.kinds
    self.meaning = meaning
    accepts = { rule.parse($0) != nil }
  }

  /// A key that no option has.
  init(
    _ name: String, _ expected: String, in sections: Set<Section>, _ kinds: Set<ConfigurationKind>, _ meaning: Meaning,
    accepts: @escaping @Sendable (String) -> Bool = { !$0.isEmpty }
  ) {
    self.name = name
    self.expected = expected
    self.sections = sections
    self.kinds = kinds
    self.meaning = meaning
    self.accepts = accepts
  }

  /// A key that says something of a slot, in one line of at most so many characters.
  private init(_ name: String, ofSlot limit: Int) {
    self.name = name
    sections = [.slot]
    expected = "one line of text of up to \(limit) characters"
    kinds = [.text]
    accepts = { !$0.isEmpty && SlotDescription.problem(of: $0, limit: limit) == nil }
  }

  /// What is said of a slot, and which of its texts that is.
  static let descriptions: [(key: ConfigurationKey, path: any WritableKeyPath<SlotDescription, String?> & Sendable)] = [
    (ConfigurationKey("name", ofSlot: SlotDescription.maxNameLength), \.name),
    (ConfigurationKey("provider", ofSlot: SlotDescription.maxNameLength), \.providerID),
    (ConfigurationKey("runbook", ofSlot: SlotDescription.maxAddressLength), \.runbook),
    (ConfigurationKey("link", ofSlot: SlotDescription.maxAddressLength), \.link),
  ]

  private static let reading: Set<Section> = [.general, .source]

  /// Where a source is.
  static let address = ConfigurationKey(
    "address", "a file, file:PATH, a URL, prometheus+https://HOST, sqlite:PATH, demo: or sample:", in: [.source],
    [.text], .address)

  /// Every key but those of tables.
  static let all = ofOptions + PrometheusKey.all.map(\.key) + descriptions.map(\.key)

  private static let ofOptions: [ConfigurationKey] = [
    ConfigurationKey(Options.source, in: [.general], .address),
    address,
    ConfigurationKey(Options.tokenFile, in: [.source], .path),
    ConfigurationKey(
      CredentialPlan.commandKey, "a program and its arguments, or one text for /bin/sh", in: [.source],
      [.text, .texts], .command),
    ConfigurationKey(Options.loginFile, in: [.source], .path),
    ConfigurationKey(Options.caFile, in: reading, .path),
    ConfigurationKey(Options.allowPlainHTTP, in: reading),
    ConfigurationKey(Options.connectTimeout, in: reading),
    ConfigurationKey(Options.firstByteTimeout, in: reading),
    ConfigurationKey(Options.timeout, in: reading),
    ConfigurationKey(Options.maxRedirects, in: reading),
    ConfigurationKey(Options.interval, in: reading),
    ConfigurationKey(Options.window, in: reading),
    ConfigurationKey(Options.scope, in: reading),
    ConfigurationKey(Options.staleAfter, in: reading),
    ConfigurationKey(Options.warning, in: [.general, .source, .slot]),
    ConfigurationKey(Options.critical, in: [.general, .source, .slot]),
    ConfigurationKey(Options.minRuns, in: [.general, .source, .slot]),
    ConfigurationKey(Options.ignore, in: reading, .member),
    ConfigurationKey(Options.noRecord, in: reading),
    ConfigurationKey(Options.noCache, in: reading),
    ConfigurationKey(Options.sort, in: reading),
    ConfigurationKey(Options.theme, in: [.general]),
    ConfigurationKey(Options.ascii, in: [.general]),
    ConfigurationKey(Options.noColor, in: [.general]),
    hookCommand, hookTimeout, sinkURL, sinkURLFile, sinkToken, alertSource,
  ]

  /// The names of the file's two kinds of tables.
  static let tables = (sources: "sources", slots: "slots")
  /// The name of the file's list of tables.
  static let rules = "rules"

  /// Keys that people write for secrets, which never stand in the file, with what to write in their stead.
  static let secrets: [String: String] = {
    let token = "token_file or token_command"
    return [
      "token": token, "bearer": token, "bearer_token": token, "access_token": token, "api_key": token, "secret": token,
      "authorization": token, "password": "login_file", "passwd": "login_file", "username": "login_file",
      "user": "login_file", "login": "login_file",
    ]
  }()
}

/// The nearest of some words to one that was misspelt.
enum NearWord {
  /// The word of `known` with fewest changes from `word`, from a third of its length on `nil`.
  static func nearest(to word: String, among known: [String]) -> String? {
    let limit = max(1, min(word.unicodeScalars.count, 30) / 3)
    let distances = known.map { (word: $0, distance: distance(word, $0, limit: limit)) }
    return distances.filter { $0.distance <= limit }.min { $0.distance < $1.distance }?.word
  }

  /// How many scalars are to be put in, taken out, replaced or swapped with their neighbour; more than `limit` is any.
  private static func distance(_ left: String, _ right: String, limit: Int) -> Int {
    let (left, right) = (Array(left.unicodeScalars), Array(right.unicodeScalars))
    guard abs(left.count - right.count) <= limit else { return limit + 1 }
    var before: [Int] = []
    var last = Array(0...right.count)
    for (row, scalar) in left.enumerated() {
      var current = [row + 1]
      for (column, other) in right.enumerated() {
        var least = min(last[column] + (scalar == other ? 0 : 1), last[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, scalar == right[column - 1], left[row - 1] == other {
          least = min(least, before[column - 1] + 1)
        }
        current.append(least)
      }
      (before, last) = (last, current)
    }
    return last[right.count]
  }
}
