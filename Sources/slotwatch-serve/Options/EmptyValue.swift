import ReadingCommands

/// Options that are given nothing: `--slot=`, such as `--slot=$SLOT` with a variable that is not set.
///
/// To the argument parser that is `--slot` alone, whose value would be the next argument, whatever that is.
enum EmptyValue {
  /// What each option takes, by its name; `--format` takes what its command writes.
  static let expected: [String: String] = {
    var expected: [String: String] = [:]
    func add<Value>(_ rule: OptionRule<Value>) { expected[rule.name] = rule.expected }
    add(Options.source)
    add(Options.config)
    add(Options.window)
    add(Options.interval)
    add(Options.warning)
    add(Options.critical)
    add(Options.minRuns)
    add(Options.timeout)
    add(Options.connectTimeout)
    add(Options.firstByteTimeout)
    add(Options.maxRedirects)
    add(Options.tokenFile)
    add(Options.loginFile)
    add(Options.caFile)
    add(Options.staleAfter)
    add(Options.scope)
    add(Options.now)
    add(Options.at)
    add(Options.theme)
    add(Options.slot)
    add(Options.ignore)
    add(Options.size)
    add(Options.keys)
    add(Options.store)
    add(Options.listen)
    add(Options.tlsCertificate)
    add(Options.tlsKey)
    add(Options.keep)
    add(Options.eventTarget)
    add(Options.rate)
    add(Options.seed)
    add(Options.duration)
    add(Options.hold)
    add(Options.severity)
    add(Options.note)
    add(Options.by)
    add(Options.acknowledgedFor)
    add(Options.markedAt)
    add(Options.unmark)
    for text in SlotTextOption.all { add(text.rule) }
    add(Options.clear)
    add(Options.sort)
    add(Options.state)
    add(Options.since)
    add(Options.output)
    expected["format"] = "a format that the command writes"
    for letter in PluginLetter.allCases { expected[letter.name] = expected[letter.option] }
    return expected
  }()

  /// The options that take nothing.
  static let switches: Set<String> = [
    Options.ascii.name, Options.noColor.name, Options.allowPlainHTTP.name, Options.brief.name, Options.recent.name,
    Options.noRecord.name, Options.noCache.name, "follow", "dry-run", "v", "V", "h", "help", "version", "all", "list",
    "until-recovered",
    "tune",
  ]

  /// Refuses the first option that is given nothing behind a `=`. What stands behind `--` is a file.
  static func refuse(in arguments: [String]) throws(CommandFailure) {
    for argument in arguments.prefix(while: { $0 != "--" }) where argument.hasPrefix("-") && argument.hasSuffix("=") {
      let flag = String(argument.dropLast())
      let name = String(flag.drop { $0 == "-" })
      if let wanted = expected[name] { throw CommandFailure(.usage, "Cannot use \(flag) \"\": give \(wanted).") }
      if switches.contains(name) { throw CommandFailure(.usage, "Cannot use \"\(argument)\": it takes no value.") }
    }
  }
}
