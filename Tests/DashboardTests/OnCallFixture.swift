import Foundation
import SlotStats

@testable import Dashboard

/// Acknowledgements and rules over the fleet of the target pictures.
enum OnCallFixture {
  static let now = Fixture.pictureNow

  /// Options of a dashboard in which ann may acknowledge.
  static func options(hasRules: Bool = true) -> DashboardOptions {
    var options = DashboardOptions(sourceLabel: "panel.snapshot.json")
    options.acknowledger = "ann"
    options.hasRules = hasRules
    return options
  }

  /// A dashboard that shows the panel, and has read that nothing is acknowledged.
  static func session(columns: Int = 80, rows: Int = 24) throws -> DashboardSession {
    var session = DashboardSession.showing(try Fixture.panel(), columns: columns, rows: rows, options: options())
    session.send(.onCall(.acknowledged(AcknowledgementBook())))
    return session
  }

  /// An acknowledgement of a slot as it is in `session`.
  static func entry(
    _ id: Slot.ID, in session: DashboardSession, note: String = "#231", until: Acknowledgement.End = .at(now + 28_800)
  ) -> Acknowledgement {
    let series = session.state.newest?.slot(id, in: session.state.window)?.series
    let trouble = series.map { Trouble($0) } ?? Trouble(state: .critical, low: nil, high: nil, kind: nil)
    return Acknowledgement(
      of: id, note: note, by: "ann", at: now, until: until, trouble: trouble, window: session.state.window)
  }

  static func book(_ entries: Acknowledgement...) -> AcknowledgementBook {
    var book = AcknowledgementBook()
    for entry in entries { book.add(entry) }
    return book
  }

  /// A rule for a slot, pending or firing since some minutes before the data.
  static func alert(
    _ subject: AlertSubject, named name: String = "provider down", isFiring: Bool, minutes: Double = 4,
    when condition: AlertCondition = .critical, channels: [AlertChannel] = []
  ) -> ActiveAlert {
    let rule = AlertRule(
      name: name, when: condition, holdSeconds: 300, severity: .page, runbook: "https://wiki.example/p",
      channels: channels)
    let since = now - 5 - minutes * 60
    return ActiveAlert(
      rule: rule, subject: subject, phase: isFiring ? .firing(since: since) : .pending(since: since), began: since)
  }
}
