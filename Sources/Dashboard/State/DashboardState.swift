import FoundationEssentials
import SlotStats
import TerminalUI

/// Everything that a frame is drawn from. Changed by ``DashboardState/reduce(_:at:)`` alone.
package struct DashboardState: Equatable, Sendable {
  /// What fills the screen.
  package enum Screen: Hashable, Sendable {
    case overview
    case slot
  }

  /// The statistics that stay on the screen while newer ones arrive.
  struct Held: Equatable, Sendable {
    var fleet: Fleet
    var history: RecentHistory
    /// When it was held.
    var at: Duration
    var newer = 0
  }

  /// What a person is told on the status line.
  struct Notice: Equatable, Sendable {
    var text: String
    var at: Duration
    /// Whether it stands until a key is pressed.
    var isLasting = false
    /// Turned with each key that has the same answer, so that every press is seen to be answered.
    var isTurned = false
  }

  /// What the dashboard was opened with.
  package let options: DashboardOptions
  /// The extent of the screen.
  package internal(set) var size: Size
  /// The moment of the latest message.
  package internal(set) var now: Moment

  /// The newest good reading, judged; `nil` before the first.
  package internal(set) var newest: Fleet?
  var held: Held?
  /// What is shown of the past, which goes before both.
  var past = PastView()
  /// Why the present could not be believed, in a state that a frame of the past is drawn from.
  var troubleOfNow: String?
  /// What stands in place of the trust word, in such a state.
  var pastTitle: String?
  var schedule: ReadSchedule
  var history = RecentHistory()
  /// The widest values so far: a column never narrows.
  var extents = ColumnExtents()

  /// The bucket width on show.
  package internal(set) var window: StatsWindow
  var scope: StatsScope
  var isLocalTime = false
  var screen = Screen.overview
  /// What lies over it; `nil` for nothing.
  var overlay: Overlay?
  /// What changed against usual.
  var changed = ChangesPage()
  /// What one shift leaves to the next.
  var handover = HandoverPage()
  var filter = ""
  /// What is being typed; `nil` while keys are keys.
  var field: TextField?
  var showsOnlyMarked = false
  var sort = RowSort.worstFirst
  /// Whether the rows stand by provider.
  var isGrouped = false

  /// The rows of the table: indices into the judged slots of the shown fleet and window.
  var rows: [Int] = []
  /// The rows together, while a filter hides others.
  var subtotal: Subtotal?
  /// The ids of ``rows``, to keep their order over a reading.
  var shownOrder: [Slot.ID] = []
  /// The slot that the cursor is on.
  package internal(set) var cursor: Slot.ID?
  /// The slot that the cursor was last moved to; it is there whenever that slot is listed, else on the first row.
  var chosen: Slot.ID?
  /// The first row on the screen.
  var top = 0
  /// How many lines of the help or of the slot lie above the screen.
  var scroll = 0
  /// When the source's own instant last moved on between two readings.
  var advancedAt: Duration?
  var movedAt: Duration?
  /// Whether the rows are still in an older reading's order, since the cursor moved a moment ago.
  var isOrderHeld = false
  /// Why the last key did nothing, or what it did where that is not seen.
  var notice: Notice?
  /// What is told beside the statistics.
  var notes = SideNotes()
  /// What the source was last told that is looked at.
  var focus = ReadFocus()
  /// What is known on call beside the statistics.
  var onCall = OnCall()
  /// What of that holds for what is shown; `nil` where nothing is known.
  var standing: FleetStanding?
  /// What is asked before a slot is acknowledged; `nil` while nothing is.
  var form: AcknowledgementForm?

  /// A dashboard that has read nothing yet.
  package init(options: DashboardOptions, size: Size, now: Moment) {
    self.options = options
    self.size = size
    self.now = now
    window = options.window
    scope = options.scope
    sort = options.sort
    schedule = ReadSchedule(interval: options.interval)
    past.wanted = options.at.map { PastWish(from: $0) }
  }

  /// The statistics on the screen: those of the past, those held, or the newest.
  var shown: Fleet? { past.fleet ?? held?.fleet ?? newest }
  /// What happened since the dashboard was opened, as of what is shown.
  var shownHistory: RecentHistory { held?.history ?? history }
  /// The moment that ``shownHistory`` is told from: while the screen is held, what it says of the last minutes is held.
  var historyAt: Duration { held?.at ?? now.uptime }
  /// The judged slots on the screen.
  var fleet: JudgedFleet? { shown.map { $0[window] } }
  /// The windows that what is shown has, the shortest first.
  var windows: [StatsWindow] {
    StatsWindow.allCases.filter { shown?.has($0) ?? StatsWindow.usual.contains($0) }
  }
  /// Whether the screen is held.
  package var isPaused: Bool { held != nil }
  /// Where labels are told.
  var zone: ZoneLabels { isLocalTime ? options.localZone : .utc }

  /// How long nothing changes by itself: until a second has passed since the latest read began, or a whole number of
  /// them. The age grows by a second in each, and one of them is the next read: both are shown in one frame. Less where
  /// what the source told of is to be read before that.
  package var idleTime: Duration {
    let since = schedule.startedAt.map { now.uptime - $0 } ?? .zero
    let second: Duration = .seconds(1) - .nanoseconds(Int64(since / .nanoseconds(1)) % 1_000_000_000)
    guard let followsAt = schedule.followsAt else { return second }
    return min(second, max(.zero, followsAt - now.uptime))
  }

  /// Whether what is shown can be believed. Pausing does not better it: it follows the newest reading.
  package var trust: Trust {
    Trust(
      now: now.wall, generatedAt: newest?.generatedAt,
      sinceCompletedRead: schedule.completedAt.map { (now.uptime - $0).seconds } ?? 0,
      interval: Double(schedule.countedInterval),
      staleAfter: StaleAfter(chosen: options.staleAfter, of: newest?.reading), silence: newest?.silence ?? .none,
      lastReadFailed: schedule.failure != nil)
  }

  /// The slot under the cursor, if it is in what is shown.
  var cursorSlot: JudgedSlot? { cursor.flatMap { shown?.slot($0, in: window) } }

  /// The cursor's place among the rows.
  var cursorRow: Int? {
    guard let cursor, let place = shown?.place(of: cursor, in: window) else { return nil }
    return rows.firstIndex(of: place)
  }
}

extension Duration {
  /// The duration in seconds.
  var seconds: Double {
    let (seconds, attoseconds) = components
    return Double(seconds) + Double(attoseconds) * 1e-18
  }
}
