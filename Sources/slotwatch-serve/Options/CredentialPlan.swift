import HTTPTransport
import ReadingCommands

/// Where the credentials of a source are, before anything is opened or run.
struct CredentialPlan: Hashable, Sendable {
  /// The sorts of credentials.
  enum Kind: Hashable, Sendable {
    /// None: requests are sent as they are.
    case none
    /// A token that was given itself, by the environment.
    case token(Secret)
    /// A file that holds a token.
    case tokenFile(path: String)
    /// A program, by its arguments, that prints a token.
    case tokenCommand([String])
    /// A user and a password that were given themselves, by the environment.
    case login(user: String, password: Secret)
    /// A file of two lines: user, password.
    case loginFile(path: String)
  }

  /// What sort of credentials.
  var kind = Kind.none
  /// Who says so.
  var origin = OptionOrigin.standard
}

extension CredentialPlan {
  static let tokenVariable = "SLOTWATCH_TOKEN"
  static let userVariable = "SLOTWATCH_USERNAME"
  static let passwordVariable = "SLOTWATCH_PASSWORD"
  /// The configuration file's key for a program that prints a token.
  static let commandKey = "token_command"

  /// The credentials of the first level that has any: flags, environment, configuration file.
  /// - Throws: an error for a level with two sorts of credentials, or with half a log-in.
  init(_ reader: OptionReader, _ source: ConfiguredSource?, in file: ConfigurationFile?) throws(CommandFailure) {
    let levels = [try Self.flags(reader), try Self.variables(reader), Self.configured(source, in: file)]
    for level in levels where !level.isEmpty {
      guard level.count == 1 else {
        let names = level.prefix(2).map(\.name)
        throw CommandFailure(
          level[0].plan.origin.status,
          "Cannot use both \(names[0]) and \(names[1]): give one sort of credentials.")
      }
      self = level[0].plan
      return
    }
    self.init()
  }

  private typealias Level = [(name: String, plan: CredentialPlan)]

  /// The options that name a file, and what is in it.
  private static let files: [(rule: OptionRule<String>, kind: @Sendable (String) -> Kind)] = [
    (Options.tokenFile, { .tokenFile(path: $0) }), (Options.loginFile, { .loginFile(path: $0) }),
  ]

  private static func flags(_ reader: OptionReader) throws(CommandFailure) -> Level {
    var level: Level = []
    for (rule, kind) in files {
      guard let flag = reader.given.values[rule.name], let path = try reader.value(rule, flag: flag) else { continue }
      level.append((rule.flag, CredentialPlan(kind: kind(path), origin: .flag(rule.flag))))
    }
    return level
  }

  private static func variables(_ reader: OptionReader) throws(CommandFailure) -> Level {
    var level: Level = []
    func add(_ name: String, _ kind: Kind) {
      level.append((name, CredentialPlan(kind: kind, origin: .environment(name))))
    }
    if let token = reader.variable(tokenVariable) { add(tokenVariable, .token(try secret(token, tokenVariable))) }
    for (rule, kind) in files where reader.variable(rule) != nil {
      if let path = try reader.value(rule, flag: nil) { add(rule.variable, kind(path)) }
    }
    let (user, password) = (reader.variable(userVariable), reader.variable(passwordVariable))
    if let user, let password {
      add(userVariable, .login(user: user, password: Secret(password)))
    } else if user != nil || password != nil {
      let (given, missing) = user == nil ? (passwordVariable, userVariable) : (userVariable, passwordVariable)
      throw CommandFailure(.configuration, "Cannot use \(given) alone: set \(missing) as well.")
    }
    return level
  }

  private static func configured(_ source: ConfiguredSource?, in file: ConfigurationFile?) -> Level {
    guard let file, let source else { return [] }
    let keys: [(key: String, kind: (ConfiguredValue) -> Kind)] = [
      (Options.tokenFile.key, { .tokenFile(path: $0.text) }), (commandKey, { .tokenCommand($0.words) }),
      (Options.loginFile.key, { .loginFile(path: $0.text) }),
    ]
    return keys.compactMap { key, kind in
      source.values[key].map { value in
        let origin = OptionOrigin.file(path: file.path, line: value.position.line)
        return ("\(key) (\(origin.name))", CredentialPlan(kind: kind(value), origin: origin))
      }
    }
  }

  /// A token that can stand in a header: visible ASCII. It is never repeated.
  private static func secret(_ text: String, _ name: String) throws(CommandFailure) -> Secret {
    guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw CommandFailure(.configuration, "Cannot use \(name): a token holds visible ASCII characters alone.")
    }
    return Secret(text)
  }
}
