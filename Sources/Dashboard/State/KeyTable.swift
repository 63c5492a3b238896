import SlotStats
import TerminalUI

/// What a key does.
enum Action: Hashable, Sendable {
  case window(StatsWindow)
  case toggleScope, startFilter, toggleMarked, toggleZone
  case sortNext, sortPrevious, invertSort
  case move(by: Int), movePages(by: Int), moveToFirst, moveToLast
  case openSlot, otherSlot(by: Int), back, leave
  case readNow, hold, longerInterval, shorterInterval
  case stepInTime(by: Int), goToInstant
  case about, startMark
  case showChanges, changeSpan(by: Int)
  case showHandover, copyHandover, saveHandover
  case acknowledge, withdraw, toggleGroups
  case redraw, help, quit

  /// Whether it changes which rows the list shows, or how; nothing of that is seen before the first reading.
  var changesList: Bool {
    switch self {
    case .window, .toggleScope, .toggleMarked, .sortNext, .sortPrevious, .invertSort: true
    default: false
    }
  }
}

/// The keys, what they do and what the help says of them: the one place where a key is defined.
struct KeyTable {
  /// Where the help lists a key.
  enum Group: String, CaseIterable {
    case look, move, read
    case onCall = "on call"
  }

  /// One line of the help with its keys.
  struct Entry {
    let group: Group
    let label: String
    let help: [String]
    let bindings: [(key: Key, action: Action)]
  }

  static let entries: [Entry] = [
    Entry(
      group: .look, label: "", help: [],
      bindings: StatsWindow.allCases.map { (.character($0.initial), .window($0)) }),
    Entry(
      group: .look, label: "v", help: ["rows: today or whole range"], bindings: [(.character("v"), .toggleScope)]),
    Entry(
      group: .look, label: "/", help: ["only ids, names, providers", "with this text; Esc clears"],
      bindings: [(.character("/"), .startFilter)]),
    Entry(
      group: .look, label: "!", help: ["only rows with a mark"], bindings: [(.character("!"), .toggleMarked)]),
    Entry(
      group: .look, label: "s S  I", help: ["sort column, turn around"],
      bindings: [
        (.character("s"), .sortNext), (.character("S"), .sortPrevious), (.character("I"), .invertSort),
      ]),
    Entry(
      group: .look, label: "p", help: ["by provider, with subtotals"],
      bindings: [(.character("p"), .toggleGroups)]),
    Entry(
      group: .look, label: "u", help: ["labels in UTC or local"], bindings: [(.character("u"), .toggleZone)]),
    Entry(group: .look, label: "Ctrl-L", help: ["draw again"], bindings: [(.control("l"), .redraw)]),
    Entry(
      group: .onCall, label: "o", help: ["the slot: runbook, links"], bindings: [(.character("o"), .about)]),
    Entry(
      group: .onCall, label: "M", help: ["mark now: a deployment"], bindings: [(.character("M"), .startMark)]),
    Entry(
      group: .onCall, label: "x", help: ["what changed against usual"],
      bindings: [(.character("x"), .showChanges)]),
    Entry(
      group: .onCall, label: "E", help: ["handover: read, copy, write"],
      bindings: [(.character("E"), .showHandover)]),
    Entry(
      group: .onCall, label: "A  U", help: ["acknowledge row, take back"],
      bindings: [(.character("A"), .acknowledge), (.character("U"), .withdraw)]),
    Entry(
      group: .move, label: "j k  arrows", help: ["down, up"],
      bindings: [
        (.character("j"), .move(by: 1)), (.character("k"), .move(by: -1)), (.down, .move(by: 1)),
        (.up, .move(by: -1)),
      ]),
    Entry(
      group: .move, label: "g G  PgUp PgDn", help: ["ends, pages"],
      bindings: [
        (.character("g"), .moveToFirst), (.character("G"), .moveToLast), (.home, .moveToFirst), (.end, .moveToLast),
        (.pageUp, .movePages(by: -1)), (.pageDown, .movePages(by: 1)),
      ]),
    Entry(group: .move, label: "Enter", help: ["open the slot"], bindings: [(.enter, .openSlot)]),
    Entry(
      group: .move, label: "Left Right", help: ["there: other slots"],
      bindings: [(.left, .otherSlot(by: -1)), (.right, .otherSlot(by: 1))]),
    Entry(
      group: .move, label: "Esc  q", help: ["back; q at the top quits"],
      bindings: [(.escape, .back), (.character("q"), .leave)]),
    Entry(
      group: .read, label: "r  Space", help: ["now; hold the screen"],
      bindings: [(.character("r"), .readNow), (.character(" "), .hold)]),
    Entry(
      group: .read, label: "+ -", help: ["slower, faster"],
      bindings: [
        (.character("+"), .longerInterval), (.character("="), .longerInterval), (.character("-"), .shorterInterval),
      ]),
    Entry(
      group: .onCall, label: "[ ]  { }", help: ["back, forth in time; by ten"],
      bindings: [
        (.character("["), .stepInTime(by: -1)), (.character("]"), .stepInTime(by: 1)),
        (.character("{"), .stepInTime(by: -10)), (.character("}"), .stepInTime(by: 10)),
      ]),
    Entry(group: .onCall, label: "@", help: ["to an instant: 03:10, -2h"], bindings: [(.character("@"), .goToInstant)]),
  ]

  /// The key that opens the help and closes it.
  static let helpKey = Key.character("?")
  /// The key that leaves from anywhere, also while text is typed.
  static let quitKey = Key.control("c")

  private static let actions: [Key: Action] = {
    let bindings = entries.flatMap(\.bindings) + [(key: helpKey, action: .help), (key: quitKey, action: .quit)]
    return Dictionary(bindings.map { ($0.key, $0.action) }, uniquingKeysWith: { first, _ in first })
  }()

  /// What `key` does; `nil` if nothing.
  static func action(for key: Key) -> Action? { actions[key] }
}

/// A reminder of a key in the bottom line.
struct KeyHint {
  let keys: String
  let text: String
  /// The lowest go first where the line is short.
  let weight: Int

  /// The reminder of the windows: `d/w day/week`, and where there are more `mhdw window`.
  private static func windows(_ windows: [StatsWindow]) -> KeyHint {
    let names = windows.count > 2 ? "window" : windows.map(\.rawValue).joined(separator: "/")
    let keys = windows.map { String($0.initial) }.joined(separator: windows.count > 2 ? "" : "/")
    return KeyHint(keys: keys, text: names, weight: 8)
  }

  /// The reminders of the overview.
  static func overview(
    scope: StatsScope, period: PeriodWords?, windows: [StatsWindow], isPaused: Bool, isLocalTime: Bool
  ) -> [KeyHint] {
    [
      Self.windows(windows),
      KeyHint(keys: "v", text: scope == .current ? "range" : period?.current ?? "today", weight: 4),
      KeyHint(keys: "/", text: "filter", weight: 7),
      KeyHint(keys: "!", text: "problems", weight: 6),
      KeyHint(keys: "s", text: "sort", weight: 4),
      KeyHint(keys: "Enter", text: "slot", weight: 9),
      KeyHint(keys: "Space", text: isPaused ? "resume" : "pause", weight: isPaused ? 10 : 3),
      KeyHint(keys: "+/-", text: "interval", weight: 2),
      KeyHint(keys: "r", text: "read now", weight: 1),
      KeyHint(keys: "u", text: isLocalTime ? "UTC" : "local time", weight: 0),
      KeyHint(keys: "?", text: "help", weight: 11),
      KeyHint(keys: "q", text: "quit", weight: 12),
    ]
  }

  /// The reminder that stands first while the past is shown.
  static let leavePast = KeyHint(keys: "Esc", text: "now", weight: 13)

  /// The reminders of the slot screen; of its runbook where it has one, or a link.
  static func slot(windows: [StatsWindow], isPaused: Bool, isLocalTime: Bool, hasRunbook: Bool) -> [KeyHint] {
    (hasRunbook ? [KeyHint(keys: "o", text: "runbook", weight: 8)] : []) + [
      KeyHint(keys: "Esc", text: "back", weight: 9),
      KeyHint(keys: "Left/Right", text: "previous/next slot", weight: 5),
      Self.windows(windows),
      KeyHint(keys: "Space", text: isPaused ? "resume" : "pause", weight: isPaused ? 10 : 4),
      KeyHint(keys: "u", text: isLocalTime ? "UTC" : "local time", weight: 3),
      KeyHint(keys: "?", text: "help", weight: 11),
      KeyHint(keys: "q", text: "back", weight: 7),
    ]
  }

  /// Those that fit in `width` columns, in their order, with blanks between them.
  static func line(_ hints: [KeyHint], width: Int, gap: Int) -> String {
    var kept = hints
    while true {
      let line = kept.map { "\($0.keys) \($0.text)" }.joined(separator: String(repeating: " ", count: gap))
      if line.utf8.count <= width { return line }
      guard let least = kept.map(\.weight).min() else { return "" }
      kept.removeAll { $0.weight == least }
    }
  }
}
