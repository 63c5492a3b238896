import SlotStats
import StatsFormats
import Synchronization

/// Which windows a panel has, as far as that is known.
struct PanelWindows: Hashable, Sendable {
  /// The one that a panel may have without saying so, of its slots alone.
  static let unsaid = StatsWindow.hour

  /// Those that the panel's list names; `nil` where it names none.
  var said: Set<StatsWindow>?
  /// Whether a slot gave hours when it was asked; `nil` until one has answered.
  var hasHours: Bool?

  /// Whether it tells the last minutes as a whole; `nil` until it was asked. Only one that names minutes is asked.
  var tellsRecent: Bool?
  /// Whether its list says that it tells what failures say.
  var tellsMessages = false

  /// Whether it says that it tells how it was at a past instant; `nil` until its list was read.
  var tellsPast: Bool?

  /// Those that slots are asked for: days and weeks at least.
  var ofSlots: Set<StatsWindow> {
    if let said { return said.union(StatsWindow.usual) }
    return hasHours == true ? StatsWindow.usual.union([Self.unsaid]) : StatsWindow.usual
  }
  /// Those that all slots together are asked for.
  var ofAll: Set<StatsWindow> { (said ?? []).union(StatsWindow.usual) }
  /// Those of which all slots together are the sum of the slots.
  var summed: Set<StatsWindow> { ofSlots.subtracting(ofAll) }
  /// Whether only a slot can tell whether there are hours.
  var isOpen: Bool { said == nil && hasHours == nil }
}

/// What was learnt of a panel's windows, for all who read it.
final class PanelWindowsMemory: Sendable {
  private let state = Mutex(PanelWindows())

  /// What is known now.
  var value: PanelWindows { state.withLock { $0 } }

  /// Takes note of what a list names. Where that is something new, it may be another server.
  func hear(_ list: PanelSlotList) {
    state.withLock { state in
      if state.said != list.windows { state.tellsRecent = nil }
      state.said = list.windows
      state.tellsPast = list.hasHistory
      state.tellsMessages = list.tellsMessages
    }
  }

  /// Forgets that the last minutes were not told: a source that failed may be another one when it is back.
  func forgetRefusal() { state.withLock { if $0.tellsRecent == false { $0.tellsRecent = nil } } }

  /// Takes note of whether the last minutes were told.
  func settle(tellsRecent: Bool) { state.withLock { $0.tellsRecent = tellsRecent } }

  /// Takes note of what a slot answered that was asked for hours.
  func settle(hasHours: Bool) { state.withLock { $0.hasHours = hasHours } }
}
