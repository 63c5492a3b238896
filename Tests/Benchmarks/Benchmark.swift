/// One thing to be measured, alone or beside a peer that does the same in another way.
struct Benchmark: Sendable {
  /// What the table calls it, `group: what`.
  let name: String
  /// How often the work is done in one run; a run's time is divided by it.
  let repetitions: Int
  /// Makes what the runs need and gives the work, and the peer's if there is one.
  let prepare: @Sendable () async throws -> Work

  /// A run of the work: `repetitions` times the same.
  typealias Run = @Sendable (Int) async throws -> Void

  struct Work: Sendable {
    var ours: Run
    /// What it is compared with.
    var peer: Peer?
  }

  struct Peer: Sendable {
    var name: String
    /// How often it is done in one run; as often as ours if not given.
    var repetitions: Int?
    var run: Run
  }

  init(
    _ name: String, repetitions: Int, prepare: @escaping @Sendable () async throws -> Work
  ) {
    self.name = name
    self.repetitions = repetitions
    self.prepare = prepare
  }
}

/// Times of one run each, for one repetition.
struct Figures {
  private var times: [Duration] = []

  mutating func add(_ time: Duration) { times.append(time) }

  var median: Duration { times.sorted()[times.count / 2] }
  var least: Duration { times.min() ?? .zero }
  var most: Duration { times.max() ?? .zero }
}

/// Measures ours and the peer's in turn, so that what else the machine does falls on both.
func measure(_ benchmark: Benchmark, runs: Int) async throws -> (ours: Figures, peer: (name: String, Figures)?) {
  let work = try await benchmark.prepare()
  let clock = ContinuousClock()
  func time(_ run: Benchmark.Run, _ repetitions: Int?) async throws -> Duration {
    let repetitions = repetitions ?? benchmark.repetitions
    let start = clock.now
    try await run(repetitions)
    return start.duration(to: clock.now) / repetitions
  }
  // Once without counting: caches, lazy globals.
  _ = try await time(work.ours, nil)
  if let peer = work.peer { _ = try await time(peer.run, peer.repetitions) }
  var (ours, peer) = (Figures(), Figures())
  for _ in 0..<runs {
    ours.add(try await time(work.ours, nil))
    if let other = work.peer { peer.add(try await time(other.run, other.repetitions)) }
  }
  return (ours, work.peer.map { ($0.name, peer) })
}

extension Duration {
  /// In the unit that leaves one to four digits before the point.
  var readable: String {
    let nanoseconds = self / .nanoseconds(1)
    let units: [(String, Double)] = [("ns", 1), ("µs", 1e3), ("ms", 1e6), ("s", 1e9)]
    let (name, size) = units.last { nanoseconds >= $0.1 } ?? units[0]
    let tenths = Int((nanoseconds / size * 10).rounded())
    return "\(tenths / 10).\(tenths % 10) \(name)"
  }
}
