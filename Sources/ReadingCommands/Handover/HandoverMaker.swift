import FoundationEssentials
import ProcessIO
import SlotStats

/// Makes handovers of a source, for the command and for the dashboard's key.
package struct HandoverMaker: Sendable {
  private let source: OpenedSource
  private let settings: ViewSettings
  private let rules: [AlertRule]
  private let store: (any AcknowledgementStore)?
  private let marks: (any MarkStore)?

  /// How far back where nobody says, in seconds: a shift.
  package static let standardSpan: TimeInterval = 8 * 3_600

  /// A maker for `source`.
  /// - Parameters:
  ///   - source: the source.
  ///   - settings: how it is judged.
  ///   - rules: by what incidents are found.
  ///   - store: where acknowledgements are; `nil` where there is no place for them.
  ///   - marks: where marks are; `nil` where there is no place for them.
  package init(
    _ source: OpenedSource, _ settings: ViewSettings, rules: [AlertRule],
    acknowledgedIn store: (any AcknowledgementStore)?, markedIn marks: (any MarkStore)?
  ) {
    (self.source, self.settings, self.rules, self.store, self.marks) = (source, settings, rules, store, marks)
  }

  /// The handover of the last `span` seconds before a reading. Where acknowledgements or marks cannot be read, it says so
  /// and has none.
  /// - Parameters:
  ///   - reading: how the source is.
  ///   - isPast: whether it was so in the past: then nothing of later belongs to it.
  ///   - span: how far back.
  ///   - progress: is told how many slots are done.
  /// - Returns: the handover.
  /// - Throws: what the source throws.
  package func handover(
    of reading: FleetReading, isPast: Bool = false, span: TimeInterval = standardSpan,
    progress: (Int) -> Void = { _ in }
  ) async throws -> Handover {
    let end = reading.generatedAt
    let instant = isPast ? end : source.clocks.wall()
    let from = end.addingTimeInterval(-span - Handover.lookedBack)
    let history = try await FleetHistory(source.repository, slots: reading.slots, range: from..<end)
    let fleet = JudgedFleet(reading, window: settings.window, thresholds: settings.thresholds)
    let trust = Trust(
      now: instant, generatedAt: end, staleAfter: StaleAfter(chosen: settings.staleAfter, of: reading),
      silence: Silence(reading, fleet.global.recent))
    var notices: [String] = []
    let book = try await read("acknowledgements", &notices) { try await store?.acknowledgements() }
    let marked = try await read("marks", &notices) { try await marks?.marks() }
    var handover = try await Handover(
      history, span: span, rules: rules, thresholds: settings.thresholds,
      now: Handover.Present(fleet: fleet, trust: trust.word, newestEventAt: reading.newestEventAt, at: instant),
      source: source.label, acknowledgements: book ?? AcknowledgementBook(), marks: marked?.marks ?? [],
      progress: progress)
    handover.notices = notices
    return handover
  }

  /// What `work` reads; `nil`, with a notice, where it cannot.
  private func read<Book: Sendable>(
    _ things: String, _ notices: inout [String], _ work: () async throws -> Book?
  ) async throws -> Book? {
    do {
      return try await work()
    } catch let error as StatsSourceError {
      notices.append("\(things) not read: \(error.cause)")
      return nil
    }
  }
}
