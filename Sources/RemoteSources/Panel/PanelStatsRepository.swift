import FoundationEssentials
import HTTPTransport
import SlotStats
import StatsFormats
import Synchronization

/// Statistics from the admin panel's API, each call a request or a few.
///
/// It keeps nothing but what it has learnt of the panel's `errors` (``ErrorsConvention``) and of its windows, of which
/// the list is asked where nothing is known. A `since` of `nil` is the shown range, such as 14 days or 8 weeks back
/// from the current bucket; an earlier one is followed back 93 days or 56 weeks at most, minutes 48 hours, in as many
/// requests as the panel's limits ask for. Buckets that begin later than the current one are left out. Of a window that
/// the panel does not have there are none.
package struct PanelStatsRepository: StatsRepository {
  let client: PanelClient
  let convention: ConventionMemory
  private let wallClock: @Sendable () -> Date

  /// A repository that asks the panel when it is asked.
  /// - Parameters:
  ///   - base: where the panel is; `/api/…` is added to its path.
  ///   - name: what errors call it.
  ///   - transport: sends the requests.
  ///   - token: what the panel is convinced by.
  ///   - wallClock: what now is; the current bucket is the last one that is read.
  package init(
    base: RemoteURL, name: String, transport: HTTPTransport, token: AccessToken,
    wallClock: @escaping @Sendable () -> Date
  ) {
    self.init(
      client: PanelClient(base: base, name: name, transport: transport, token: token),
      convention: ConventionMemory(), wallClock: wallClock)
  }

  init(client: PanelClient, convention: ConventionMemory, wallClock: @escaping @Sendable () -> Date) {
    self.client = client
    self.convention = convention
    self.wallClock = wallClock
  }

  /// Those that the panel is known to have.
  package var windows: Set<StatsWindow> { client.windows.value.ofSlots }

  /// All slots, in the panel's order.
  package func slots() async throws -> [Slot] {
    try await client.slotList(known: [], .foreground).slots
  }

  /// The buckets of all slots together.
  package func collectGlobalMetrics(window: StatsWindow, since: Date?) async throws -> [StatsMetric] {
    guard try await has(window) else { return [] }
    let ranges = ranges(window, since: since) { $0.global }
    guard client.windows.value.ofAll.contains(window) else {
      let series = try await collectSlotMetrics(window: window, since: since)
      guard let first = ranges.first, let last = ranges.last else { return [] }
      return PanelRange(window: window, from: first.from, to: last.to).sum(of: series.values)
    }
    var metrics: [StatsMetric] = []
    for range in ranges {
      metrics += try await client.globalRows(range, known: [], .foreground).rows(in: range).metrics
    }
    convention.read(metrics, of: nil, window)
    return finished(metrics, since: since)
  }

  /// The buckets of one slot.
  /// - Throws: `noSuchSlot` for an id that the panel's list does not have.
  package func collectSlotMetrics(
    _ slotID: Slot.ID, window: StatsWindow, since: Date?
  ) async throws -> [StatsMetric] {
    guard try await has(window) else { return [] }
    do {
      return finished(try await read(slotID, window, since: since), since: since)
    } catch let error as StatsSourceError where error.kind == .noSuchSlot {
      // A panel that fails may also say 404: its list decides.
      guard try await slots().contains(where: { $0.id == slotID }) else { throw error }
      throw error.ofThePanel(client.action)
    }
  }

  /// The buckets of every slot, eight requests at once.
  package func collectSlotMetrics(window: StatsWindow, since: Date?) async throws -> [Slot.ID: [StatsMetric]] {
    let slots = try await slots()
    guard try await has(window) else { return Dictionary(slots.map { ($0.id, []) }) { first, _ in first } }
    let series = try await withThrowingTaskGroup(of: (Slot.ID, [StatsMetric]).self) { group in
      var series: [Slot.ID: [StatsMetric]] = Dictionary(minimumCapacity: slots.count)
      var rest = slots[...]
      for _ in 0..<PanelClient.maxRequests { start(rest.popFirst(), window, since, in: &group) }
      while let (slotID, metrics) = try await group.next() {
        series[slotID] = metrics
        start(rest.popFirst(), window, since, in: &group)
      }
      return series
    }
    return series.mapValues { finished($0, since: since) }
  }

  private func start(
    _ slot: Slot?, _ window: StatsWindow, _ since: Date?,
    in group: inout ThrowingTaskGroup<(Slot.ID, [StatsMetric]), any Error>
  ) {
    guard let slotID = slot?.id else { return }
    group.addTask { (slotID, try await read(slotID, window, since: since)) }
  }

  /// The buckets of one slot as they were given.
  private func read(_ slotID: Slot.ID, _ window: StatsWindow, since: Date?) async throws -> [StatsMetric] {
    var metrics: [StatsMetric] = []
    for range in ranges(window, since: since, { $0.slot }) {
      metrics += try await client.slotRows(slotID, range, known: nil, .foreground).known.value.metrics
    }
    convention.read(metrics, of: slotID, window)
    return metrics
  }

  private func ranges(
    _ window: StatsWindow, since: Date?, _ limit: (PanelRange.Limits) -> Int
  ) -> [PanelRange] {
    let now = wallClock()
    return PanelRange.covering(
      window, from: PanelRange.start(window, since: since, at: now), at: now, limit: limit(PanelRange.limits(window)))
  }

  /// Whether the panel has a window; it is asked where it has not said so yet.
  private func has(_ window: StatsWindow) async throws -> Bool {
    if !windows.contains(window), client.windows.value.isOpen {
      let slots = try await slots()
      if window == PanelWindows.unsaid { try await client.learnHours(of: slots, at: wallClock()) }
    }
    return windows.contains(window)
  }

  private func finished(_ metrics: [StatsMetric], since: Date?) -> [StatsMetric] {
    let metrics = convention.value.applied(to: metrics)
    guard let since else { return metrics }
    return metrics.filter { $0.periodEnd > since }
  }
}

/// What was learnt of a panel's `errors`, for all who read it.
final class ConventionMemory: Sendable {
  private let state = Mutex(ErrorsConvention.unknown)

  /// What is known now.
  var value: ErrorsConvention { state.withLock { $0 } }

  /// Learns from rows as they were read.
  func read(_ metrics: [StatsMetric], of slotID: Slot.ID?, _ window: StatsWindow) {
    state.withLock { $0.read(metrics, of: slotID, window) }
  }
}
