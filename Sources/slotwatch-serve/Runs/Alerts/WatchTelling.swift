import FoundationEssentials
import Notifications
import ReadingCommands
import SlotStats
import StateFiles

/// Who tells others of what a dashboard finds: the sinks that rules of the configuration name.
enum WatchTelling {
  /// What tells; `nil` where no rule names a sink that the configuration has.
  /// - Throws: a sink that cannot be opened.
  static func teller(
    _ settings: Settings, _ given: GivenOptions, _ source: OpenedSource, environment: [String: String]
  ) throws(CommandFailure) -> (any AlertTeller)? {
    let named = Set(settings.view.rules.flatMap(\.channels).map(\.rawValue))
    let notify = try NotifySettings(given, environment: environment, file: settings.configuration.file)
    let sinks = notify.sinks.filter { named.contains($0.kind.name) }
    if sinks.isEmpty { return nil }
    var journal: NoticeJournal?
    var trouble: String?
    if let folder = StateFolder.path(environment) {
      do throws(NoticeJournal.Failure) {
        journal = try NoticeJournal.open("watched", source: source.given, in: folder)
      } catch {
        if error.isInUse { return SilentTeller() }
        trouble = "\(error.line); what was told is not remembered"
      }
    }
    let telling = AlertTelling(
      rules: settings.view.rules, names: { $0.channels.map(\.rawValue) },
      source: notify.source ?? source.label, sinks: try notify.open(sinks, wallClock: source.clocks.wall),
      journal: journal, clocks: source.clocks)
    return trouble.map { TroubledTeller(teller: telling, trouble: $0) } ?? telling
  }
}

/// Tells nobody, since another dashboard of this user does.
private struct SilentTeller: AlertTeller {
  func tell(
    _ observer: RuleObserver, _ look: RuleObserver.Look, at instant: Date,
    acknowledged: [Slot.ID?: Acknowledgement]
  ) async -> [String] { [] }

  func shutdown() async {}
}

/// Tells as another one does, and says what is wrong with that.
private struct TroubledTeller: AlertTeller {
  let teller: AlertTelling
  let trouble: String

  func tell(
    _ observer: RuleObserver, _ look: RuleObserver.Look, at instant: Date,
    acknowledged: [Slot.ID?: Acknowledgement]
  ) async -> [String] {
    await teller.tell(observer, look, at: instant, acknowledged: acknowledged) + [trouble]
  }

  func shutdown() async { await teller.shutdown() }
}
