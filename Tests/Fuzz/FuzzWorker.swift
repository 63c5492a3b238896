import Foundation
import SlotStatsTesting

/// Runs one target in a process of its own, which a fault may kill.
struct FuzzWorker {
  let target: FuzzTarget
  let record: FuzzRecord

  /// The most inputs that are mutated further.
  private static let poolLimit = 1_000

  /// Runs the seeds, what once failed, and what is made of them, for a time.
  /// - Returns: whether everything held.
  func run(seconds: Double, seed: UInt64, corpus: [[UInt8]]) throws -> Bool {
    let clock = ContinuousClock()
    let end = clock.now + .seconds(seconds)
    let mutator = Mutator(words: target.words, maxBytes: target.maxBytes)
    var random = SeededGenerator(state: seed)
    var pool = try target.seeds() + corpus
    var outcomes: Set<String> = []
    for input in pool {
      guard let outcome = check(input) else { return false }
      outcomes.insert(outcome)
    }
    while clock.now < end {
      let input = mutator.input(from: pool, &random)
      guard let outcome = check(input) else { return false }
      guard outcomes.insert(outcome).inserted, pool.count < Self.poolLimit else { continue }
      pool.append(input)
    }
    return true
  }

  /// Runs an input.
  /// - Returns: the outcome; `nil` where something does not hold.
  func check(_ input: [UInt8]) -> String? {
    record.begin(input)
    do {
      return try target.run(input)
    } catch {
      record.fail((error as? Broken)?.what ?? "\(error)")
      return nil
    }
  }
}
