// Benchmarks [FILTER] [RUNS]: a table of medians, least and most, of those whose name contains FILTER.
// Benchmarks weeks [COUNT]: how often rules page in so many healthy weeks.
// Benchmarks delays: how soon a slot that begins to fail is marked.

import Foundation

let benchmarks =
  cacheBenchmarks + snapshotBenchmarks + frameBenchmarks + eventBenchmarks + alertBenchmarks + historyBenchmarks

let filter = CommandLine.arguments.count > 1 ? CommandLine.arguments[1] : ""
let runs = CommandLine.arguments.count > 2 ? Int(CommandLine.arguments[2]) ?? 15 : 15

/// Pads with blanks to `width`.
func column(_ text: String, _ width: Int, right: Bool = true) -> String {
  let blanks = String(repeating: " ", count: max(width - text.count, 0))
  return right ? blanks + text : text + blanks
}

func row(_ name: String, _ figures: Figures, ratio: String = "") -> String {
  column(name, 58, right: false) + column(figures.median.readable, 10) + column(figures.least.readable, 10)
    + column(figures.most.readable, 10) + column(ratio, 8)
}

if filter == "delays" {
  printDelays(runs: CommandLine.arguments.count > 2 ? runs : 1_000)
  exit(0)
}

#if DEBUG
  print("A debug build: the figures mean nothing. Build with -c release.")
#endif
print(
  column("\(runs) runs", 58, right: false) + ["median", "least", "most"].map { column($0, 10) }.joined()
    + column("× peer", 8))
if filter == "weeks" {
  try await printHealthyWeeks(CommandLine.arguments.count > 2 ? runs : 1_000)
  exit(0)
}
for benchmark in benchmarks where filter.isEmpty || benchmark.name.contains(filter) {
  let (ours, peer) = try await measure(benchmark, runs: runs)
  guard let peer else {
    print(row(benchmark.name, ours))
    continue
  }
  let thousandths = Int((ours.median / peer.1.median * 1_000).rounded())
  let digits = String(1_000 + thousandths % 1_000).dropFirst()
  print(row(benchmark.name, ours, ratio: "\(thousandths / 1_000).\(digits)"))
  print(row("  peer: \(peer.name)", peer.1))
}
