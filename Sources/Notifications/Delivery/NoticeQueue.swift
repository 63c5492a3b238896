import SlotStats

/// A notice on its way to a sink.
struct QueuedNotice: Hashable, Sendable {
  /// Its number in the journal.
  var number: Int
  /// The notice.
  var notice: AlertNotice
}

/// What a sink is still to be told, in order, within a limit.
struct NoticeQueue: Sendable {
  private let limit: Int
  private(set) var waiting: [QueuedNotice] = []

  /// An empty queue for at most `limit` notices, from 1 on.
  init(limit: Int) { self.limit = limit }

  /// Puts a notice last.
  ///
  /// - Returns: what had to leave for it; `nil` where there was room. The oldest that a later one of the same alert
  ///   supersedes leaves first, such as a firing whose resolution waits too; else the oldest of all.
  mutating func append(_ entry: QueuedNotice) -> QueuedNotice? {
    waiting.append(entry)
    return waiting.count > limit ? waiting.remove(at: oldestSuperseded ?? 0) : nil
  }

  /// Takes the first ones, at most so many.
  mutating func take(_ count: Int) -> [QueuedNotice] {
    defer { waiting.removeFirst(min(count, waiting.count)) }
    return Array(waiting.prefix(count))
  }

  private var oldestSuperseded: Int? {
    var later: Set<AlertNotice.Identity> = []
    var oldest: Int?
    for index in waiting.indices.reversed() where !later.insert(waiting[index].notice.identity).inserted {
      oldest = index
    }
    return oldest
  }
}
