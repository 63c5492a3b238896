#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
import SlotStats
import StatsFormats
import Synchronization

/// Statistics from the admin panel's API, each call a request or a few.
///
/// It keeps nothing but what it has learnt of the panel's `errors` (``ErrorsConvention``). A `since` of `nil` is the
/// shown range, 14 days or 8 weeks back from the current bucket; an earlier one is followed back 93 days or 56 weeks
/// at most, in as many requests as the panel's limits ask for. Buckets that begin later than the current one are left
/// out.
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

  /// All slots, in the panel's order.
  package func slots() async throws -> [Slot] {
    try await client.slotList(known: [], .foreground).slots
  }

  /// The buckets of all slots together.
  package func collectGlobalMetrics(window: StatsWindow, since: Date?) async throws -> [StatsMetric] {
    var metrics: [StatsMetric] = []
    for range in ranges(window, since: since, limit: PanelRange.globalLimit(window)) {
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
    for range in ranges(window, since: since, limit: PanelRange.slotLimit(window)) {
      metrics += try await client.slotRows(slotID, range, known: nil, .foreground).known.value.metrics
    }
    convention.read(metrics, of: slotID, window)
    return metrics
  }

  private func ranges(_ window: StatsWindow, since: Date?, limit: Int) -> [PanelRange] {
    let now = wallClock()
    return PanelRange.covering(
      window, from: PanelRange.start(window, since: since, at: now), at: now, limit: limit)
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
