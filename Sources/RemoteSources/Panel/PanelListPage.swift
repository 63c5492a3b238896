import SlotStats
import StatsFormats

/// One page of the list of slots, and what it says of the panel.
struct PanelListPage: Sendable, Equatable {
  /// The slots.
  var list: PanelSlotList
  /// The windows that `meta.windows` names, which is ours to say; `nil` where it does not stand there.
  var windows: Set<StatsWindow>?

  /// Reads an answer to a request for this page, from 1. Words that are no windows mean nothing here.
  /// - Throws: the first thing that is refused, by its place.
  init(parsing bytes: [UInt8], page: Int) throws(SnapshotError) {
    list = try PanelSlotList(parsing: bytes, page: page)
    // By now the text is known to be JSON.
    windows = bytes.withUnsafeBytes { bytes in
      guard var scanner = JSONScanner(bytes) else { return nil }
      return try? scanner.windowsOfList()
    }
  }
}

extension JSONScanner {
  fileprivate mutating func windowsOfList() throws(JSONFailure) -> Set<StatsWindow>? {
    var windows: Set<StatsWindow>?
    try start()
    try passMember("meta") { (scanner) throws(JSONFailure) in
      try scanner.passMember("windows") { (scanner) throws(JSONFailure) in windows = try scanner.passWindows() }
    }
    return windows
  }

  /// Passes an object; `body` passes the value of the member of this name.
  private mutating func passMember(
    _ name: String, _ body: (inout JSONScanner) throws(JSONFailure) -> Void
  ) throws(JSONFailure) {
    guard byte == UInt8(ascii: "{") else { return try skipValue() }
    try open()
    var isFirst = true
    while try nextMember(isFirst: &isFirst) {
      let key = try text()
      try colon()
      if string(key) == name { try body(&self) } else { try skipValue() }
    }
  }

  private mutating func passWindows() throws(JSONFailure) -> Set<StatsWindow>? {
    guard byte == UInt8(ascii: "[") else {
      try skipValue()
      return nil
    }
    try open()
    var windows: Set<StatsWindow> = []
    var isFirst = true
    while try nextElement(isFirst: &isFirst) {
      guard byte == UInt8(ascii: "\"") else {
        try skipValue()
        continue
      }
      if let window = StatsWindow(rawValue: string(try text())) { windows.insert(window) }
    }
    return windows
  }
}
