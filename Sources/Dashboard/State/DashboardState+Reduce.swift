import SlotStats
import TerminalUI

extension DashboardState {
  /// Takes in what happened at `moment` and says what the outside has to do. The only place where the state changes.
  package mutating func reduce(_ message: Message, at moment: Moment) -> [Effect] {
    now = moment
    if let notice, !notice.isLasting, now.uptime - notice.at >= Self.noticeTime { self.notice = nil }
    var effects: [Effect] = []
    switch message {
    case .key(let key): effects = press(key)
    case .pasted(let text): paste(text)
    case .onCall(let message): take(message)
    case .noted(let text): notice = Notice(text: text, at: now.uptime, isLasting: true)
    case .resized(let size):
      self.size = size
      keepCursorVisible()
      clampScroll()
    case .tick: break
    case .readEnded(let outcome): take(outcome)
    case .pastRead(let outcome): take(outcome)
    case .handoverEnded(let outcome): take(outcome)
    case .compared(let changes): take(changes)
    case .sourceChanged: schedule.noteChange()
    case .sourceReturned: schedule.noteReturn()
    case .marksRead(let marks): take(marks)
    case .markEnded(let text): endMark(text)
    case .messagesRead(let slotID, let outcome): take(outcome, of: slotID)
    case .gathered(let fleet, let change):
      schedule.endGathering()
      if let fleet { show(fleet, change: change) }
    }
    releaseOrder()
    effects += followFocus()
    effects += schedule.startIfDue(at: moment.uptime)
    effects += schedule.followIfDue(at: moment.uptime)
    effects += startPastRead()
    effects += followChanges()
    effects += startHandover()
    effects += gather()
    effects += askForNotes()
    return effects + followOnCall(effects)
  }

  // MARK: Sources that are read slot by slot

  /// Tells the source what is looked at, where that has changed.
  private mutating func followFocus() -> [Effect] {
    guard options.isReadBySlot, newest != nil else { return [] }
    let page = rows.dropFirst(top).prefix(rowCount(from: top))
    let listed = page.compactMap { place in fleet.map { $0.slots[place].id } }
    let next = ReadFocus(slots: screen == .slot ? cursor.map { [$0] + listed } ?? listed : listed, window: window)
    guard next != focus else { return [] }
    focus = next
    return [.focus(next)]
  }

  private mutating func gather() -> [Effect] {
    guard options.isReadBySlot, let gaps = newest?.reading.gaps,
      window.pair.contains(where: { gaps.unread[$0]?.isEmpty == false })
    else { return [] }
    return schedule.gatherIfDue(at: now.uptime)
  }

  /// How long a notice stands where no key follows: what it covers is worth reading too.
  private static let noticeTime: Duration = .seconds(5)

  // MARK: Readings

  private mutating func take(_ outcome: ReadOutcome) {
    let before = schedule.completedAt
    switch outcome {
    case .failed(let cause, let retryAfter):
      schedule.end(at: now.uptime, failure: cause, retryAfter: retryAfter)
      return
    case .unchanged(let fleet):
      noteAdvance(to: fleet)
      newest = fleet
      record(FleetChange(), of: fleet, since: before)
    case .fleet(let fleet, let change):
      show(fleet, change: change, since: before)
    }
    schedule.end(at: now.uptime)
    held?.newer += 1
  }

  private mutating func show(_ fleet: Fleet, change: FleetChange?, since before: Duration? = nil) {
    if let change { announce(change.gone) }
    if !fleet.has(window), !isPast { leaveWindow(newest == nil) }
    noteAdvance(to: fleet)
    newest = fleet
    if let change { record(change, of: fleet, since: before) }
    if held == nil, !isPast { arrangeAfterReading() }
  }

  /// Notes that the data becomes newer, also where nothing was counted meanwhile.
  private mutating func noteAdvance(to fleet: Fleet) {
    if let newest, fleet.generatedAt > newest.generatedAt { advancedAt = now.uptime }
  }

  /// Shows the standard window in place of one that the source does not have, or has no more, and says so.
  private mutating func leaveWindow(_ isOpening: Bool) {
    if isOpening || window != .standard {
      notice = Notice(text: Self.missing(window), at: now.uptime, isLasting: true)
    }
    window = .standard
  }

  private mutating func record(_ change: FleetChange, of fleet: Fleet, since before: Duration?) {
    history.record(
      change, generatedAt: fleet.generatedAt, at: now.uptime, span: before.map { now.uptime - $0 } ?? .zero)
  }

  /// A slot that was marked and is in the source no more has not recovered: that is said until somebody has seen it.
  private mutating func announce(_ gone: [Slot.ID]) {
    let marked = gone.compactMap { newest?.slot($0, in: window) }.filter(\.series.state.isMarked)
    guard let first = marked.first else { return }
    let others = marked.count > 1 ? " and \(NumberText.count(marked.count - 1)) more" : ""
    let text = "\(Headline.short(first.id)), \(first.series.state.rawValue),\(others) left the source"
    notice = Notice(text: text, at: now.uptime, isLasting: true)
  }

  // MARK: Rows and cursor

  /// How long rows keep their order after the cursor moved.
  private static let orderHold: Duration = .seconds(2)

  /// Puts the rows in order again, unless the cursor moved a moment ago: then they keep the order they have.
  mutating func arrangeAfterReading() {
    guard let movedAt, now.uptime - movedAt < Self.orderHold, shownOrder.isEmpty == false else {
      arrange()
      return
    }
    isOrderHeld = true
    arrange(keeping: shownOrder)
  }

  private mutating func releaseOrder() {
    guard isOrderHeld, let movedAt, now.uptime - movedAt >= Self.orderHold else { return }
    arrange()
  }

  /// Lists the rows that the filter lets through, in the chosen order or in the order of `ids`, new ones last.
  mutating func arrange(keeping ids: [Slot.ID] = []) {
    guard let shown else { return }
    renewStanding()
    let fleet = shown[window]
    extents.formUnion(shown.figures(window).extents)
    let filter = RowFilter(text: filter, onlyMarked: showsOnlyMarked)
    var order = sort.order(fleet, scope: scope, isNew: isNewTrouble)
    if ids.isEmpty {
      isOrderHeld = false
    } else {
      var rank: [Int: Int] = [:]
      for (index, id) in ids.enumerated() {
        if let place = shown.place(of: id, in: window) { rank[place] = index }
      }
      order.sort { (rank[$0] ?? .max) < (rank[$1] ?? .max) }
    }
    if let known = standing?.rows, !known.isEmpty {
      // What is acknowledged stands below what is not.
      order = order.filter { !known.contains($0) } + order.filter(known.contains)
    }
    if isGrouped { order = grouped(order, of: fleet, by: shown.providers(window)) }
    rows = filter.isOpen ? order : order.filter { filter.lists(fleet.slots[$0]) }
    subtotal =
      filter.isOpen || rows.isEmpty ? nil : Subtotal(count: rows.count, series: fleet.together(rows))
    shownOrder = rows.map { fleet.slots[$0].id }
    keepCursorVisible()
  }

  /// Keeps the cursor on its slot and that on the screen; an untouched cursor stays on the first row.
  mutating func keepCursorVisible() {
    guard let fleet else { return }
    if screen == .overview {
      cursor = chosen
      if cursorRow == nil { cursor = rows.first.map { fleet.slots[$0].id } }
    }
    let row = cursorRow ?? 0
    let page = max(1, OverviewLayout(size).rowCount)
    if row < top { top = row }
    if row >= top + page { top = row - page + 1 }
    top = max(0, min(top, rows.count - (isGrouped ? 1 : page)))
    // The lines of providers take room, too.
    while isGrouped, row >= top + rowCount(from: top) { top += 1 }
  }

  /// To the first row, where the cursor is as if nobody had touched it: it stays there in any order.
  mutating func moveToFirst() {
    move(to: 0)
    if screen == .overview { chosen = nil }
  }

  mutating func move(to row: Int) {
    guard let fleet, !rows.isEmpty else {
      say("there is no row to move to")
      return
    }
    let row = max(0, min(row, rows.count - 1))
    if row == cursorRow {
      say(rows.count == 1 ? "this is the only row" : "this is the \(row == 0 ? "first" : "last") row")
    }
    chosen = fleet.slots[rows[row]].id
    cursor = chosen
    movedAt = now.uptime
    keepCursorVisible()
  }
}
