// Fuzz [TARGET…] [--seconds N] [--seed S] [--save FILE] [--input FILE]: gives every reader of bytes from outside wrong
// ones, and checks what must hold. Each target runs in a process of its own, so that a crash and a hang are findings too.

import Foundation

/// Prints a line at once, also into a pipe.
func say(_ line: String) { FileHandle.standardOutput.write(Data("\(line)\n".utf8)) }

/// The inputs that once failed, in the tree.
func corpus(of target: String) -> [[UInt8]] {
  let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Corpus/\(target)")
  let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
  return files.sorted { $0.path < $1.path }.compactMap { try? Data(contentsOf: $0) }.map { Array($0) }
}

func fuzz() throws -> Bool {
  let arguments = try FuzzArguments(Array(CommandLine.arguments.dropFirst()))
  let names = arguments.targets.isEmpty ? fuzzTargets.map(\.name) : arguments.targets
  for name in names where !fuzzTargets.contains(where: { $0.name == name }) {
    throw Broken("There is no target \"\(name)\"; there are \(fuzzTargets.map(\.name).joined(separator: ", ")).")
  }
  guard let record = arguments.record, let target = fuzzTargets.first(where: { $0.name == names[0] }) else {
    return try FuzzRun(arguments: arguments, program: Bundle.main.executablePath ?? CommandLine.arguments[0]).run(names)
  }
  let worker = FuzzWorker(target: target, record: try FuzzRecord(path: record))
  if let input = arguments.input {
    return worker.check(Array(try Data(contentsOf: URL(fileURLWithPath: input)))) != nil
  }
  return try worker.run(seconds: arguments.seconds, seed: arguments.seed, corpus: corpus(of: target.name))
}

do {
  exit(try fuzz() ? 0 : 1)
} catch {
  say((error as? Broken)?.what ?? "\(error)")
  exit(2)
}
