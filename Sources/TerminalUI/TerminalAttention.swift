/// What makes a terminal call somebody: its bell, and the notification of the desktop that it stands on. Pure: bytes come
/// out, and whoever owns the terminal writes them, between two frames.
package struct TerminalAttention: Hashable, Sendable {
  /// How a terminal is told to notify.
  package enum Form: Hashable, Sendable {
    /// `OSC 9 ; text`, as iTerm2 has it, and most others.
    case iTerm
    /// `OSC 777 ; notify ; title ; text`, as rxvt has it.
    case rxvt
  }

  /// What stands between the program and the terminal, and swallows what it does not know.
  package enum Multiplexer: Hashable, Sendable {
    /// It hands on what is marked for that, where its `allow-passthrough` is on.
    case tmux
    /// GNU screen; it hands on device control strings.
    case screen
  }

  /// How far apart two bells are at least.
  package static let bellInterval = Duration.seconds(60)
  /// The most characters of the text; GNU screen throws longer strings away whole.
  private static let maxText = 160
  private static let maxTitle = 40

  /// Types of terminals that show what they do not understand.
  private static let silentTypes = ["linux", "vt", "cons", "wsvt", "sun", "ansi", "pcansi", "eterm", "dumb", "cygwin"]
  /// What the names of those begin with that know the form of rxvt.
  private static let rxvtNames = ["rxvt", "foot", "ghostty", "xterm-ghostty", "wezterm", "konsole", "contour", "vte"]

  /// How the terminal is told; `nil` where it would show the text itself.
  package let form: Form?
  /// What stands between.
  package let multiplexer: Multiplexer?
  /// Whether anything but ASCII is sent.
  private let sendsUnicode: Bool
  private var lastBell: Duration?

  /// What is known of a terminal by the environment; `drawsUnicode` where it is shown more than ASCII.
  package init(environment: [String: String], drawsUnicode: Bool = true) {
    let type = environment["TERM"] ?? ""
    multiplexer =
      if environment["TMUX"]?.isEmpty == false {
        .tmux
      } else if environment["STY"]?.isEmpty == false || type.hasPrefix("screen") {
        .screen
      } else {
        nil
      }
    // GNU screen hands on the lowest byte of each character, which may be ESC: see
    // findings/screen-passes-on-the-low-byte-of-a-character.sh.
    sendsUnicode = drawsUnicode && multiplexer != .screen
    guard !type.isEmpty, !Self.silentTypes.contains(where: { type.hasPrefix($0) }) else {
      form = nil
      return
    }
    let names = [type, environment["TERM_PROGRAM"] ?? ""].map { $0.lowercased() }
    let isRxvt =
      names.contains { name in Self.rxvtNames.contains { name.hasPrefix($0) } }
      || ["VTE_VERSION", "KONSOLE_VERSION"].contains { environment[$0]?.isEmpty == false }
    form = isRxvt ? .rxvt : .iTerm
  }

  /// The bell; empty where one rang less than a minute before `now`, a time that only goes on.
  package mutating func bell(at now: Duration) -> [UInt8] {
    if let lastBell, now - lastBell < Self.bellInterval { return [] }
    lastBell = now
    return [0x07]
  }

  /// What has the desktop show a notification; empty where the terminal cannot.
  ///
  /// Title and text may hold anything: they are neutralised and cut, and a `;`, which would end a field, becomes a comma.
  package func notification(title: String, text: String) -> [UInt8] {
    let (title, text) = (field(title, Self.maxTitle), field(text, Self.maxText))
    let command: String
    switch form {
    case nil: return []
    case .rxvt: command = "777;notify;\(title);\(text)"
    // ConEmu and Windows Terminal take a digit at the beginning for another command, such as a bar of progress.
    case .iTerm: command = "9;" + (title.first?.isNumber == true || title.isEmpty ? " " : "") + "\(title): \(text)"
    }
    // Ended by BEL: what ends it otherwise would end the strings of screen.
    return Array(wrapped("\u{1B}]\(command)\u{07}").utf8)
  }

  /// What hands a sequence on to the terminal.
  func wrapped(_ sequence: String) -> String {
    switch multiplexer {
    case nil: sequence
    case .tmux:
      "\u{1B}Ptmux;"
        + sequence.split(separator: "\u{1B}", omittingEmptySubsequences: false)
        .joined(separator: "\u{1B}\u{1B}") + "\u{1B}\\"
    case .screen: "\u{1B}P\(sequence)\u{1B}\\"
    }
  }

  private func field(_ text: String, _ limit: Int) -> String {
    let neutral = TerminalText.neutralised(text).map { character -> Character in
      if character == ";" { return "," }
      return sendsUnicode || character.isASCII ? character : "?"
    }
    guard neutral.count > limit else { return String(neutral) }
    return String(neutral.prefix(limit - 1)) + (sendsUnicode ? "…" : "~")
  }
}
