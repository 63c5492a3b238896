import Foundation
import SlotStats

/// The counting rule in its plainest form: all events are kept, and counted anew for every answer.
struct ReferenceCounts {
  private var events: [UUID: [ProcessingLog]] = [:]

  /// Takes an event; `false` if one of its id was there before.
  mutating func add(_ log: ProcessingLog) -> Bool {
    defer { events[log.jobID, default: []].append(log) }
    return events[log.jobID]?.contains { $0.id == log.id } != true
  }

  /// The slots that any event names.
  var slots: Set<Slot.ID> { Set(events.values.joined().map(\.slotID)) }

  /// The buckets of a window of one slot, or of all together, at an instant: those that are kept, and zeros for the
  /// finished ones without a count from the slot's first event on, except where nobody was there.
  func series(
    _ slotID: Slot.ID?, _ window: StatsWindow, at now: Date, keptFrom: Date = .distantPast,
    isAbsent: (Range<Date>) -> Bool = { _ in false }
  ) -> [StatsMetric] {
    var buckets: [Date: StatsCounters] = [:]
    let own = events.values.joined().filter { slotID == nil || $0.slotID == slotID }
    if let first = own.map(\.occurredAt).min() {
      var start = window.bucketStart(containing: max(first, keptFrom))
      while window.start(start, advancedBy: 1) <= now {
        if !isAbsent(window.bucket(containing: start)) { buckets[start] = .zero }
        start = window.start(start, advancedBy: 1)
      }
    }
    for job in events.values {
      for (log, counter) in counted(job) where slotID == nil || log.slotID == slotID {
        let start = window.bucketStart(containing: log.occurredAt)
        if start >= keptFrom { buckets[start, default: .zero][keyPath: counter] += 1 }
      }
    }
    return buckets.sorted { $0.key < $1.key }.map { StatsMetric(window, start: $0, counters: $1) }
  }

  /// What decides between events of one instant, in this order; texts that begin alike end before longer ones.
  private static func tie(_ log: ProcessingLog) -> String {
    [log.id.uuidString.lowercased(), log.slotID, log.status.rawValue, log.failureReason?.rawValue ?? ""]
      .joined(separator: "\0")
  }

  /// The events of one job that count, and what each adds one to.
  private func counted(_ logs: [ProcessingLog]) -> [(ProcessingLog, WritableKeyPath<StatsCounters, Int>)] {
    let sorted = logs.sorted { ($0.occurredAt, Self.tie($0)) < ($1.occurredAt, Self.tie($1)) }
    var counted: [(ProcessingLog, WritableKeyPath<StatsCounters, Int>)] = []
    if let first = sorted.first(where: { $0.status == .received }) { counted.append((first, \.ingestCount)) }
    let terminal: [ProcessingLog.Status] = [.succeeded, .failed, .timeout]
    if let last = sorted.first(where: { terminal.contains($0.status) }) {
      let counter: WritableKeyPath<StatsCounters, Int> =
        switch (last.status, last.failureReason) {
        case (.succeeded, _): \.success
        case (.timeout, _), (_, .timeout?): \.timeouts
        case (_, .cancelled?): \.cancelled
        case (_, .providerError?): \.providerErrors
        default: \.errors
        }
      counted.append((last, counter))
    }
    return counted
  }
}
