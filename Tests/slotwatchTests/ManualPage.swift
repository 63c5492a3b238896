import Foundation
import ReadingCommands

@testable import slotwatch_serve

/// The manual page, made from what the argument parser knows of the commands and from the exit codes.
struct ManualPage {
  /// What `--experimental-dump-help` prints.
  private struct Dump: Decodable {
    let command: Command
  }

  private struct Command: Decodable {
    var commandName: String
    let abstract: String?
    let discussion: String?
    let subcommands: [Command]?
    let arguments: [Argument]?

    /// Whether it shows or judges statistics of a source.
    var readsSource: Bool { arguments?.contains { $0.names?.contains { $0.name == "source" } == true } == true }

    /// The commands below it, by their whole names; itself where there are none.
    var leaves: [Command] {
      let below = (subcommands ?? []).filter { $0.commandName != "help" }
      return below.isEmpty
        ? [self]
        : below.flatMap(\.leaves).map { leaf in
          var leaf = leaf
          leaf.commandName = commandName + " " + leaf.commandName
          return leaf
        }
    }
  }

  private struct Argument: Decodable, Equatable {
    struct Name: Decodable, Equatable {
      let kind: String
      let name: String
    }
    let kind: String
    let names: [Name]?
    let valueName: String?
    let abstract: String?
    let isRepeating: Bool?
  }

  private let root: Command
  private let commands: [Command]
  private let common: [Argument]

  /// Reads the parser's description of the commands.
  init(dump: String) throws {
    root = try JSONDecoder().decode(Dump.self, from: Data(dump.utf8)).command
    commands = (root.subcommands ?? []).filter { $0.commandName != "help" }.flatMap(\.leaves)
    let all = commands.filter(\.readsSource).map { $0.arguments ?? [] }
    common = (all.first ?? []).filter { argument in all.allSatisfy { $0.contains(argument) } }
  }

  /// The page in the man macros of roff.
  var text: String {
    (head + description + commands.flatMap(section) + commonOptions + fixed).joined(separator: "\n") + "\n"
  }

  private var head: [String] {
    [
      ".TH SLOTWATCH 1 \"\" \"slotwatch \(Program.version)\" \"User Commands\"", ".nh", ".ad l", ".SH NAME",
      "slotwatch, slotwatch\\-serve \\- " + Self.escaped(sentence(root.abstract)), ".SH SYNOPSIS",
    ]
      + commands.flatMap { command in
        [".B slotwatch", "\\fB\(command.commandName)\\fR [\\fIoptions\\fR]" + Self.operands(of: command), ".br"]
      }
  }

  /// What a command takes besides options: ` [file]`, ` [file ...]`, or nothing.
  private static func operands(of command: Command) -> String {
    guard let operand = command.arguments?.first(where: { $0.kind == "positional" }) else { return "" }
    return " [\\fI\(escaped(operand.valueName ?? "file"))\\fR\(operand.isRepeating == true ? " ..." : "")]"
  }

  private var description: [String] {
    [".SH DESCRIPTION", Self.escaped(sentence(root.discussion)), ".PP"] + Self.programs + [".SH COMMANDS"]
  }

  private func section(_ command: Command) -> [String] {
    let hidden = command.readsSource ? common : []
    let own = (command.arguments ?? []).filter { !hidden.contains($0) }
    let words = [command.abstract, command.discussion].compactMap { $0 }.map { Self.escaped(sentence($0)) }
    return [".SS slotwatch " + command.commandName] + words + own.flatMap(paragraph)
  }

  private var commonOptions: [String] {
    [".SH OPTIONS", "Of every command that reads a source."] + common.flatMap(paragraph)
  }

  private func paragraph(_ argument: Argument) -> [String] {
    let value = argument.valueName.map { "\\fI\(Self.escaped($0))\\fR" } ?? ""
    let names = (argument.names ?? []).sorted { $0.kind > $1.kind }.map { name in
      "\\fB" + Self.escaped((name.kind == "short" ? "-" : "--") + name.name) + "\\fR"
    }
    let title =
      switch argument.kind {
      case "positional": value
      case "flag": names.joined(separator: ", ")
      default: names.joined(separator: ", ") + " " + value
      }
    return [".TP", title, Self.escaped(sentence(argument.abstract))]
  }

  /// What a person who has never seen the program asks next.
  private var fixed: [String] {
    let statuses = ExitStatus.allCases.flatMap { [".TP", "\\fB\($0.rawValue)\\fR", Self.meaning[$0] ?? ""] }
    return Self.sources + Self.dashboard + Self.monitoring + Self.environment + [".SH EXIT STATUS"] + statuses
      + Self.rest
  }

  private static let programs = [
    """
    There are two programs, which belong in one folder. \\fBslotwatch\\fR starts fast: it shows and judges snapshot files \
    and sample: by itself. For everything else, such as other sources, other commands and a configuration file, it becomes \
    \\fBslotwatch\\-serve\\fR, which takes the same arguments and has every command.
    """
  ]

  private static let sources = [
    ".SH SOURCES", ".TP", "\\fIPATH\\fR, \\fBfile:\\fR\\fIPATH\\fR",
    "A JSON snapshot file, or a pipe that gives one; ~/ is the home.",
    ".TP", "\\fB\\-\\fR", "The same from standard input, read once; watch needs a file.", ".TP",
    "\\fBfile://\\fR\\fI/PATH\\fR", "The same, as a URL with percent escapes.", ".TP",
    "\\fBhttps://\\fR\\fIHOST\\fR/\\fIPATH\\fR", "The same behind a URL; http:// on this machine.", ".TP",
    "\\fBpanel+https://\\fR\\fIHOST\\fR[/\\fIBASE\\fR]", "The admin panel's API; panel+http:// on this machine.",
    ".TP", "\\fBprometheus+https://\\fR\\fIHOST\\fR[/\\fIBASE\\fR]",
    "Prometheus, VictoriaMetrics, Thanos or Mimir; presets lists what is known of exporters.",
    ".TP", "\\fBsqlite:\\fR\\fIPATH\\fR", "An event store, such as ingest writes; changes are shown at once.",
    ".TP", "\\fINAME\\fR", "A source of the configuration file; a file of that name is written ./NAME.", ".TP",
    "\\fBdemo:\\fR", "A simulated fleet at work in this process; what watch and screen show without a source.", ".TP",
    "\\fBsample:\\fR", "Made\\-up data that ships with the program and always ends now.",
  ]

  private static let dashboard = [
    ".SH KEYS", ".TP", "\\fBm h d w\\fR", "By minute, hour, day, week.", ".TP",
    "\\fBj k g G\\fR, arrows, PgUp, PgDn, Home, End",
    "Move; in a long slot or the help, scroll.", ".TP", "\\fBEnter\\fR, \\fBEsc\\fR",
    "Open the slot, and back; there Left and Right go to other slots.", ".TP", "\\fB/\\fR",
    "Only ids, names and providers with this text.", ".TP", "\\fB!\\fR", "Only rows with a mark.", ".TP",
    "\\fBs S I\\fR", "Sort by the next column or the one before, and the other way round.", ".TP", "\\fBv\\fR",
    "Figures of the current bucket or of the whole range.", ".TP", "\\fBu\\fR", "Times in UTC or in the local zone.",
    ".TP",
    "\\fBr\\fR, \\fBSpace\\fR", "Read now; hold the screen while reading and judging go on.", ".TP",
    "\\fB[ ]\\fR, \\fB{ }\\fR, \\fB@\\fR",
    "Back and forth in time by one bucket, by ten; to an instant that is typed. Esc returns to now.", ".TP",
    "\\fB+ \\-\\fR", "A longer or a shorter interval.", ".TP", "\\fB?\\fR, \\fBCtrl\\-L\\fR, \\fBq\\fR",
    "The help; draw again; back, and at the top quit.", ".SH MARKS AND WORDS", ".TP",
    "\\fB!!\\fR  critical, \\fB!\\fR  warning",
    "The failure ratio is surely, by the low end of its 95 % interval, at the threshold.", ".TP",
    "\\fB!\\fR  stalled", "At least 20 jobs, and over half of those received, are still open.", ".TP",
    "\\fB?\\fR  few, \\(en  missing, \\(pc  idle, \\(mu  off",
    "Too few runs to judge; reported before and not lately; no runs; not active.", ".TP", "\\fBa\\fR  acknowledged",
    "Somebody knows of it; it counts again once its time is over, it fails again after a recovery, or it gets worse.",
    ".TP", "LIVE, WAIT",
    "The figures can be trusted; nothing has been read yet.", ".TP", "LATE, STALE, LOST",
    "Reads are missing; they are for long, or the data is too old or ahead of the clock; the latest read failed.",
    ".TP",
    "PAST", "What is shown is of an earlier instant.", ".TP",
    "PAUSED", "The screen is held; what has become critical since is said on the line above the keys.",
  ]

  private static let monitoring = [
    ".SH MONITORING", "Behind the bar \\fBcheck\\fR prints performance data:", ".TP",
    "\\fBratio\\fR, \\fBratio_low\\fR",
    "The failure ratio in percent, and the low end of its interval, at which the thresholds stand.", ".TP",
    "\\fBruns\\fR, \\fBfailed\\fR, \\fBopen\\fR",
    "The runs judged, the failures among them, jobs received and not finished.",
    ".TP", "\\fBslots_critical\\fR, \\fBslots_warning\\fR",
    "How many slots are marked so, where more than one is judged.",
    ".TP", "\\fIID\\fR\\fB_ratio\\fR, \\fIID\\fR\\fB_ratio_low\\fR",
    "The same of each of several slots that were asked for.", ".PP",
    "What has no value is left out.",
  ]

  private static let environment = [
    ".SH ENVIRONMENT", ".TP", "\\fBSLOTWATCH_\\fR\\fIOPTION\\fR",
    "The value of an option, such as SLOTWATCH_STALE_AFTER; switches take 1 or 0. Flags go before it.", ".TP",
    "\\fBSLOTWATCH_TOKEN\\fR", "The token for a source behind a URL.", ".TP",
    "\\fBSLOTWATCH_USERNAME\\fR, \\fBSLOTWATCH_PASSWORD\\fR", "The log\\-in for a panel.", ".TP",
    "\\fBHTTPS_PROXY\\fR, \\fBhttp_proxy\\fR, \\fBNO_PROXY\\fR",
    "The proxy for sources on other machines, and for which there is none; HTTP_PROXY is not looked at.", ".TP",
    "\\fBNO_COLOR\\fR", "Draw without colours, if not empty.", ".SH FILES", ".TP",
    "\\fI$XDG_CONFIG_HOME\\fR/slotwatch/config.toml, \\fI$XDG_CONFIG_DIRS\\fR/slotwatch/config.toml",
    """
    The configuration file where no other is named; by default in ~/.config, else in /etc/xdg. It is TOML: the names of \
    options with _ for \\-, tables [sources.NAME] and [slots."ID"], and [[rules]].
    """,
    ".TP", "\\fI$XDG_STATE_HOME\\fR/slotwatch/events.db",
    "The event store where no other is named; by default in ~/.local/state.", ".TP",
    "\\fI$XDG_STATE_HOME\\fR/slotwatch/acks\\-\\fISOURCE\\fR.json",
    "What ack acknowledged of a source that keeps it not itself.",
    ".TP", "\\fI$XDG_STATE_HOME\\fR/slotwatch/history\\-\\fISOURCE\\fR",
    "What watch recorded of a source that keeps no history: 24 hours, 32 MB.",
    ".TP", "\\fI$XDG_CACHE_HOME\\fR/slotwatch/buckets\\-\\fISOURCE\\fR",
    "What a Prometheus was asked; by default in ~/.cache. \\-\\-no\\-cache keeps and uses nothing.",
  ]

  private static let rest = [
    ".TP", "\\fB129\\fR, \\fB130\\fR, \\fB131\\fR, \\fB143\\fR",
    "Ended by HUP, INT, QUIT or TERM; the terminal is restored first.", ".PP",
    "\\fBcheck\\fR exits 0 for ok, 1 for a warning, 2 for critical and 3 for unknown, errors included.",
    ".SH EXAMPLES", ".TP", "slotwatch stats.json", "Watch a snapshot.", ".TP",
    "slotwatch report \\-\\-format csv stats.json", "Print every bucket of every slot.", ".TP",
    "slotwatch check \\-\\-slot slot\\-001 stats.json", "Ask for the verdict on one slot.", ".TP",
    "slotwatch \\-\\-source panel+https://panel.example \\-\\-token\\-file token", "Watch a panel.", ".TP",
    "slotwatch config", "Print what is in force and why.", ".SH SEE ALSO",
    "\\fBslotwatch help\\fR \\fICOMMAND\\fR, \\fBlogrotate\\fR(8), \\fBcurl\\fR(1), \\fBgzip\\fR(1)",
  ]

  private static let meaning: [ExitStatus: String] = [
    .done: "Done.", .usage: "Arguments that cannot be used.", .contentRefused: "Content that is refused.",
    .inputMissing: "The input file is missing or a directory.",
    .unreachable: "A remote source is unreachable or failing.",
    .inputOutput: "Reading or writing failed; or a followed file has a gap that could not be filled.",
    .notPermitted: "Not permitted.", .configuration: "Configuration that cannot be used.",
  ]

  private func sentence(_ text: String?) -> String {
    (text ?? "").split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  private static func escaped(_ text: String) -> String {
    let escaped = text.replacingOccurrences(of: "\\", with: "\\e").replacingOccurrences(of: "-", with: "\\-")
    return escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&" + escaped : escaped
  }
}
