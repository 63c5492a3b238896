import RemoteSources

extension Settings {
  /// A source that was chosen, and by whom.
  typealias ChosenSource = (address: SourceAddress, name: String?, origin: OptionOrigin)

  /// The source, by its address or by its name in the configuration file, whose own values count from then on.
  static func source(_ options: CommonOptions, _ take: inout SettingsReader) throws(CommandFailure) -> ChosenSource? {
    if let file = options.file, let source = options.source {
      throw CommandFailure(.usage, "Cannot use both \"\(file)\" and --source \"\(source)\": give one source.")
    }
    if let file = options.file, Invocation.commandNames.contains(file) {
      throw CommandFailure(
        .usage, "Cannot use \"\(file)\" here: a command stands before its options; a file is written \"./\(file)\".")
    }
    guard let found = try take.reader.find(Options.source, flag: options.source ?? options.file) else { return nil }
    take.origins[Options.source.name] = found.origin
    if let named = take.reader.file?.sources[found.value] {
      take.reader.source = named
      return (named.address, named.name, found.origin)
    }
    do {
      return (try SourceAddress(found.value), nil, found.origin)
    } catch {
      throw CommandFailure(error.status(found.origin), "Cannot use \(error.line).")
    }
  }

  /// Refuses plain HTTP to another machine unless it is allowed, and with a secret always.
  func refusePlainHTTP(given origin: OptionOrigin?, _ place: String?) throws(CommandFailure) {
    guard let source, let url = source.url, !url.isEncrypted, !url.isLoopback else { return }
    let given = "\"\(source.given)\""
    guard allowsPlainHTTP else {
      throw CommandFailure(
        origin?.status ?? .usage,
        "Cannot use \(place ?? "source " + given): plain http is for this machine; write https, or --allow-plain-http.")
    }
    guard credentialPlan.kind == .none else {
      throw CommandFailure(
        credentialPlan.origin.status,
        "Cannot use \(credentialPlan.origin.name) with \(place ?? given): plain http carries no secret; write https.")
    }
  }
}
