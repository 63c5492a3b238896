import FoundationEssentials
import SlotStats
import Synchronization

/// A repository that holds what a test gives it, counts how it is asked, and fails or waits when it is told to.
///
/// Events that it stores are kept in ``storedLogs``; where it counts them, each adds one by the simple rule: `received`
/// to the ingest, every terminal event to its outcome, in the day and the week of its instant.
package final class InMemoryStatsRepository: StatsRepository, ProcessingLogStore {
  /// What can be asked of it.
  package enum Call: Hashable, Sendable {
    /// The list of slots.
    case slots
    /// The buckets of all slots together.
    case global(StatsWindow, since: Date?)
    /// The buckets of one slot.
    case slot(Slot.ID, StatsWindow, since: Date?)
    /// The buckets of every slot.
    case everySlot(StatsWindow, since: Date?)
    /// Storing an event.
    case store(Slot.ID)
  }

  /// What it holds.
  package struct Contents: Sendable {
    /// All slots, in order.
    package var slots: [Slot]
    /// The buckets of all slots together by window; the sum of the slots where a window is absent.
    package var global: [StatsWindow: [StatsMetric]]
    /// The buckets of each slot by window.
    package var bySlot: [StatsWindow: [Slot.ID: [StatsMetric]]]

    /// These slots and buckets.
    package init(
      slots: [Slot], global: [StatsWindow: [StatsMetric]] = [:], bySlot: [StatsWindow: [Slot.ID: [StatsMetric]]] = [:]
    ) {
      self.slots = slots
      self.global = global
      self.bySlot = bySlot
    }
  }

  fileprivate struct State: Sendable {
    var contents: Contents
    var calls: [Call] = []
    var failures: [any Error] = []
    var gate: Gate?
    var storedLogs: [ProcessingLog] = []
  }

  private let state: Mutex<State>
  private let countsEvents: Bool

  /// The windows that it has.
  package let windows: Set<StatsWindow>

  /// A repository that holds `contents`.
  package init(_ contents: Contents, countsEvents: Bool = false, windows: Set<StatsWindow> = StatsWindow.usual) {
    self.windows = windows
    state = Mutex(State(contents: contents))
    self.countsEvents = countsEvents
  }

  /// What was asked, in order.
  package var calls: [Call] { state.withLock { $0.calls } }

  /// How often exactly this was asked.
  package func count(of call: Call) -> Int { state.withLock { $0.calls.count { $0 == call } } }

  /// The events that were stored, in order.
  package var storedLogs: [ProcessingLog] { state.withLock { $0.storedLogs } }

  /// Changes what it holds.
  package func change(_ body: (inout Contents) -> Void) {
    state.withLock { body(&$0.contents) }
  }

  /// Lets the next calls fail, one for each error; later ones succeed again.
  package func failNext(with errors: any Error...) {
    state.withLock { $0.failures += errors }
  }

  /// Holds every read that begins from now on at `gate`, with the contents as they are when it began; `nil` ends it.
  package func hold(at gate: Gate?) {
    state.withLock { $0.gate = gate }
  }

  package func slots() async throws -> [Slot] {
    try await answer(.slots) { $0.slots }
  }

  package func collectGlobalMetrics(window: StatsWindow, since: Date?) async throws -> [StatsMetric] {
    try await answer(.global(window, since: since)) { $0.globalSeries(window).after(since) }
  }

  package func collectSlotMetrics(
    _ slotID: Slot.ID, window: StatsWindow, since: Date?
  ) async throws -> [StatsMetric] {
    try await answer(.slot(slotID, window, since: since)) { contents in
      guard contents.slots.contains(where: { $0.id == slotID }) else {
        throw StatsSourceError(.noSuchSlot, action: "Cannot read slot \"\(slotID)\"", cause: "there is no such slot")
      }
      return (contents.bySlot[window]?[slotID] ?? []).after(since)
    }
  }

  package func collectSlotMetrics(window: StatsWindow, since: Date?) async throws -> [Slot.ID: [StatsMetric]] {
    try await answer(.everySlot(window, since: since)) { contents in
      let series = contents.bySlot[window] ?? [:]
      return Dictionary(contents.slots.map { ($0.id, (series[$0.id] ?? []).after(since)) }) { first, _ in first }
    }
  }

  package func storeProcessingLog(_ log: ProcessingLog) async throws {
    try state.withLock { state in
      try state.begin(.store(log.slotID))
      state.storedLogs.append(log)
      if countsEvents { state.contents.count(log) }
    }
  }

  /// The contents are looked at before the gate, as a source that has answered and whose answer is under way.
  private func answer<Value: Sendable>(_ call: Call, _ read: (Contents) throws -> Value) async throws -> Value {
    let (value, gate) = try state.withLock { state in
      try state.begin(call)
      return (try read(state.contents), state.gate)
    }
    try await gate?.pass()
    return value
  }
}

extension InMemoryStatsRepository.State {
  fileprivate mutating func begin(_ call: InMemoryStatsRepository.Call) throws {
    calls.append(call)
    if !failures.isEmpty { throw failures.removeFirst() }
  }
}

extension InMemoryStatsRepository.Contents {
  /// The buckets of all slots together, summed where they are not given.
  fileprivate func globalSeries(_ window: StatsWindow) -> [StatsMetric] {
    if let given = global[window] { return given }
    var sums: [Date: StatsCounters] = [:]
    for metric in (bySlot[window] ?? [:]).values.joined() {
      sums[metric.periodStart, default: .zero] += metric.counters
    }
    return sums.sorted { $0.key < $1.key }.map { StatsMetric(window, start: $0.key, counters: $0.value) }
  }

  fileprivate mutating func count(_ log: ProcessingLog) {
    guard let counter = log.simpleCounter else { return }
    if !slots.contains(where: { $0.id == log.slotID }) { slots.append(Slot(id: log.slotID)) }
    for window in StatsWindow.allCases {
      let start = window.bucketStart(containing: log.occurredAt)
      var series = bySlot[window]?[log.slotID] ?? []
      let place = series.firstIndex { $0.periodStart >= start } ?? series.endIndex
      if place == series.endIndex || series[place].periodStart != start {
        series.insert(StatsMetric(window, start: start, counters: .zero), at: place)
      }
      series[place].counters[keyPath: counter] += 1
      bySlot[window, default: [:]][log.slotID] = series
    }
  }
}

extension ProcessingLog {
  /// The counter that this event adds one to, looked at by itself.
  fileprivate var simpleCounter: WritableKeyPath<StatsCounters, Int>? {
    switch (status, failureReason) {
    case (.received, _): \.ingestCount
    case (.succeeded, _): \.success
    case (.timeout, _), (.failed, .timeout): \.timeouts
    case (.failed, .providerError): \.providerErrors
    case (.failed, .cancelled): \.cancelled
    case (.failed, _): \.errors
    case (.dispatched, _), (.providerResponded, _): nil
    }
  }
}

extension [StatsMetric] {
  /// The buckets that end after `since`, ascending.
  fileprivate func after(_ since: Date?) -> [StatsMetric] {
    guard let since else { return self }
    return filter { $0.periodEnd > since }
  }
}
