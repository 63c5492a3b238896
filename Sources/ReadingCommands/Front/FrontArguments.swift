/// How an option is written.
package struct ArgumentForm: Hashable, Sendable {
  /// What follows an option's name.
  package enum Following: Hashable, Sendable {
    /// Nothing: it is a switch.
    case nothing
    /// A value that does not begin with a dash.
    case word
    /// A value that may begin with a dash; whether one with two is a value is left to the other program.
    case anything
  }

  /// The name without dashes.
  package let name: String
  /// What follows it.
  package let following: Following

  init(_ name: String, _ following: Following) {
    self.name = name
    self.following = following
  }

  init<Value>(_ rule: OptionRule<Value>, _ following: Following) { self.init(rule.name, following) }
}

/// A command line that this program understands for sure: a command that reads a source, options that it knows, each no
/// more often than it may be, and at most one file. Whatever else there may be, the program that has everything is asked.
package struct FrontArguments: Equatable, Sendable {
  /// The command's name.
  package let command: String
  /// What was given.
  package private(set) var given = GivenOptions()

  /// What every command takes.
  static let common = [
    ArgumentForm(Options.source, .word), ArgumentForm(Options.window, .word), ArgumentForm(Options.scope, .word),
    ArgumentForm(Options.now, .word), ArgumentForm(Options.theme, .word), ArgumentForm(Options.interval, .anything),
    ArgumentForm(Options.warning, .anything), ArgumentForm(Options.critical, .anything),
    ArgumentForm(Options.minRuns, .anything), ArgumentForm(Options.timeout, .anything),
    ArgumentForm(Options.staleAfter, .anything), ArgumentForm(Options.ascii, .nothing),
    ArgumentForm(Options.noColor, .nothing),
  ]

  /// What each command takes besides.
  package static let own: [String: [ArgumentForm]] = [
    CheckRun.name: [
      ArgumentForm(Options.slot, .anything), ArgumentForm(Options.ignore, .anything),
      ArgumentForm(Options.brief, .nothing), ArgumentForm(Options.state, .word),
    ],
    ReportRun.name: [
      ArgumentForm(Options.slot, .anything), ArgumentForm(Options.reportFormat, .word),
      ArgumentForm(Options.recent, .nothing), ArgumentForm(Options.at, .anything),
    ],
    FrameRun.name: [
      ArgumentForm(Options.size, .word), ArgumentForm(Options.keys, .anything),
      ArgumentForm(Options.screenFormat, .word), ArgumentForm(Options.at, .anything), ArgumentForm(Options.sort, .word),
    ],
    WatchRun.name: [
      ArgumentForm(Options.at, .anything), ArgumentForm(Options.noRecord, .nothing), ArgumentForm(Options.sort, .word),
    ],
  ]

  /// Options that may be given more than once.
  static let lists: Set<String> = [Options.slot.name, Options.ignore.name]

  /// Reads arguments; `nil` for anything that is not understood for sure.
  /// - Parameters:
  ///   - arguments: without the program's name.
  ///   - outputIsTerminal: whether a line without a command means `watch`, else `report`.
  package init?(_ arguments: [String], outputIsTerminal: Bool) {
    // Whatever stands behind it is a file, and it is never a value.
    if arguments.contains("--") { return nil }
    var rest = arguments[...]
    if let first = rest.first, Self.own[first] != nil {
      command = first
      rest.removeFirst()
    } else {
      command = outputIsTerminal ? WatchRun.name : ReportRun.name
    }
    let forms = Self.common + (Self.own[command] ?? [])
    while let argument = rest.popFirst() {
      let isOption = argument.hasPrefix("-") && argument != LocalSource.dash
      guard isOption ? takeOption(argument, &rest, forms) : takeFile(argument) else { return nil }
    }
  }

  /// A word without a dot, slash or colon may be a misspelt command.
  private mutating func takeFile(_ argument: String) -> Bool {
    let isFile = argument == LocalSource.dash || argument.utf8.contains { $0 == 0x2E || $0 == 0x2F || $0 == 0x3A }
    guard given.file == nil, isFile else { return false }
    given.file = argument
    return true
  }

  private mutating func takeOption(
    _ argument: String, _ rest: inout ArraySlice<String>, _ forms: [ArgumentForm]
  ) -> Bool {
    let letter = command == CheckRun.name ? PluginLetter(rawValue: argument) : nil
    let argument = letter.map { "--" + $0.option } ?? argument
    guard argument.hasPrefix("--") else { return false }
    let parts = argument.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard let name = parts.first.map(String.init), let form = forms.first(where: { $0.name == name }) else {
      return false
    }
    if form.following == .nothing { return parts.count == 1 && given.switches.insert(name).inserted }
    guard given.values[name] == nil, let value = parts.count == 2 ? String(parts[1]) : rest.popFirst() else {
      return false
    }
    let dash = form.following == .word ? "-" : "--"
    let mayBeOption = parts.count == 1 && value.hasPrefix(dash) && value != LocalSource.dash
    if value.isEmpty || mayBeOption { return false }
    if Self.lists.contains(name) {
      given.lists[name, default: []].append(value)
    } else {
      given.values[name] = letter?.text(value) ?? value
    }
    return true
  }
}
