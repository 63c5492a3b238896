import FoundationEssentials
import SlotStats
import SlotStatsTesting
import Synchronization

@testable import Notifications

/// A sink that keeps what it is told and answers as it is told to, at a gate that a test may shut.
final class ScriptedSink: AlertSink {
  let name: String
  let maxBatch: Int
  let resending: Resending?
  /// Where each telling passes.
  let gate = Gate()
  /// Where each one comes by that it took; always open.
  let taken = Gate()
  private let told = Mutex<[[AlertNotice]]>([])
  private let failures: Mutex<[SinkFailure]>

  /// A sink that fails so at first, then takes what comes.
  init(
    _ name: String = "one", failures: [SinkFailure] = [], maxBatch: Int = 1, resending: Resending? = nil,
    isShut: Bool = false
  ) {
    (self.name, self.maxBatch, self.resending) = (name, maxBatch, resending)
    self.failures = Mutex(failures)
    if !isShut { gate.open() }
    taken.open()
  }

  /// What it took, by telling.
  var batches: [[AlertNotice]] { told.withLock { $0 } }
  /// What it took: the slots, with `-` before those that were resolved.
  var slots: [String] { batches.flatMap { $0 }.map { ($0.isFiring ? "" : "-") + ($0.identity.slotID ?? "all") } }

  func deliver(_ notices: [AlertNotice]) async throws(SinkFailure) -> String {
    do { try await gate.pass() } catch { throw SinkFailure("given up") }
    if let failure = failures.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { throw failure }
    told.withLock { $0.append(notices) }
    try? await taken.pass()
    return "taken"
  }
}

/// Settings by a clock that stands still until it is told to go on.
func settings(_ clock: ManualClock, maxWaiting: Int = 1_000) -> NotifierSettings {
  var settings = NotifierSettings(
    wallClock: { instant(TimeInterval(clock.now.offset.components.seconds)) }, uptime: { clock.now.offset },
    sleep: { try await clock.sleep(for: $0) }, random: { 0.5 })
  settings.maxWaiting = maxWaiting
  return settings
}

/// Runs a notifier for as long as `body` takes.
func running(_ notifier: Notifier, _ body: () async throws -> Void) async throws {
  let work = Task { await notifier.run() }
  defer { work.cancel() }
  try await body()
}
