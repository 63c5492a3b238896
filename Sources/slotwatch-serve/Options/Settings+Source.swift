import HTTPTransport
import ReadingCommands

extension Settings {
  /// A source that was chosen: where it is, what the configuration file says of it, and by whom.
  typealias ChosenSource = (address: SourceAddress, configured: ConfiguredSource?, origin: OptionOrigin)

  /// The source, by its address or by its name in the configuration file, whose own values count from then on.
  static func source(
    _ take: inout SettingsReader, _ file: ConfigurationFile?, _ kinds: [SourceKind]
  ) throws(CommandFailure) -> ChosenSource? {
    let given = take.reader.given
    let source = given.values[Options.source.name]
    if let path = given.file, let source {
      throw CommandFailure(.usage, "Cannot use both \"\(path)\" and --source \"\(source)\": give one source.")
    }
    if let path = given.file, Invocation.commandNames.contains(path) {
      throw CommandFailure(
        .usage, "Cannot use \"\(path)\" here: a command stands before its options; a file is written \"./\(path)\".")
    }
    guard let found = try take.reader.find(Options.source, flag: source ?? given.file) else { return nil }
    take.origins[Options.source.name] = found.origin
    if let file, let named = file.sources[found.value] {
      take.reader.configured = file.texts(for: named)
      return (named.address, named, found.origin)
    }
    do {
      return (try SourceAddress(found.value, among: kinds), nil, found.origin)
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
