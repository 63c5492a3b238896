import Dashboard
import DashboardRuntime
import FoundationEssentials
import SlotStats

extension DashboardReader {
  /// A reader of `source` by these settings.
  /// - Parameters:
  ///   - settings: how it is read and judged.
  ///   - source: the source.
  ///   - environment: says where the state folder is, and who somebody is.
  ///   - isRecording: whether readings are kept of a source that keeps no history.
  /// - Throws: that the source cannot be read by a service.
  init(
    _ settings: ViewSettings, _ source: OpenedSource, _ environment: [String: String], isRecording: Bool = false
  ) throws(CommandFailure) {
    self.init(
      service: try source.service(ttl: Self.cacheTTL), window: settings.window, thresholds: settings.thresholds,
      movesWithTime: source.movesWithTime, recorder: source.recorder(environment), isRecording: isRecording,
      wallClock: source.clocks.wall)
    marks = source.marks(environment)
    author = LoginName.of(environment)
    handovers = source.handovers(settings, environment)
    let (clock, opened) = (source.clocks.monotonic, source.clocks.monotonic.now)
    var looking = OnCallReader.Settings(wallClock: source.clocks.wall) { opened.duration(to: clock.now) }
    looking.store = source.acknowledgements(environment)
    (looking.rules, looking.teller) = (settings.rules, source.alertTeller)
    (looking.window, looking.staleAfter) = (settings.window, settings.staleAfter)
    onCall = OnCallReader(looking)
  }
}

extension DashboardOptions {
  /// The dashboard's options by these settings, for what `reader` can do; opened at a past instant, or now for `nil`.
  init(
    _ settings: ViewSettings, _ source: OpenedSource, _ reader: DashboardReader, _ environment: [String: String],
    at instant: Date?
  ) {
    self.init(
      sourceLabel: source.label, isSynthetic: source.isSynthetic, thresholds: settings.thresholds.standard,
      interval: settings.interval, staleAfter: settings.staleAfter, window: settings.window, scope: settings.scope,
      localZone: LocalZone.labels(around: source.clocks.wall()), localZoneTrouble: LocalZone.trouble, at: instant,
      isReadBySlot: source.repository.reading == .incrementally)
    keepsMarks = reader.marks != nil
    tellsMessages = true
    runbookRules = source.runbookRules
    acknowledger = source.acknowledgements(environment) == nil ? nil : LoginName.of(environment)
    hasRules = !settings.rules.isEmpty
    sort = settings.sort
  }
}
