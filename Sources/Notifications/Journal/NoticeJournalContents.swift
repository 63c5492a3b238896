import SlotStats

/// What a journal of notices says.
///
/// Its lines are `accepted 7 hook,webhook {…}`, a notice's number, its sinks and its document, and `ended 7 hook`, once
/// a sink was told of it or never will be.
struct NoticeJournalContents: Sendable {
  private struct Accepted: Sendable {
    var entry: QueuedNotice
    var to: [String]
    /// Those that are still to be told.
    var untold: Set<String>
  }

  /// The number of the last notice; 0 where there was none.
  private(set) var lastNumber = 0
  /// What still counts, by number: what somebody is to be told, and the latest word on each alert that fires.
  private var accepted: [Int: Accepted] = [:]
  private var latest: [AlertNotice.Identity: Int] = [:]

  /// A journal that says nothing.
  init() {}

  /// Reads lines; those that cannot be understood are left out.
  init(_ bytes: [UInt8]) {
    for line in bytes.split(separator: 0x0A) {
      let words = line.split(separator: 0x20, maxSplits: 3).map { $0 }
      guard words.count >= 3, let number = Int(String(decoding: words[1], as: UTF8.self)), number > 0 else { continue }
      let names = String(decoding: words[2], as: UTF8.self)
      switch String(decoding: words[0], as: UTF8.self) {
      case "accepted" where words.count == 4:
        guard let notice = NoticeReader.notice(in: words[3]) else { continue }
        accept(QueuedNotice(number: number, notice: notice), to: names.split(separator: ",").map(String.init))
      case "ended": end(number, for: names)
      default: continue
      }
    }
  }

  /// The alerts that fire by the latest word, in the order in which they came.
  var firing: [(notice: AlertNotice, to: [String])] {
    latest.values.sorted().compactMap { accepted[$0] }.filter(\.entry.notice.isFiring).map { ($0.entry.notice, $0.to) }
  }

  /// What a sink is still to be told, in order.
  func untold(_ name: String) -> [QueuedNotice] {
    accepted.values.filter { $0.untold.contains(name) }.map(\.entry).sorted { $0.number < $1.number }
  }

  mutating func accept(_ entry: QueuedNotice, to names: [String]) {
    lastNumber = max(lastNumber, entry.number)
    let before = latest.updateValue(entry.number, forKey: entry.notice.identity)
    accepted[entry.number] = Accepted(entry: entry, to: names, untold: Set(names))
    if let before { forget(before) }
  }

  mutating func end(_ number: Int, for name: String) {
    accepted[number]?.untold.remove(name)
    forget(number)
  }

  /// Forgets a notice that nobody is to be told any more, unless it is the latest word on an alert that fires.
  private mutating func forget(_ number: Int) {
    guard let one = accepted[number], one.untold.isEmpty else { return }
    let identity = one.entry.notice.identity
    let isLatest = latest[identity] == number
    if isLatest, one.entry.notice.isFiring { return }
    accepted[number] = nil
    if isLatest { latest[identity] = nil }
  }

  // MARK: Lines

  /// All that still counts, as lines.
  var bytes: [UInt8] {
    accepted.sorted { $0.key < $1.key }.flatMap { number, one in
      Self.line(one.entry, to: one.to)
        + one.to.filter { !one.untold.contains($0) }.flatMap { Self.line(ending: number, for: $0) }
    }
  }

  static func line(_ entry: QueuedNotice, to names: [String]) -> [UInt8] {
    Array("accepted \(entry.number) \(names.joined(separator: ",")) ".utf8) + NoticeDocument.bytes(entry.notice)
      + [0x0A]
  }

  static func line(ending number: Int, for name: String) -> [UInt8] { Array("ended \(number) \(name)\n".utf8) }
}
