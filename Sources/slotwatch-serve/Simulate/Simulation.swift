import FleetSimulator
import FoundationEssentials
import JobPipeline
import ReadingCommands
import RemoteSources
import SlotStats

/// Makes events as time goes on and hands them over in batches, one at a time; what waits is bounded.
actor Simulation {
  /// What has become of the events.
  struct Figures: Hashable, Sendable {
    /// Events that were handed over.
    var sent = 0
    /// Events that were stored.
    var accepted = 0
    /// Events that were there before.
    var duplicate = 0
    /// Events that were refused for good.
    var refused = 0
    /// Events that there was no room for, or no time at the end; the place may have taken those of its last request.
    var dropped = 0
    /// Why the first refused one was.
    var firstReason: String?
  }

  /// What a person should know.
  enum News: Sendable {
    /// The place takes none for now.
    case trouble(String)
    /// The place takes events again.
    case recovered
    /// At the end the place had not answered in time to so many events; it may have taken them.
    case unanswered(Int)
  }

  /// How many events wait at most, and how many are handed over at once.
  static let capacity = 200_000
  static let batchSize = 2_000

  private let target: @Sendable ([ProcessingLog]) async throws(SimulationTrouble) -> EventSender.Receipt
  private let clock: JobClock
  private let tell: @Sendable (News) -> Void
  private var events: FleetEvents
  private var waiting: ArraySlice<ProcessingLog> = []
  private var counts = Figures()
  private var sleeper: CheckedContinuation<Void, Never>?
  private var isStopped = false
  private var drainEnd = Duration.zero
  private var call: Task<Result<EventSender.Receipt, SimulationTrouble>, Never>?
  private var cutter: Task<Void, Never>?
  private var isCutOff = false

  /// A simulation that begins now.
  /// - Parameters:
  ///   - fleet: what is simulated.
  ///   - clock: the time of day, and what pauses are measured by.
  ///   - tell: is called with what a person should know.
  ///   - target: takes events.
  init(
    _ fleet: SimulatedFleet, clock: JobClock, tell: @escaping @Sendable (News) -> Void = { _ in },
    target: @escaping @Sendable ([ProcessingLog]) async throws(SimulationTrouble) -> EventSender.Receipt
  ) {
    self.target = target
    self.clock = clock
    self.tell = tell
    events = FleetEvents(fleet, from: clock.wallTime)
  }

  /// What has become of the events so far.
  var figures: Figures { counts }

  /// Runs until ``stop()``, or until `duration` has passed; then hands over what waits, for at most two seconds. What
  /// is left then is dropped, and a call that is under way is cancelled.
  /// - Throws: what does not pass.
  func run(for duration: Duration?) async throws(SimulationTrouble) {
    let end = duration.map { clock.now + $0 }
    let maker = Task { await makeEvents(until: end) }
    defer {
      maker.cancel()
      cutter?.cancel()
    }
    while true {
      if isOver {
        counts.dropped += waiting.count
        waiting = []
        return
      }
      if waiting.isEmpty {
        if isStopped { return }
        await withCheckedContinuation { sleeper = $0 }
        continue
      }
      let batch = Array(waiting.prefix(Self.batchSize))
      waiting = waiting.dropFirst(batch.count)
      try await handOver(batch)
    }
  }

  /// Makes no more events; ``run(for:)`` returns soon after.
  func stop() {
    guard !isStopped else { return }
    isStopped = true
    drainEnd = clock.now + Self.drainTime
    cutter = Task {
      guard (try? await clock.sleep(until: drainEnd)) != nil else { return }
      cutOff()
    }
    wake()
  }

  private static let drainTime: Duration = .seconds(2)

  private var isOver: Bool { isStopped && clock.now >= drainEnd }

  private func cutOff() {
    isCutOff = call != nil
    call?.cancel()
  }

  private func wake() {
    sleeper?.resume()
    sleeper = nil
  }

  private func makeEvents(until end: Duration?) async {
    while !isStopped {
      takeEvents()
      if let end, clock.now >= end { return stop() }
      guard (try? await clock.sleep(for: Self.tick)) != nil else { return }
    }
  }

  private static let tick: Duration = .milliseconds(50)

  private func takeEvents() {
    let room = Self.capacity - waiting.count
    var new: [ProcessingLog] = []
    var dropped = 0
    events.take(until: clock.wallTime) { log in
      if new.count < room { new.append(log) } else { dropped += 1 }
    }
    counts.dropped += dropped
    guard !new.isEmpty else { return }
    waiting.append(contentsOf: new)
    wake()
  }

  /// Hands a batch over, again after a pause where it was not taken: the same events with the same ids.
  private func handOver(_ batch: [ProcessingLog]) async throws(SimulationTrouble) {
    var failedInARow = 0
    while true {
      do throws(SimulationTrouble) {
        let receipt = try await send(batch)
        if failedInARow > 0 { tell(.recovered) }
        return count(batch.count, receipt)
      } catch {
        if isCutOff {
          tell(.unanswered(batch.count))
          counts.dropped += batch.count
          return
        }
        guard error.passing == .surely || (error.passing == .wasWell && counts.sent > 0) else { throw error }
        if failedInARow == 0 { tell(.trouble(error.failure.line)) }
        failedInARow += 1
        await rest(max(error.retryAfter ?? .zero, Self.pauses.pause(after: failedInARow, chance: 0)))
      }
      if isOver {
        counts.dropped += batch.count
        return
      }
    }
  }

  /// Hands a batch over once, in a task of its own that the end of the whole may cancel.
  private func send(_ batch: [ProcessingLog]) async throws(SimulationTrouble) -> EventSender.Receipt {
    let call = Task { [target] in
      do throws(SimulationTrouble) {
        return Result<EventSender.Receipt, SimulationTrouble>.success(try await target(batch))
      } catch {
        return .failure(error)
      }
    }
    self.call = call
    defer { self.call = nil }
    return try await call.value.get()
  }

  private func count(_ sent: Int, _ receipt: EventSender.Receipt) {
    counts.sent += sent
    counts.accepted += receipt.accepted
    counts.duplicate += receipt.duplicate
    counts.refused += receipt.refused
    counts.firstReason = counts.firstReason ?? receipt.firstReason
  }

  private static let pauses = RetryPolicy(firstPause: .milliseconds(100), longestPause: .seconds(5))

  /// Waits, but not past the end of the whole.
  private func rest(_ pause: Duration) async {
    let due = clock.now + pause
    while clock.now < due, !isOver {
      guard (try? await clock.sleep(for: min(due - clock.now, .milliseconds(200)))) != nil else { return }
    }
  }
}
