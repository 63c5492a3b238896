import FoundationEssentials
import ReadingCommands
import SlotStats
import StatsReports

/// The options that need more than a file of this machine: sources behind URLs, the store, the server.
extension Options {
  static let tokenFile = OptionRule.text("token-file", "a file that holds a token", place: .path)
  static let loginFile = OptionRule.text("login-file", "a file of two lines: user, password", place: .path)
  static let caFile = OptionRule.text("ca-file", "a PEM file of certificates", place: .path)
  static let allowPlainHTTP = OptionRule<Bool>.toggle("allow-plain-http")
  static let noCache = OptionRule<Bool>.toggle("no-cache")
  static let connectTimeout = OptionRule<Int>.whole("connect-timeout", "seconds", 1...3600)
  static let firstByteTimeout = OptionRule<Int>.whole("first-byte-timeout", "seconds", 1...3600)
  static let maxRedirects = OptionRule<Int>.whole("max-redirects", "redirects", 0...3)
  static let configFormat = OptionRule<ConfigFormat>.word("format", elsewhere: formats)
  static let store = OptionRule<StoreAddress>(
    name: "store", expected: "sqlite:PATH", place: .address, parse: { StoreAddress($0) })
  static let listen = OptionRule<ListenAddress>(
    name: "listen", expected: "an address such as 127.0.0.1:8321 or [::1]:8321", parse: { ListenAddress($0) })
  static let tlsCertificate = OptionRule.text(
    "tls-certificate", "a PEM file of certificates, the server's own first", place: .path)
  static let tlsKey = OptionRule.text("tls-key", "a PEM file of the certificate's key", place: .path)
  static let keep = OptionRule<Int>.whole("keep", "days", 1...36_500)
  static let eventTarget = OptionRule.text("to", "sqlite:PATH or a server's URL", place: .address)
  static let rate = OptionRule<Double>(
    name: "rate", expected: "jobs a second from 0.1 to 100000", kinds: [.whole, .decimal], parse: { rate($0) })
  static let seed = OptionRule<Int>.whole("seed", "", 0...Int.max)
  static let duration = OptionRule<Int>.whole("duration", "seconds", 1...31_536_000)
  static let note = OptionRule<String>(
    name: "note", expected: "why, in up to \(Acknowledgement.maxNoteLength) characters",
    parse: { $0.isEmpty || Acknowledgement.problem(ofNote: $0) != nil ? nil : $0 })
  static let by = OptionRule<String>(
    name: "by", expected: "a name of up to \(Acknowledgement.maxNameLength) characters",
    parse: { Acknowledgement.problem(ofName: $0) == nil ? $0 : nil })
  static let markedAt = OptionRule<Date>(name: "at", expected: now.expected, parse: now.parse)
  static let unmark = OptionRule<Int>.whole("remove", "", 1...Int.max)
  static let clear = OptionRule<SlotTextOption>(
    name: "clear", expected: SlotTextOption.all.map(\.name).joined(separator: ", "),
    parse: { name in SlotTextOption.all.first { $0.name == name } })
  static let acknowledgedFor = OptionRule<TimeInterval>(
    name: "for", expected: "a time such as 30m, 8h or 3d, from 1m to 366d", parse: { time($0) })
  static let since = OptionRule<TimeInterval>(
    name: "since", expected: "how far back, such as 8h, 90m or 14d, from 1m to 400d", parse: { span($0) })
  static let tune = OptionRule<Bool>.toggle("tune")
  static let output = OptionRule.text("output", "a file", place: .path)
  static let handoverFormat = OptionRule<HandoverFormat>.word("format", elsewhere: formats)
  static let replayFormat = OptionRule<ReplayFormat>.word("format", elsewhere: formats)

  private static let longestSpan = 400 * 86_400

  private static func span(_ text: String) -> TimeInterval? {
    DurationText.seconds(text).flatMap { (60...longestSpan).contains($0) ? TimeInterval($0) : nil }
  }

  private static let units: [Character: TimeInterval] = ["m": 60, "h": 3_600, "d": 86_400]

  private static func time(_ text: String) -> TimeInterval? {
    let digits = text.dropLast()
    guard let unit = text.last.flatMap({ units[$0] }), (1...7).contains(digits.utf8.count),
      digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Double(digits)
    else { return nil }
    let seconds = number * unit
    return (60...Acknowledgement.maxDuration).contains(seconds) ? seconds : nil
  }

  private static func rate(_ text: String) -> Double? {
    let isPlain = text.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E }
    guard isPlain, let rate = Double(text) else { return nil }
    return (0.1...100_000).contains(rate) ? rate : nil
  }
}
