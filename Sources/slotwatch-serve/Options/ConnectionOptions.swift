import ArgumentParser
import ReadingCommands

/// The options of whoever speaks to another machine: how long it may take, and what is shown to it.
struct ConnectionOptions: ParsableArguments {
  /// What is said of the option that names the configuration file.
  static let configHelp = ArgumentHelp(
    "The configuration file. (default: slotwatch/config.toml in the user's or the system's XDG folder)",
    valueName: "file")

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Seconds that one reading may take, 1 to 3600. (default: 10)", valueName: "seconds"))
  var timeout: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Seconds until a connection stands. (default: 2)", valueName: "seconds"))
  var connectTimeout: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Seconds until an answer begins. (default: 5)", valueName: "seconds"))
  var firstByteTimeout: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Redirects that are followed, 0 to 3. (default: 0)", valueName: "count"))
  var maxRedirects: String?

  @Option(
    help: ArgumentHelp("A file that holds the token, readable by its owner alone.", valueName: "file"),
    completion: .file())
  var tokenFile: String?

  @Option(
    help: ArgumentHelp("A file of two lines, user and password, readable by its owner alone.", valueName: "file"),
    completion: .file())
  var loginFile: String?

  @Option(
    help: ArgumentHelp("Certificates (PEM) to trust instead of the system's.", valueName: "file"),
    completion: .file(extensions: ["pem", "crt"]))
  var caFile: String?

  @Flag(help: "Allow plain HTTP to another machine; never with a secret.")
  var allowPlainHttp = false

  /// What was given for these options.
  func given() -> GivenOptions {
    let texts: [String: String?] = [
      Options.timeout.name: timeout, Options.connectTimeout.name: connectTimeout,
      Options.firstByteTimeout.name: firstByteTimeout, Options.maxRedirects.name: maxRedirects,
      Options.tokenFile.name: tokenFile, Options.loginFile.name: loginFile, Options.caFile.name: caFile,
    ]
    return GivenOptions(
      file: nil, values: texts.compactMapValues { $0 }, lists: [:],
      switches: allowPlainHttp ? [Options.allowPlainHTTP.name] : [])
  }
}
