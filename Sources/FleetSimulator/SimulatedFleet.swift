import FoundationEssentials
import SlotStats

/// About a dozen slots and four providers that do not exist, and the jobs that come in at them.
///
/// Everything follows from the settings and the clock: the same seed at the same time of day gives the same jobs, with
/// the same ids and the same ends. Jobs come by the hour of the day and the day of the week (UTC); one provider breaks
/// down for half a minute every five, or what a ``FleetStory`` tells happens instead; one slot mostly runs out of time,
/// one has a handful of jobs a day, one none, and one is off.
package struct SimulatedFleet: Sendable {
  /// What can be chosen.
  package struct Settings: Sendable {
    /// Decides everything that chance decides.
    package var seed: UInt64
    /// Jobs a second, on the average of a week.
    package var rate: Double
    /// Whether the rate follows the hour and the day; otherwise it is the same at all times.
    package var hasRhythm: Bool
    /// What every latency and the time limit are multiplied by.
    package var latencyScale: Double

    /// What goes wrong; without a story, one provider has short incidents.
    package var story: FleetStory?

    /// The rate of the demo: a few jobs a second.
    package static let defaultRate = 3.0

    /// Settings. `rate` is taken as 0…100,000; without a `latencyScale`, work gets quicker from 20 jobs a second on, so
    /// that about as many are under way at any rate.
    package init(
      seed: UInt64 = 1, rate: Double = defaultRate, hasRhythm: Bool = true, latencyScale: Double? = nil
    ) {
      self.seed = seed
      self.rate = min(max(rate, 0), 100_000)
      self.hasRhythm = hasRhythm
      self.latencyScale = max(latencyScale ?? min(1, 20 / max(self.rate, 1)), 0.001)
    }
  }

  /// What was chosen.
  package var settings: Settings
  let members = FleetRoster.members
  private let memberBySlot: [Slot.ID: FleetMember]

  /// A fleet of these settings.
  package init(_ settings: Settings = Settings()) {
    self.settings = settings
    memberBySlot = Dictionary(FleetRoster.members.map { ($0.slot.id, $0) }) { first, _ in first }
  }

  /// All slots, in order.
  package var slots: [Slot] { members.map(\.slot) }

  /// How long a provider may take before a worker gives it up.
  package var timeLimit: Duration { .seconds(6) * settings.latencyScale }

  /// How long whoever asks a provider waits for it: longer than any answer takes, and not as long as a worker waits.
  var patience: Duration { timeLimit * 5 / 6 }

  /// What is said of a job that ends otherwise than well; `nil` where nobody says anything.
  func message(of outcome: SimulatedPlan.Outcome, at slot: Slot.ID) -> String? {
    guard let provider = member(slot)?.provider else { return nil }
    return switch outcome {
    case .success, .cancelled: nil
    case .timeout: "\(provider.host) timed out after 30 s"
    case .providerError: "\(provider.refusal) from \(provider.host)"
    case .workerError: "the answer of \(provider.host) is no image"
    }
  }

  /// How many jobs are under way at once at the busiest hour, about, and room above.
  package var concurrency: Int {
    min(16 + Int(settings.rate * 1.6 * 1.5 * settings.latencyScale * 2), 4_096)
  }

  func member(_ slotID: Slot.ID) -> FleetMember? { memberBySlot[slotID] }

  /// What jobs a second come in at `instant`, all slots together.
  func rate(at instant: Date) -> Double {
    settings.hasRhythm ? settings.rate * Rhythm.factor(at: instant) : settings.rate
  }

  /// What chance decides, apart for each use.
  enum Chance: UInt64 {
    case arrival = 1
    case plan, incident, hour, day
    case minute = 7
  }

  func numbers(_ chance: Chance, _ first: UInt64, _ second: UInt64 = 0) -> SeededNumbers {
    SeededNumbers(settings.seed, chance.rawValue, first, second)
  }
}

/// When people work.
enum Rhythm {
  /// How busy each hour of the day (UTC) is; 1 on the average.
  static let hours: [Double] = [
    0.45, 0.40, 0.40, 0.45, 0.55, 0.70, 0.90, 1.10, 1.30, 1.40, 1.45, 1.45,
    1.40, 1.40, 1.45, 1.45, 1.40, 1.35, 1.25, 1.15, 1.00, 0.85, 0.65, 0.50,
  ]
  /// How busy each day is, Monday first; 1 on the average.
  static let weekdays: [Double] = [1.05, 1.10, 1.10, 1.10, 1.15, 0.80, 0.70]

  static func factor(at instant: Date) -> Double {
    let sinceMonday = instant.timeIntervalSince(StatsWindow.week.bucketStart(containing: instant))
    let hour = Int(sinceMonday / 3_600)
    return hours[hour % 24] * weekdays[min(hour / 24, 6)]
  }
}
