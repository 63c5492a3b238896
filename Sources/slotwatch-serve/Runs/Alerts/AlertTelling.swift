import FoundationEssentials
import Notifications
import ReadingCommands
import SlotStats
import StateFiles

/// Tells sinks of what fires.
///
/// What is told follows from what fires now and from what was told, not from single transitions: so a program that was
/// killed goes on where it was, and what is acknowledged is not told of until it no longer is.
actor AlertTelling: AlertTeller {
  private let rules: [String: AlertRule]
  private let names: @Sendable (AlertRule) -> [String]
  private let source: String
  private let clocks: RootClocks
  private let sinks: OpenedSinks
  private let notifier: Notifier
  private var running: Task<Void, Never>?

  /// Telling that has not begun.
  /// - Parameters:
  ///   - rules: the rules in force.
  ///   - names: the sinks that are told of an alert of a rule.
  ///   - source: what alerts call their source.
  ///   - sinks: who can be told.
  ///   - journal: where it is kept what was told; `nil` where nothing is.
  ///   - clocks: the clocks.
  init(
    rules: [AlertRule], names: @escaping @Sendable (AlertRule) -> [String], source: String, sinks: OpenedSinks,
    journal: NoticeJournal?, clocks: RootClocks
  ) {
    self.rules = Dictionary(rules.map { ($0.name, $0) }) { first, _ in first }
    (self.names, self.source, self.sinks, self.clocks) = (names, source, sinks, clocks)
    notifier = Notifier(
      sinks.sinks, journal: journal, settings: NotifierSettings(wallClock: clocks.wall, clock: clocks.monotonic))
  }

  /// How telling each sink goes.
  var statuses: [SinkStatus] { get async { await notifier.statuses } }

  /// Begins to tell what a run before this one left untold; telling anything begins too.
  func begin() {
    if running == nil { running = Task { [notifier] in await notifier.run() } }
  }

  func tell(
    _ observer: RuleObserver, _ look: RuleObserver.Look, at instant: Date,
    acknowledged: [Slot.ID?: Acknowledgement]
  ) async -> [String] {
    begin()
    let told = await notifier.firingAlerts
    var going: Set<AlertNotice.Identity> = []
    for alert in observer.evaluator.active {
      let id = AlertNotice.Identity(alert, source: source)
      // What was told before a restart may have to last again before it fires here, and goes on meanwhile.
      going.insert(id)
      guard case .firing = alert.phase, !told.contains(id) else { continue }
      if alert.subject != .source, acknowledged[id.slotID] != nil { continue }
      let names = names(alert.rule)
      if names.isEmpty { continue }
      await notifier.submit(AlertNotice(alert, in: look.fleet, source: source, at: instant), to: names)
    }
    for id in told where !going.contains(id) && mayHold(id, observer, look) { going.insert(id) }
    if !going.isSuperset(of: told) { await notifier.settle(stillFiring: going, at: clocks.wall()) }
    return await notifier.statuses.compactMap(\.words)
  }

  /// Whether nobody knows that an alert is over: there is no data of it just now.
  private func mayHold(_ id: AlertNotice.Identity, _ observer: RuleObserver, _ look: RuleObserver.Look) -> Bool {
    guard let rule = rules[id.rule] else { return false }
    // Which slots there are is not known of a source that was never read.
    guard let target = observer.target(of: rule, slotID: id.slotID) else { return look.isLost }
    return look.evidence.holds(rule.test, target, stepsBack: 0) == nil
  }

  func shutdown() async {
    await notifier.waitUntilIdle(atMost: .seconds(2))
    running?.cancel()
    await sinks.shutdown()
  }
}

extension NoticeJournal {
  /// The journal of `sort` for a source, in a state folder that need not exist; where it `waits`, a moment is waited for
  /// another program that has it.
  /// - Throws: where it cannot be used.
  static func open(
    _ sort: String, source: String, in folder: String, waits: Bool = true
  ) throws(NoticeJournal.Failure) -> NoticeJournal {
    try? FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    return try NoticeJournal(path: folder + "/" + StateFileName.of(sort, source: source), waits: waits)
  }
}
