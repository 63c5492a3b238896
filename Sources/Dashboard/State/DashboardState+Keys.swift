import SlotStats
import TerminalUI

extension DashboardState {
  /// Does what a key means here.
  mutating func press(_ key: Key) -> [Effect] {
    let before = notice
    notice = nil
    let effects = answer(key)
    if let before, before.text == notice?.text { notice?.isTurned = !before.isTurned }
    return effects
  }

  private mutating func answer(_ key: Key) -> [Effect] {
    if let form, key != KeyTable.quitKey { return type(key, in: form) }
    if let field, key != KeyTable.quitKey { return type(key, in: field) }
    guard let action = overlay?.keys[key] ?? KeyTable.action(for: key) else {
      say("no such key here; ? shows the keys")
      return []
    }
    if let overlay { return press(action, over: overlay) }
    let effects = perform(action)
    if shown == nil, notice == nil, action.changesList { say("noted; nothing has been read yet") }
    return effects
  }

  /// Tells a person something on the status line: until the next key, or for a while.
  mutating func say(_ text: String) { notice = Notice(text: text, at: now.uptime) }

  private mutating func perform(_ action: Action) -> [Effect] {
    switch action {
    case .window(let window): choose(window)
    case .toggleScope:
      onOverview {
        $0.scope = $0.scope == .current ? .range : .current
        if $0.sort.column != nil { $0.arrange() }
      }
    case .startFilter: onOverview { $0.field = TextField(purpose: .filter, text: $0.filter) }
    case .toggleMarked: onOverview { $0.toggleMarked() }
    case .toggleZone: toggleZone()
    case .sortNext: onOverview { $0.sortByColumn(after: 1) }
    case .sortPrevious: onOverview { $0.sortByColumn(after: -1) }
    case .invertSort:
      onOverview {
        $0.sort.isInverted.toggle()
        $0.arrange()
      }
    case .move(let step): if !scrolls(action) { move(to: (cursorRow ?? 0) + step) }
    case .movePages(let pages):
      if !scrolls(action) { move(to: (cursorRow ?? 0) + pages * max(1, OverviewLayout(size).rowCount)) }
    case .moveToFirst: if !scrolls(action) { moveToFirst() }
    case .moveToLast: if !scrolls(action) { move(to: rows.count - 1) }
    case .openSlot: openSlot()
    case .otherSlot(let step): goToOtherSlot(step)
    case .back: goBack()
    case .leave:
      if screen == .overview { return [.quit] }
      goBack()
    case .toggleGroups: onOverview { $0.toggleGroups() }
    case .acknowledge: startAcknowledging()
    case .withdraw: return withdraw()
    case .readNow:
      if schedule.isReading { say("a read is under way; another one follows") }
      schedule.ask()
    case .hold: toggleHold()
    case .longerInterval: changeInterval(longer: true)
    case .shorterInterval: changeInterval(longer: false)
    case .stepInTime(let buckets): stepInTime(by: buckets)
    case .goToInstant: field = TextField(purpose: .instant)
    case .showChanges: openChanges()
    case .showHandover: openHandover()
    case .changeSpan, .copyHandover, .saveHandover: break
    case .redraw: return [.redraw]
    case .help: open(.help)
    case .about: openAbout()
    case .startMark: startMark()
    case .quit: return [.quit]
    }
    return []
  }

  /// Keys of the table work on the overview only, and say so elsewhere.
  private mutating func onOverview(_ change: (inout DashboardState) -> Void) {
    if screen == .overview { change(&self) } else { say("that key is for the list of slots; Esc goes back") }
  }

  private mutating func toggleMarked() {
    showsOnlyMarked.toggle()
    arrange()
    if showsOnlyMarked, rows.isEmpty, fleet != nil { say("no row is marked; ! shows all rows") }
  }

  // MARK: What is shown

  private mutating func choose(_ window: StatsWindow) {
    guard window != self.window else {
      say("already by \(window.rawValue)")
      return
    }
    if shown?.has(window) == false { return say(Self.missing(window)) }
    self.window = window
    arrange()
  }

  /// What is said of a window that the source does not have.
  static func missing(_ window: StatsWindow) -> String { "this source has no \(window.rawValue)s" }

  private mutating func toggleZone() {
    if let trouble = options.localZoneTrouble {
      say(trouble)
    } else if options.localZone == .utc {
      say("the local time zone is UTC")
    } else {
      isLocalTime.toggle()
    }
  }

  private mutating func sortByColumn(after step: Int) {
    let layout = TableLayout(width: size.columns, extents: extents, window: window)
    let columns = layout.columns.map(\.id).filter(\.isSortable)
    // New trouble first stands behind the last column.
    let keys = columns.map { $0 == .ratio ? RowSort.Key.worst : .column($0) } + [.new]
    let current = keys.firstIndex(of: sort.key) ?? 0
    sort.key = keys[(current + step + keys.count) % keys.count]
    arrange()
  }

  private mutating func toggleHold() {
    if isPast {
      say("what is past stands still; Esc returns to now")
    } else if held != nil {
      held = nil
      arrange()
    } else if let newest {
      held = Held(fleet: newest, history: history, at: now.uptime)
    } else {
      say("there is nothing to hold yet")
    }
  }

  private mutating func changeInterval(longer: Bool) {
    if schedule.stepInterval(longer: longer) {
      say("reading every \(schedule.interval) s")
    } else {
      say(longer ? "the longest interval is 300 s" : "the shortest interval is 1 s")
    }
  }

  // MARK: Screens

  private mutating func openSlot() {
    if screen == .slot {
      say("the slot is open; Left and Right go to others")
    } else if cursorSlot == nil {
      say("there is no slot to open")
    } else {
      screen = .slot
      scroll = 0
    }
  }

  private mutating func openAbout() {
    if cursorSlot == nil { say("there is no slot to tell of") } else { open(.about) }
  }

  private mutating func startMark() {
    if options.keepsMarks { field = TextField(purpose: .mark) } else { say("there is no place for marks") }
  }

  private mutating func goToOtherSlot(_ step: Int) {
    guard screen == .slot else {
      say("Enter opens the slot; there Left and Right go to others")
      return
    }
    let row = cursorRow.map { $0 + step } ?? 0
    if rows.indices.contains(row) {
      move(to: row)
      clampScroll()
    } else {
      say(step > 0 ? "this is the last slot" : "this is the first slot")
    }
  }

  private mutating func goBack() {
    if screen == .slot {
      screen = .overview
      scroll = 0
      keepCursorVisible()
    } else if past.isSought {
      leavePast()
    } else if !filter.isEmpty || showsOnlyMarked {
      filter = ""
      showsOnlyMarked = false
      arrange()
      if shown == nil { say("the filter is cleared") }
    } else {
      say("q quits")
    }
  }
}
