import FoundationEssentials
import JobPipeline
import SlotStats

extension SimulatedFleet {
  /// Jobs come in ticks of a tenth of a second.
  package static let ticksPerSecond = 10

  /// The tick that contains `instant`, counted from 1970.
  package static func tick(at instant: Date) -> Int {
    Int((instant.timeIntervalSince1970 * Double(ticksPerSecond)).rounded(.down))
  }

  /// The first instant of a tick.
  package static func start(ofTick tick: Int) -> Date {
    Date(timeIntervalSince1970: Double(tick) / Double(ticksPerSecond))
  }

  /// The jobs that come in within a tick, in no order; as many on the average as the rate says.
  package func arrivals(inTick tick: Int) -> [Job] {
    let instant = Self.start(ofTick: tick)
    let mean = rate(at: instant) / Double(Self.ticksPerSecond)
    var jobs: [Job] = []
    for (place, member) in members.enumerated() where member.slot.isActive && member.share > 0 {
      if settings.story?.isSilent(member.slot.id, at: instant) == true { continue }
      var numbers = numbers(.arrival, UInt64(bitPattern: Int64(tick)), UInt64(place))
      for _ in 0..<numbers.rounding(mean * member.share / Self.activeShare) {
        let id = UUID(high: numbers.next(), low: numbers.next())
        jobs.append(Job(id: id, slotID: member.slot.id, receivedAt: instant))
      }
    }
    return jobs
  }

  private static let activeShare = FleetRoster.members.filter(\.slot.isActive).reduce(0) { $0 + $1.share }
}

/// What is to become of a simulated job.
struct SimulatedPlan: Hashable, Sendable {
  enum Outcome: Hashable, Sendable { case success, timeout, providerError, cancelled, workerError }

  var outcome: Outcome
  /// How long the provider takes, unscaled.
  var latency: Duration
  /// Whether the first attempt fails and the next one goes as planned.
  var hasHiccup: Bool
}

extension SimulatedFleet {
  /// What is to become of a job; it follows from the job alone.
  func plan(of job: Job) -> SimulatedPlan {
    guard let member = member(job.slotID) else {
      return SimulatedPlan(outcome: .success, latency: .zero, hasHiccup: false)
    }
    let (high, low) = job.id.halves
    var numbers = numbers(.plan, high, low)
    return SimulatedPlan(
      outcome: outcome(by: odds(of: member, at: job.receivedAt), numbers.unit()),
      latency: latency(of: member.provider, &numbers),
      hasHiccup: numbers.unit() < 0.01)
  }

  /// One draw, laid against the odds one after the other.
  private func outcome(by odds: FailureOdds, _ draw: Double) -> SimulatedPlan.Outcome {
    var rest = draw
    for (chance, outcome) in [
      (odds.timeouts, SimulatedPlan.Outcome.timeout), (odds.providerErrors, .providerError),
      (odds.cancelled, .cancelled), (odds.errors, .workerError),
    ] {
      if rest < chance { return outcome }
      rest -= chance
    }
    return .success
  }

  /// From 50 ms to 4 s, about what is usual, with a few that take far longer.
  func latency(of provider: FleetProvider, _ numbers: inout SeededNumbers) -> Duration {
    let slow = numbers.unit()
    let seconds = provider.usualLatency * (0.4 + 1.2 * numbers.unit() + 3 * slow * slow * slow * slow * slow * slow)
    return .milliseconds(Int64(min(max(seconds, 0.05), 4) * 1_000))
  }
}
