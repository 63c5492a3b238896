import Foundation
import ProcessIO
import ReadingCommands
import SlotStatsTesting
import Synchronization

@testable import slotwatch_serve

/// One run of the program in this process, with what it printed.
struct ProgramRun {
  let status: Int32
  let output: String
  let errors: String

  /// The lines on standard error.
  var errorLines: [Substring] { errors.split(separator: "\n", omittingEmptySubsequences: false).dropLast() }

  init(
    _ arguments: String..., environment: [String: String] = [:], onTerminal: Bool = false,
    failingWith failure: OutputFailure? = nil
  ) async {
    await self.init(arguments: arguments, environment: environment, onTerminal: onTerminal, failingWith: failure)
  }

  init(
    arguments: [String], environment: [String: String] = [:], onTerminal: Bool = false,
    failingWith failure: OutputFailure? = nil
  ) async {
    let printed = Printed()
    // Other tests may keep every thread that readings run on for longer than a reading may usually take.
    let environment = ["SLOTWATCH_TIMEOUT": "300"].merging(environment) { $1 }
    let program = Program(
      environment: environment, outputIsTerminal: onTerminal,
      output: { bytes throws(OutputFailure) in
        if let failure { throw failure }
        printed.output.withLock { $0 += bytes }
      },
      errors: { line in printed.errors.withLock { $0 += line } })
    status = await onOwnThread { program.run(arguments) }
    output = printed.output.withLock { String(decoding: $0, as: UTF8.self) }
    errors = printed.errors.withLock { $0 }
  }

  private final class Printed: Sendable {
    let output = Mutex<[UInt8]>([])
    let errors = Mutex("")
  }
}

/// Runs what keeps its thread, as the program does, without taking one of those that tests and readings share.
func onOwnThread<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
  await withCheckedContinuation { continuation in
    Thread.detachNewThread { continuation.resume(returning: work()) }
  }
}

extension TemporaryFolder {
  /// The path of a file with this content.
  func file(_ name: String, _ content: String) throws -> String {
    try Data(content.utf8).write(to: URL(fileURLWithPath: file(name)))
    return file(name)
  }

  /// A small good snapshot of 2026-11-19T14:32:05Z with one slot: failed runs of so many.
  static func snapshot(failed: Int = 0, of runs: Int = 100) -> String {
    """
    {"schema":"slotwatch.snapshot/1","generated_at":"2026-11-19T14:32:05Z","windows":{"day":{"slots":{"a":[\
    {"period_start":"2026-11-19","period_end":"2026-11-20","success":\(runs - failed),"errors":\(failed),\
    "ingest_count":\(runs)}]}}}}
    """
  }

  static let now = "2026-11-19T14:32:10Z"
}
