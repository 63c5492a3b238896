import FleetSimulator
import FoundationEssentials
import JobPipeline
import ProcessIO
import ReadingCommands
import SlotStats
import TerminalUI

/// One simulation with what a person sees of it.
struct SimulateRun: Sendable {
  /// Where events go.
  let target: SimulationTarget
  /// Jobs a second; `nil` for those of the demo.
  let rate: Double?
  /// What chance decides.
  let seed: Int?
  /// After which time it ends; `nil` for none.
  let duration: Duration?
  /// What ends it early.
  let signals: EndingSignals
  /// What it prints to.
  let program: Program

  /// Runs until its time is over or a signal comes, and prints a summary.
  /// - Returns: the exit status: 0, or 128 and the signal's number.
  /// - Throws: what does not pass.
  func run() throws(CommandFailure) -> Int32 {
    let fleet = SimulatedFleet(
      .init(seed: UInt64(seed ?? 1), rate: rate ?? SimulatedFleet.Settings.defaultRate, hasRhythm: false))
    let clock = JobClock()
    let simulation = Simulation(fleet, clock: clock, tell: { tell($0) }) { logs throws(SimulationTrouble) in
      try await target.take(logs)
    }
    signals.whenOneComes { Task { await simulation.stop() } }
    let work = BlockingTask.begin { () async throws in
      let progress = Task { await showProgress(of: simulation, clock) }
      defer { progress.cancel() }
      try await simulation.run(for: duration)
      return (figures: await simulation.figures, time: clock.now)
    }
    let result = work.result()
    target.close()
    program.progress?(ProgressLine.clear)
    switch result {
    case .success(let end):
      try program.print(Self.summary(end.figures, time: end.time) + "\n")
      if let reason = end.figures.firstReason {
        program.errors("slotwatch: Events were refused, the first one because \(TerminalText.neutralised(reason)).\n")
      }
      return signals.received().map { 128 + $0 } ?? ExitStatus.done.rawValue
    case .failure(let error): throw (error as? SimulationTrouble)?.failure ?? CommandFailure(error)
    }
  }

  private static let progressPause: Duration = .seconds(2)

  private func tell(_ news: Simulation.News) {
    let clear = program.progress == nil ? "" : ProgressLine.clear
    switch news {
    case .trouble(let line): program.errors("\(clear)slotwatch: \(TerminalText.neutralised(line)) Trying again.\n")
    case .unanswered(let count):
      let name = TerminalText.neutralised(target.name)
      let consequence = "\(count) events count as dropped, stored or not"
      program.errors("\(clear)slotwatch: \"\(name)\" did not answer in time: \(consequence).\n")
    case .recovered:
      let name = TerminalText.neutralised(target.name)
      program.errors("\(clear)slotwatch: \"\(name)\" takes events again.\n")
    }
  }

  private func showProgress(of simulation: Simulation, _ clock: JobClock) async {
    guard let show = program.progress else { return }
    while (try? await clock.sleep(for: Self.progressPause)) != nil {
      let summary = Self.summary(await simulation.figures, time: clock.now)
      show(ProgressLine.over(summary, columns: ProgressLine.columns))
    }
  }

  /// What became of the events, in one line.
  static func summary(_ figures: Simulation.Figures, time: Duration) -> String {
    let seconds = max(time / .seconds(1), 0.001)
    let tenths = (seconds * 10).rounded() / 10
    return """
      \(figures.sent) events in \(tenths) s (\(Int(Double(figures.sent) / seconds))/s): \(figures.accepted) accepted, \
      \(figures.duplicate) duplicate, \(figures.refused) refused, \(figures.dropped) dropped
      """
  }
}
