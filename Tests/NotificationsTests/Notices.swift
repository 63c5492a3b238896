import FoundationEssentials
import SlotStats

/// An instant of the tests, so many seconds after the first.
func instant(_ seconds: TimeInterval = 0) -> Date { Date(timeIntervalSince1970: 1_795_000_000 + seconds) }

/// A notice that a slot's alert fires.
func firing(
  _ slot: String? = "slot-001", rule: String = "provider down", at seconds: TimeInterval = 0,
  severity: AlertNotice.Severity = .page
) -> AlertNotice {
  AlertNotice(
    AlertNotice.Identity(rule: rule, slotID: slot, source: "prod"), severity: severity,
    slotName: slot.map { "Name of \($0)" }, providerID: slot.map { _ in "meridian" }, startsAt: instant(seconds),
    state: "critical", summary: "last hour 39.1% (18/46)",
    figures: AlertNotice.Figures(
      failures: 18, runs: 46, ratio: 18.0 / 46, lowEnd: 0.264, usual: 0.028, leadingKind: .providerErrors),
    runbook: "https://wiki.example/provider")
}
