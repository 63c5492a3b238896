import Dashboard
import DashboardRuntime
import Foundation
import SlotStats
import Synchronization
import Testing

@Suite struct OnCallReaderTests {
  private static let now = Date(timeIntervalSince1970: 1_795_098_730)

  /// Takes note of the rules that are pending or fire whenever it is to tell of them.
  private final class NotingTeller: AlertTeller {
    private let state = Mutex<[[String]]>([])

    var rules: [[String]] { state.withLock { $0 } }

    func tell(
      _ observer: RuleObserver, _ look: RuleObserver.Look, at instant: Date,
      acknowledged: [Slot.ID?: Acknowledgement]
    ) async -> [String] {
      state.withLock { $0.append(observer.evaluator.active.map(\.rule.name)) }
      return []
    }

    func shutdown() async {}
  }

  @Test func aSourceThatWasNeverReadIsLostAndNothingElse() async throws {
    let teller = NotingTeller()
    var settings = OnCallReader.Settings(wallClock: { Self.now }, uptime: { .zero })
    settings.rules = [
      AlertRule(name: "gone", when: .lost, severity: .page), AlertRule(name: "old", when: .stale),
      AlertRule(name: "bad", when: .critical, scope: .all),
    ]
    settings.teller = teller
    let reader = OnCallReader(settings)
    let messages = reader.look(at: .failed(cause: "no route"), after: nil)
    guard case .onCall(.alerts(let alerts, troubles: _)) = try #require(messages.first) else {
      Issue.record("it tells \(messages)")
      return
    }
    #expect(alerts.map(\.rule.name) == ["gone"] && alerts.map(\.subject) == [.source])
    #expect(reader.look(at: .failed(cause: "no route"), after: nil).isEmpty)
    #expect(await reader.tell().isEmpty)
    #expect(teller.rules == [["gone"]])
  }
}
