/// What never came, although everybody had their turns.
package struct WaitedInVain: Error, CustomStringConvertible {
  /// What was waited for.
  package let what: String

  /// Says so in a line.
  package var description: String { "waited in vain until \(what)" }
}

/// How many turns others get at most: far more than anything takes on a loaded machine, and over within seconds.
private let maxTurns = 1_000_000

/// Lets others have their turns until a condition holds, for what they do without any signal. Time stands still.
/// - Parameters:
///   - what: what is waited for, as a failure says it: "the job has ended".
///   - condition: whether it has come.
/// - Throws: ``WaitedInVain`` where it does not come; what `condition` throws.
package func turns(until what: String, _ condition: () async throws -> Bool) async throws {
  for _ in 0..<maxTurns {
    if try await condition() { return }
    await Task.yield()
  }
  throw WaitedInVain(what: what)
}

extension ManualClock {
  /// How many steps are taken at most.
  private static let maxSteps = 100_000
  /// How many turns others get between two steps.
  private static let turnsPerStep = 20

  /// Moves on in small steps until a condition holds, with turns for others between them.
  /// - Parameters:
  ///   - step: how far each time.
  ///   - what: what is waited for, as a failure says it: "the job has ended".
  ///   - condition: whether it has come.
  /// - Throws: ``WaitedInVain`` where it does not come; what `condition` throws.
  package func advance(
    by step: Duration = .milliseconds(50), until what: String, _ condition: () async throws -> Bool
  ) async throws {
    for _ in 0..<Self.maxSteps {
      for _ in 0..<Self.turnsPerStep {
        if try await condition() { return }
        await Task.yield()
      }
      advance(by: step)
    }
    throw WaitedInVain(what: what)
  }
}
