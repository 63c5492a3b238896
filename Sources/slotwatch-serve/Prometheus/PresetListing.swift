import PrometheusSource
import SlotStats
import TerminalUI

/// The presets, and whether each fits: what `presets` prints.
struct PresetListing {
  /// The names of a server's metrics; `nil` where none was asked.
  let names: Set<String>?

  /// The listing for a person: aligned, with nothing in it that steers a terminal.
  var text: String {
    let head = ["preset", "slot", "counts", "without", names == nil ? "found" : "fits", "exporter"]
    let rows = PrometheusPreset.all.map { preset in
      [
        preset.name, preset.slotLabel, preset.countsAttempts ? "attempts" : "jobs", unknown(preset), fit(preset),
        preset.exporter + (preset.remark.isEmpty ? "" : "; " + preset.remark),
      ]
    }
    return ConfigurationListing.aligned([head] + rows).map { $0 + "\n" }.joined()
  }

  private func unknown(_ preset: PrometheusPreset) -> String {
    let missing = CounterMapping.names.filter { preset.counters[$0] == nil }
    return missing.isEmpty ? NumberText.none : missing.joined(separator: " ")
  }

  private func fit(_ preset: PrometheusPreset) -> String {
    guard let names else { return preset.isFoundByItself && preset.signature.count > 1 ? "by itself" : "by name" }
    return switch preset.fit(names) {
    case .fits: "yes"
    case .needsName: "perhaps: write preset = \"\(preset.name)\""
    case .lacks(let missing): "no: \(missing.joined(separator: ", "))"
    }
  }
}

/// The queries that a server is sent: what `queries` prints.
struct QueryListing {
  /// The server.
  let server: PreparedServer

  /// Each query below a line of what it is for.
  var text: String {
    let engine = server.isVictoriaMetrics ? "VictoriaMetrics" : "Prometheus"
    let head = "# \(engine)\(server.preset.map { ", preset \($0)" } ?? "")\n"
    let queries = server.queries.map { "# \($0.purpose)\n\(TerminalText.neutralised($0.text))\n" }
    return head + queries.joined()
  }
}
