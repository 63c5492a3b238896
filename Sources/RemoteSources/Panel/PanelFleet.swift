import FoundationEssentials
import HTTPTransport
import SlotStats
import StatsFormats
import Synchronization

/// The admin panel, gathered: what somebody looks at is read in every pass, the rest in the background.
///
/// A pass asks for the list of slots, then for all slots together by each window that is read, then for the slots in
/// the foreground, eight requests at once. The first pass returns when those are there by the window that is looked
/// at; what is missing, and everything else, follows in the background: first what was never read, without a limit,
/// then what was not read for longest, ``backgroundRate`` requests for each second of the interval. One pass and one
/// round in the background are under way at most, and a pass goes before the background.
///
/// Days and weeks are read always; hours and minutes, of a panel that has them, from the moment when somebody looks at
/// one of the two until the first pass when nobody does. All the other time they are in the gaps, as unread. Where all
/// slots together are the sum of the slots, there is none, and some slot is unknown, until every slot was read.
///
/// Where the list or all slots together cannot be read, or no slot in the foreground, the pass fails, the background
/// ends, and everything stays as it was. A slot that cannot be read keeps what it had and stands in the gaps.
package actor PanelFleet: StatsRepository {
  /// How many slots, from the first of the list on, are in the foreground while nobody says what is looked at. A
  /// panel that has no more than that is read whole in each pass.
  package static let smallFleet = 50
  /// How many slots are in the foreground at most.
  package static let maxForeground = 200
  /// How many requests the background may send for each second of the interval.
  package static let backgroundRate = 100.0

  let client: PanelClient
  let convention: ConventionMemory
  let trustsServerDate: Bool
  let wallClock: @Sendable () -> Date
  let timing: RetryTiming
  var backoff = Backoff()
  /// Until when the panel wants to be left alone, by its own word.
  var restEnds: Date?
  nonisolated let repository: PanelStatsRepository
  nonisolated let latestFocus: Mutex<ReadFocus?>
  nonisolated let passes = SingleFlight<SourceVersion>()
  nonisolated let told = PanelChanges()

  var list = PanelPages<PanelSlotList>()
  var globalPages: [StatsWindow: (range: PanelRange, pages: PanelPages<PanelGlobalPage>)] = [:]
  var global: [StatsWindow: PanelRows] = [:]
  var table = PanelTable()
  /// The last minutes as the panel told them, and when it was asked for all of them, by the wall clock.
  var recent: (reading: RecentReading, readAt: Date)?
  /// Whether the table and what is beside it are of one finished pass.
  var isConsistent = false
  /// When the last good pass read.
  var clock: PanelClock?
  /// When the last good pass began that read all that is looked at, by the wall clock.
  var fullPassBegan: Date?
  /// The clock of the latest pass, good or not.
  var passClock: PanelClock?
  var lastVersion: SourceVersion?
  var contents: PanelContents
  var contentsConvention: ErrorsConvention?
  var lastID: UInt64 = 0
  var background: Task<Void, Never>?
  /// What reads windows that somebody began to look at.
  var ahead: Task<Void, Never>?
  /// Until when no slot is asked for hours, since when, after one could not answer.
  var hoursRespite: Range<Date>?
  var hoursBackoff = Backoff()
  /// What the background is to read, the next one last.
  var queue: [PanelTable.Unit] = []
  var failuresInARow = 0
  var isShutDown = false

  /// A panel of which nothing was read yet.
  /// - Parameters:
  ///   - base: where the panel is; `/api/…` is added to its path.
  ///   - name: what errors call it.
  ///   - transport: sends the requests.
  ///   - token: what the panel is convinced by.
  ///   - timing: how often passes are asked for, and how long to wait after a failed one.
  ///   - trustsServerDate: whether the panel's `Date` decides which instant the data describes where it differs from
  ///     the wall clock; not with a fixed one.
  ///   - wallClock: what now is.
  package init(
    base: RemoteURL, name: String, transport: HTTPTransport, token: AccessToken, timing: RetryTiming = RetryTiming(),
    trustsServerDate: Bool = true, wallClock: @escaping @Sendable () -> Date
  ) {
    client = PanelClient(base: base, name: name, transport: transport, token: token)
    convention = ConventionMemory()
    repository = PanelStatsRepository(client: client, convention: convention, wallClock: wallClock)
    contents = PanelContents(name: name)
    latestFocus = Mutex(nil)
    self.timing = timing
    self.trustsServerDate = trustsServerDate
    self.wallClock = wallClock
  }

  deinit {
    background?.cancel()
    ahead?.cancel()
    told.end()
  }

  /// Slot by slot.
  package nonisolated var reading: SourceReading { .incrementally }

  /// Tells what is looked at from now on: the next pass reads it first. Hours or minutes that nobody looked at before
  /// are read at once.
  package nonisolated func focus(to focus: ReadFocus) {
    latestFocus.withLock { $0 = focus }
    guard windows.subtracting(StatsWindow.usual).contains(focus.window) else { return }
    Task { [weak self] in await self?.readAhead() }
  }

  /// Reads what is looked at and gives all that has come so far. Those who ask at once share one pass.
  /// - Throws: `StatsSourceError`; `CancellationError` for a caller that is cancelled.
  package nonisolated func currentVersion(after known: UInt64? = nil) async throws -> SourceVersion {
    try await passes.value { [self] in try await pass() }
  }

  /// What has come so far, also from the background, without a request; `nil` before the first pass.
  package func gatheredVersion(after known: UInt64? = nil) -> SourceVersion? {
    if isConsistent, let clock { version(clock) } else { lastVersion }
  }

  /// Ends what is under way. Nothing is read in the background any more.
  package func shutdown() async {
    isShutDown = true
    queue = []
    passes.cancel()
    told.end()
    background?.cancel()
    ahead?.cancel()
    await ahead?.value
    await background?.value
  }

  // MARK: One request or a few, for whoever wants no version

  /// All slots, in the panel's order.
  package nonisolated func slots() async throws -> [Slot] { try await repository.slots() }

  /// The buckets of all slots together; see ``PanelStatsRepository``.
  package nonisolated func collectGlobalMetrics(window: StatsWindow, since: Date?) async throws -> [StatsMetric] {
    try await repository.collectGlobalMetrics(window: window, since: since)
  }

  /// The buckets of one slot; see ``PanelStatsRepository``.
  package nonisolated func collectSlotMetrics(
    _ slotID: Slot.ID, window: StatsWindow, since: Date?
  ) async throws -> [StatsMetric] {
    try await repository.collectSlotMetrics(slotID, window: window, since: since)
  }

  /// The buckets of every slot; see ``PanelStatsRepository``.
  package nonisolated func collectSlotMetrics(
    window: StatsWindow, since: Date?
  ) async throws -> [Slot.ID: [StatsMetric]] {
    try await repository.collectSlotMetrics(window: window, since: since)
  }
}
