/// What stands on the command line.
struct FuzzArguments {
  /// The targets; none are all of them.
  var targets: [String] = []
  /// How long each of them runs.
  var seconds = 10.0
  /// Where the random numbers begin.
  var seed: UInt64 = 1
  /// Where a failing input is written to, the name of its target appended.
  var save: String?
  /// The file of the one input to run.
  var input: String?
  /// The record of a worker, which is this process then.
  var record: String?

  static let usage = "usage: Fuzz [TARGET…] [--seconds N] [--seed S] [--save FILE] [--input FILE]"

  init(_ words: [String]) throws(Broken) {
    var words = words[...]
    while let word = words.popFirst() {
      guard word.hasPrefix("-") else {
        targets.append(word)
        continue
      }
      guard let value = words.popFirst() else { throw Broken(Self.usage) }
      switch word {
      case "--seconds": seconds = Double(value) ?? seconds
      case "--seed": seed = UInt64(value) ?? seed
      case "--save": save = value
      case "--input": input = value
      case "--record": record = value
      default: throw Broken(Self.usage)
      }
    }
  }

  /// What a worker is started with.
  func worker(_ target: String, record: String) -> [String] {
    [target, "--seconds", "\(seconds)", "--seed", "\(seed)", "--record", record]
      + (input.map { ["--input", $0] } ?? [])
  }
}
