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
    let opened = try notify.open(sinks, wallClock: source.clocks.wall)
    let (rules, name, clocks) = (settings.view.rules, notify.source ?? source.label, source.clocks)
    let make: WatchTeller.Make = { journal in
      AlertTelling(
        rules: rules, names: { $0.channels.map(\.rawValue) }, source: name, sinks: opened, journal: journal,
        clocks: clocks)
    }
    guard let folder = StateFolder.path(environment) else { return make(nil) }
    let identity = OpenedSource.identity(source.given)
    return WatchTeller(opened, make) { () throws(NoticeJournal.Failure) in
      try NoticeJournal.open("watched", source: identity, in: folder, waits: false)
    }
  }
}

/// Tells while no other dashboard of this user does: one of them has the journal of the source. When that one has ended,
/// this one takes over with the next look.
private actor WatchTeller: AlertTeller {
  /// Makes what tells, with what was told before.
  typealias Make = @Sendable (NoticeJournal?) -> AlertTelling

  private let sinks: OpenedSinks
  private let make: Make
  private let openJournal: @Sendable () throws(NoticeJournal.Failure) -> NoticeJournal
  /// What tells; `nil` while another dashboard does.
  private var telling: AlertTelling?
  /// What is wrong with the journal, for whoever looks at this dashboard.
  private var trouble: String?

  init(
    _ sinks: OpenedSinks, _ make: @escaping Make,
    openJournal: @escaping @Sendable () throws(NoticeJournal.Failure) -> NoticeJournal
  ) {
    (self.sinks, self.make, self.openJournal) = (sinks, make, openJournal)
  }

  func tell(
    _ observer: RuleObserver, _ look: RuleObserver.Look, at instant: Date,
    acknowledged: [Slot.ID?: Acknowledgement]
  ) async -> [String] {
    if telling == nil { begin() }
    guard let telling else { return [] }
    let troubles = await telling.tell(observer, look, at: instant, acknowledged: acknowledged)
    return troubles + (trouble.map { [$0] } ?? [])
  }

  private func begin() {
    do throws(NoticeJournal.Failure) {
      telling = make(try openJournal())
    } catch {
      if error.isInUse { return }
      trouble = "\(error.line); what was told is not remembered"
      telling = make(nil)
    }
  }

  func shutdown() async {
    if let telling { await telling.shutdown() } else { await sinks.shutdown() }
  }
}
