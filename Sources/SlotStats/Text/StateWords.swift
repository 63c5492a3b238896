extension SlotState {
  /// The characters that stand for the state where colour does not; nothing for ok.
  package var mark: String {
    switch self {
    case .critical: "!!"
    case .warning, .stalled, .quiet: "!"
    case .ok: ""
    case .over: "*"
    case .few: "?"
    case .missing: "–"
    case .idle: "·"
    case .off: "×"
    case .unread: "…"
    }
  }

  /// The state behind a number of slots: `3 critical`, `1 few runs`.
  package var countedName: String { self == .few ? "few runs" : rawValue }
}

extension FailureKind {
  /// The kind as a line of text names it.
  package var label: String {
    switch self {
    case .timeouts: "timeouts"
    case .providerErrors: "provider errors"
    case .errors: "worker errors"
    case .cancelled: "cancelled"
    }
  }

  /// The kind in one word.
  package var word: String {
    switch self {
    case .timeouts: "timeouts"
    case .providerErrors: "provider"
    case .errors: "worker"
    case .cancelled: "cancelled"
    }
  }
}
