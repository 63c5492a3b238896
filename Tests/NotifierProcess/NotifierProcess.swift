import Foundation
import Notifications
import SlotStats

/// A process that tells a hook of alerts, to be killed: `NotifierProcess JOURNAL COUNT HOOK [ARGUMENT …]`.
///
/// Like a program that evaluates rules it finds anew at each start what fires, the alerts 1 to COUNT, and then that
/// nothing else does. It ends once the hook was told of everything.
@main struct NotifierProcess {
  static func main() async throws {
    let arguments = CommandLine.arguments
    guard arguments.count >= 4, let count = Int(arguments[2]) else { return print("usage: JOURNAL COUNT HOOK …") }
    let start = Date(timeIntervalSince1970: 1_795_000_000)
    let notifier = Notifier(
      [HookSink(command: Array(arguments[3...]))], journal: try NoticeJournal(path: arguments[1]),
      settings: NotifierSettings(wallClock: { start }, clock: ContinuousClock()))
    let work = Task { await notifier.run() }
    print("working")
    fflush(nil)
    let alerts = (1...count).map { number in
      AlertNotice(
        AlertNotice.Identity(rule: "provider down", slotID: "\(number)", source: "prod"), severity: .page,
        startsAt: start, state: "critical", summary: "alert \(number)")
    }
    for alert in alerts { await notifier.submit(alert) }
    await notifier.settle(stillFiring: Set(alerts.map(\.identity)), at: start.addingTimeInterval(60))
    await notifier.waitUntilIdle()
    work.cancel()
  }
}
