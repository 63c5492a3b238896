import FoundationEssentials
import SlotStats

/// What the dashboard is told once, when it is opened.
package struct DashboardOptions: Hashable, Sendable {
  /// The source as the header names it.
  package var sourceLabel: String
  /// Whether the data is made up: then the label is never left out.
  package var isSynthetic: Bool
  /// By what slots are judged.
  package var thresholds: Thresholds
  /// The seconds between two reads at the start, 1…300.
  package var interval: Int
  /// The age in seconds from which data is stale; `nil` leaves it to the source.
  package var staleAfter: Double?
  /// The window at the start.
  package var window: StatsWindow
  /// The scope at the start.
  package var scope: StatsScope
  /// The zone that `u` switches to.
  package var localZone: ZoneLabels
  /// Why there is no local zone, as a sentence without a full stop; `nil` where there is one, or UTC was chosen.
  package var localZoneTrouble: String?
  /// The past instant that is shown first; `nil` for now.
  package var at: Date?
  /// Whether the source is read slot by slot, what is on the screen first.
  package var isReadBySlot: Bool
  /// Whether there is a place for marks.
  package var keepsMarks = false
  /// Whether the source is asked what failures say.
  package var tellsMessages = false
  /// The rules that say where it is written what to do.
  package var runbookRules: [AlertRule] = []
  /// Who acknowledges here; `nil` where acknowledgements cannot be kept.
  package var acknowledger: String?
  /// Whether the configuration has rules of its own.
  package var hasRules = false
  /// The order of the rows at the start.
  package var sort = RowSort.worstFirst
  /// The program's version, for the help screen.
  package var version: String

  /// Options; the defaults are the program's own.
  package init(
    sourceLabel: String, isSynthetic: Bool = false, thresholds: Thresholds = .standard, interval: Int = 5,
    staleAfter: Double? = nil,
    window: StatsWindow = .standard, scope: StatsScope = .current, localZone: ZoneLabels = .utc,
    localZoneTrouble: String? = nil, at: Date? = nil, isReadBySlot: Bool = false, version: String = "0.1"
  ) {
    self.sourceLabel = sourceLabel
    self.isSynthetic = isSynthetic
    self.thresholds = thresholds
    self.interval = interval
    self.staleAfter = staleAfter
    self.window = window
    self.scope = scope
    self.localZone = localZone
    self.localZoneTrouble = localZoneTrouble
    self.at = at
    self.isReadBySlot = isReadBySlot
    self.version = version
  }
}
