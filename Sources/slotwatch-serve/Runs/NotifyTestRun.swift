import FoundationEssentials
import Notifications
import ProcessIO
import ReadingCommands
import SlotStats
import TerminalUI

/// Tells each sink of a test alert and of its resolution, and prints a line for each.
struct NotifyTestRun: Sendable {
  /// Who is told of alerts.
  let settings: NotifySettings
  /// Those that are told of this one.
  let sinks: [ConfiguredSink]
  /// How urgent it is.
  let severity: AlertNotice.Severity
  /// How long it fires.
  let hold: Duration
  /// What it belongs to.
  let program: Program

  private let clocks = RootClocks(fixedAt: nil)

  /// A run.
  init(
    settings: NotifySettings, sinks: [ConfiguredSink], severity: AlertNotice.Severity, hold: Duration, program: Program
  ) {
    (self.settings, self.sinks, self.severity, self.hold, self.program) = (settings, sinks, severity, hold, program)
  }

  /// How telling one sink went so far.
  private struct Attempt: Sendable {
    let sink: any AlertSink
    let failureStatus: ExitStatus
    var took = Duration.zero
    var answer = ""
    var failure: String?
  }

  /// Tells them; keeps the calling thread until all were told.
  /// - Returns: the exit status.
  func run() throws(CommandFailure) -> Int32 {
    let opened = try settings.open(sinks, wallClock: clocks.wall)
    let firing = AlertNotice(
      AlertNotice.Identity(rule: "slotwatch test", slotID: nil, source: settings.source ?? Program.name),
      severity: severity, startsAt: clocks.wall(), state: "test",
      summary: "Test of notifications by slotwatch; nothing is wrong.")
    let attempts = zip(opened.sinks, sinks).map { Attempt(sink: $0, failureStatus: $1.kind.failure) }
    let result = BlockingTask.begin { [hold, clocks] in
      let told = await Self.tell(firing, attempts, clocks)
      if hold > .zero, told.contains(where: { $0.failure == nil }) { try await clocks.monotonic.sleep(for: hold) }
      let all = await Self.tell(
        firing.resolved(at: clocks.wall(), summary: "End of the test of notifications by slotwatch."), told, clocks)
      await opened.shutdown()
      return all
    }.result()
    let all: [Attempt]
    do { all = try result.get() } catch { throw CommandFailure(error) }
    for attempt in all { try program.print(TerminalText.neutralised(Self.line(attempt)) + "\n") }
    let failed = Set(all.filter { $0.failure != nil }.map(\.failureStatus))
    let status: ExitStatus = failed.contains(.unreachable) ? .unreachable : failed.first ?? .done
    return status.rawValue
  }

  /// Tells all of them at the same time; those that failed before are left alone.
  private static func tell(_ notice: AlertNotice, _ attempts: [Attempt], _ clocks: RootClocks) async -> [Attempt] {
    await withTaskGroup(of: (Int, Attempt).self) { tasks in
      for (index, attempt) in attempts.enumerated() where attempt.failure == nil {
        tasks.addTask { (index, await tell(notice, attempt, clocks)) }
      }
      var attempts = attempts
      for await (index, attempt) in tasks { attempts[index] = attempt }
      return attempts
    }
  }

  private static func tell(_ notice: AlertNotice, _ attempt: Attempt, _ clocks: RootClocks) async -> Attempt {
    var attempt = attempt
    let begin = clocks.monotonic.now
    do throws(SinkFailure) {
      attempt.answer = try await attempt.sink.deliver([notice])
    } catch {
      attempt.failure = (notice.isFiring ? "" : "the resolution: ") + error.cause
    }
    attempt.took += begin.duration(to: clocks.monotonic.now)
    return attempt
  }

  private static func line(_ attempt: Attempt) -> String {
    if let failure = attempt.failure { return "\(attempt.sink.name): failed: \(failure)" }
    return "\(attempt.sink.name): sent, \(attempt.answer) in \(attempt.took.shortWords)"
  }
}
