#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
import SlotStats
import StatsFormats
import StatsReports
import TerminalUI

/// Every option that takes a value, in one table.
enum Options {
  static let config = OptionRule.text("config", "a configuration file")
  static let source = OptionRule.text(
    "source", "a file, file:PATH, a URL, sqlite:PATH, demo:, sample: or a configured name")
  static let window = OptionRule<StatsWindow>.word("window")
  static let interval = OptionRule<Int>.whole("interval", "seconds", 1...300)
  static let warning = OptionRule<Double>.share("warning")
  static let critical = OptionRule<Double>.share("critical")
  static let minRuns = OptionRule<Int>.whole("min-runs", "runs", 1...1_000_000_000)
  static let timeout = OptionRule<Int>.whole("timeout", "seconds", 1...3600)
  static let staleAfter = OptionRule<Int>.whole("stale-after", "seconds", 1...31_536_000)
  static let scope = OptionRule<StatsScope>.word("scope")
  static let now = OptionRule<Date>(
    name: "now", expected: "an instant such as 2026-11-23T14:32:05Z", parse: { RFC3339.parse($0)?.date })
  static let theme = OptionRule<ThemeChoice>.word("theme")
  static let ascii = OptionRule<Bool>.toggle("ascii")
  static let noColor = OptionRule<Bool>.toggle("no-color")
  static let tokenFile = OptionRule.text("token-file", "a file that holds a token")
  static let loginFile = OptionRule.text("login-file", "a file of two lines: user, password")
  static let caFile = OptionRule.text("ca-file", "a PEM file of certificates")
  static let allowPlainHTTP = OptionRule<Bool>.toggle("allow-plain-http")
  static let connectTimeout = OptionRule<Int>.whole("connect-timeout", "seconds", 1...3600)
  static let firstByteTimeout = OptionRule<Int>.whole("first-byte-timeout", "seconds", 1...3600)
  static let maxRedirects = OptionRule<Int>.whole("max-redirects", "redirects", 0...3)
  static let reportFormat = OptionRule<ReportFormat>.word("format", elsewhere: formats)
  static let screenFormat = OptionRule<ScreenFormat>.word("format", elsewhere: formats)
  static let configFormat = OptionRule<ConfigFormat>.word("format", elsewhere: formats)
  static let size = OptionRule<Size>(
    name: "size", expected: "columns x rows such as 120x40, from 1x1 to 1000x500", parse: { size($0) })
  static let keys = OptionRule<String>(name: "keys", expected: "names of keys", parse: { $0 })
  static let store = OptionRule<StoreAddress>(name: "store", expected: "sqlite:PATH", parse: { StoreAddress($0) })
  static let listen = OptionRule<ListenAddress>(
    name: "listen", expected: "an address such as 127.0.0.1:8321 or [::1]:8321", parse: { ListenAddress($0) })
  static let tlsCertificate = OptionRule.text("tls-certificate", "a PEM file of certificates, the server's own first")
  static let tlsKey = OptionRule.text("tls-key", "a PEM file of the certificate's key")
  static let keep = OptionRule<Int>.whole("keep", "days", 1...36_500)
  static let eventTarget = OptionRule.text("to", "sqlite:PATH or a server's URL")
  static let rate = OptionRule<Double>(
    name: "rate", expected: "jobs a second from 0.1 to 100000", kinds: [.whole, .decimal], parse: { rate($0) })
  static let seed = OptionRule<Int>.whole("seed", "", 0...Int.max)
  static let duration = OptionRule<Int>.whole("duration", "seconds", 1...31_536_000)
  static let slot = OptionRule.text("slot", "the id of a slot")

  private static let formats =
    ReportFormat.allCases.map(\.rawValue) + ScreenFormat.allCases.map(\.rawValue)
    + ConfigFormat.allCases.map(\.rawValue)

  private static func rate(_ text: String) -> Double? {
    let isPlain = text.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E }
    guard isPlain, let rate = Double(text) else { return nil }
    return (0.1...100_000).contains(rate) ? rate : nil
  }

  private static func size(_ text: String) -> Size? {
    let parts = text.split(separator: "x", omittingEmptySubsequences: false)
    guard parts.count == 2, let columns = Int(parts[0]), let rows = Int(parts[1]) else { return nil }
    return (1...1000).contains(columns) && (1...500).contains(rows) ? Size(columns: columns, rows: rows) : nil
  }
}
