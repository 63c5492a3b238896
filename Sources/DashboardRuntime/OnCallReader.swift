import Dashboard
import FoundationEssentials
import SlotStats
import Synchronization

/// What a dashboard reads beside statistics: what is acknowledged, and which rules are pending or fire. All of it away from
/// the thread that draws.
package final class OnCallReader: Sendable {
  /// What it works by.
  package struct Settings: Sendable {
    /// Where acknowledgements are; `nil` where there is no place for them.
    package var store: (any AcknowledgementStore)?
    /// The rules of the configuration; without any the built-in ones are asked, of sources with minutes alone.
    package var rules: [AlertRule] = []
    /// Who tells others of alerts; `nil` for nobody.
    package var teller: (any AlertTeller)?
    /// The window that the dashboard opens with.
    package var window = StatsWindow.standard
    /// The age in seconds that was chosen as too old; `nil` leaves it to the source.
    package var staleAfter: Double?
    /// The time of day.
    package var wallClock: @Sendable () -> Date
    /// A time that only goes on.
    package var uptime: @Sendable () -> Duration

    /// Settings with these clocks, without anything to read.
    package init(wallClock: @escaping @Sendable () -> Date, uptime: @escaping @Sendable () -> Duration) {
      (self.wallClock, self.uptime) = (wallClock, uptime)
    }
  }

  private struct Found {
    let look: RuleObserver.Look
    let instant: Date
  }

  private struct State {
    var observer: RuleObserver
    var book: Result<AcknowledgementBook, StatsSourceError>?
    /// What was acknowledged when that could be read last; `nil` before.
    var known: AcknowledgementBook?
    var found: Found?
    var alerts: [ActiveAlert] = []
    var troubles: [String] = []
  }

  private let settings: Settings
  private let state: Mutex<State>

  /// A reader that has read nothing yet.
  package init(_ settings: Settings) {
    self.settings = settings
    state = Mutex(State(observer: RuleObserver(settings.rules.isEmpty ? AlertRule.standard : settings.rules)))
  }

  // MARK: Rules

  /// Looks at what a read ended with, after one that gave `previous`.
  /// - Returns: what the dashboard is to know of it; nothing where that is as before.
  package func look(at outcome: ReadOutcome, after previous: Fleet?) -> [Message] {
    let (fleet, isLost) = Self.fleet(of: outcome, previous)
    let now = settings.wallClock()
    // Of a source that was never read nothing is known but that.
    let reading = fleet?.reading ?? FleetReading(slots: [], series: [:], generatedAt: now, readAt: now)
    guard !settings.rules.isEmpty || reading.recent != nil else { return [] }
    let staleAfter = StaleAfter(chosen: settings.staleAfter, of: reading)
    let trust = isLost ? .lost : Trust(now: now, generatedAt: reading.generatedAt, staleAfter: staleAfter).word
    let window = fleet?.has(settings.window) == true ? settings.window : .standard
    func judged() -> JudgedFleet { fleet?[window] ?? JudgedFleet(reading, window: window, thresholds: .standard) }
    return state.withLock { state in
      let look = state.observer.look(
        at: reading, judged: judged, trust: trust, wall: now, uptime: settings.uptime())
      state.found = Found(look: look, instant: reading.generatedAt)
      var messages = state.observer.unmatchedGlobs().map { Message.noted($0.words) }
      let alerts = state.observer.evaluator.active
      if alerts != state.alerts {
        state.alerts = alerts
        messages.append(.onCall(.alerts(alerts, troubles: state.troubles)))
      }
      return messages
    }
  }

  /// What a read ended with, else what was there before, and whether the source is lost.
  private static func fleet(of outcome: ReadOutcome, _ previous: Fleet?) -> (Fleet?, isLost: Bool) {
    switch outcome {
    case .fleet(let new, change: _), .unchanged(let new): (new, false)
    case .failed: (previous, true)
    }
  }

  /// Tells others of what the last look found.
  /// - Returns: what the dashboard is to know of how that goes; nothing where that is as before.
  package func tell() async -> [Message] {
    guard let teller = settings.teller else { return [] }
    let (observer, found, book) = state.withLock { ($0.observer, $0.found, $0.known) }
    // Before it is known what is acknowledged nobody is told.
    guard let found, settings.store == nil || book != nil else { return [] }
    let acknowledged = (book ?? AcknowledgementBook()).outcome(in: found.look.fleet, at: settings.wallClock()).inForce
    let troubles = await teller.tell(observer, found.look, at: found.instant, acknowledged: acknowledged)
    return state.withLock { state in
      guard troubles != state.troubles else { return [] }
      state.troubles = troubles
      return [.onCall(.alerts(state.alerts, troubles: troubles))]
    }
  }

  // MARK: Acknowledgements

  /// Reads what is acknowledged.
  package func readBook() async {
    guard let store = settings.store else { return }
    let book: Result<AcknowledgementBook, StatsSourceError>
    do {
      book = .success(try await store.acknowledgements() ?? AcknowledgementBook())
    } catch {
      book = .failure(Self.failure(error))
    }
    state.withLock { state in
      state.book = book
      // Where it was never read, nothing is known to be acknowledged.
      state.known = (try? book.get()) ?? state.known ?? AcknowledgementBook()
    }
  }

  /// What the dashboard is to know of what was read last.
  package var bookMessages: [Message] {
    switch state.withLock(\.book) {
    case .success(let book): [.onCall(.acknowledged(book))]
    case .failure(let error): [.onCall(.acknowledgementsFailed(error.cause))]
    case nil: []
    }
  }

  /// Does what a dashboard asks for of acknowledgements.
  /// - Returns: what it is to know then.
  func perform(_ effect: OnCallEffect) async -> [Message] {
    guard let store = settings.store else { return [] }
    switch effect {
    case .ring, .notify: return []
    case .readAcknowledgements:
      await readBook()
      return bookMessages
    case .note(let sightings):
      do {
        try await store.note(sightings)
        return [.onCall(.noted(sightings))]
      } catch {
        return [.onCall(.noted([]))]
      }
    case .acknowledge(let entry):
      let name = entry.slotID ?? "all slots together"
      return await change(store, orNot: "\(name) is not acknowledged") {
        try await store.acknowledge(entry)
        let isShared = (try? await store.isShared()) ?? true
        return "\(name) is acknowledged\(isShared ? "" : " for you alone")"
      }
    case .withdraw(let id):
      return await change(store, orNot: "\(id) is still acknowledged") {
        guard try await store.withdraw(id) else {
          throw StatsSourceError(
            .inputMissing, action: "Cannot take back", cause: "nobody has acknowledged it, or it was taken back before")
        }
        return "\(id) is acknowledged no longer"
      }
    }
  }

  private func change(
    _ store: any AcknowledgementStore, orNot failure: String, _ body: () async throws -> String
  ) async -> [Message] {
    let text: String
    do {
      text = try await body()
    } catch {
      text = "\(failure): \(Self.failure(error).cause)"
    }
    await readBook()
    let book = state.withLock { $0.book.flatMap { try? $0.get() } }
    return [.onCall(.changeEnded(text, book))]
  }

  private static func failure(_ error: any Error) -> StatsSourceError {
    error as? StatsSourceError ?? StatsSourceError(.inputOutput, action: "", cause: ErrorWords.text(error))
  }
}
