import Foundation

/// Starts a worker for each target, some beside each other, and says what they found.
struct FuzzRun {
  let arguments: FuzzArguments
  let program: String

  /// How long one input may take.
  private static let patience = Duration.seconds(10)
  private static let besideEachOther = 2

  private struct Worker {
    let name: String
    let process: Process
    let record: FuzzRecord
    let start: ContinuousClock.Instant
    var (count, changed): (Int, ContinuousClock.Instant)
    var isStuck = false
  }

  /// Runs the targets.
  /// - Returns: whether everything held.
  func run(_ names: [String]) throws -> Bool {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("slotwatch-fuzz-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var (waiting, working, holds) = (names[...], [Worker](), true)
    while !waiting.isEmpty || !working.isEmpty {
      while working.count < Self.besideEachOther, let name = waiting.popFirst() {
        working.append(try start(name, folder.appendingPathComponent(name).path))
      }
      Thread.sleep(forTimeInterval: 0.02)
      for index in working.indices { watch(&working[index]) }
      for worker in working where !worker.process.isRunning { holds = try report(worker) && holds }
      working.removeAll { !$0.process.isRunning }
    }
    return holds
  }

  private func start(_ name: String, _ path: String) throws -> Worker {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments.worker(name, record: path)
    process.standardInput = FileHandle.nullDevice
    let record = try FuzzRecord(path: path)
    try process.run()
    return Worker(name: name, process: process, record: record, start: .now, count: 0, changed: .now)
  }

  private func watch(_ worker: inout Worker) {
    let count = worker.record.count
    if count != worker.count { (worker.count, worker.changed) = (count, .now) }
    guard !worker.isStuck, worker.process.isRunning, ContinuousClock.now - worker.changed > Self.patience else {
      return
    }
    worker.isStuck = true
    kill(worker.process.processIdentifier, SIGKILL)
  }

  private func report(_ worker: Worker) throws -> Bool {
    worker.process.waitUntilExit()
    defer { worker.record.close() }
    let seconds = (ContinuousClock.now - worker.start) / .seconds(1)
    let count = worker.record.count
    if worker.process.terminationReason == .exit, worker.process.terminationStatus == 0 {
      say("\(worker.name): \(count) inputs, \(Int(Double(count) / seconds)) a second")
      return true
    }
    let status = worker.process.terminationStatus
    let cause =
      worker.isStuck
      ? "one input took over \(Self.patience)"
      : worker.process.terminationReason == .exit ? worker.record.note : "it ended with signal \(status)"
    let input = worker.record.input
    say(
      """
      \(worker.name): FAILED at input \(count) of seed \(arguments.seed): \(cause)
        the input, \(input.count) bytes in base64; Fuzz \(worker.name) --input FILE runs it from a file:
        \(Data(input).base64EncodedString())
      """)
    if let path = arguments.save { try Data(input).write(to: URL(fileURLWithPath: "\(path).\(worker.name)")) }
    return false
  }
}
